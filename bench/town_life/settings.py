"""What one life is lived under: the settings that are compared with each other."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Setting:
    """One of them. Days of talk or of circles may be none."""

    offer: float = 90  # seconds an ask lies before one listener
    most: int = 1  # conversations of a listener at once
    before: int = 1  # so many listeners have one ask before them at once
    listeners: int = 40
    formed_every: float = 24  # hours
    talk_days: int = 7
    circle_days: int = 0
    seed: int = 0
    core: int = 0

    @property
    def days(self) -> int:
        return max(self.talk_days, self.circle_days)

    def write(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, written: str) -> Setting:
        return cls(**json.loads(written))


def put_in_place(setting: Setting) -> None:
    """Before anything takes the numbers from where they stand; nothing else is changed."""
    from holdfast.circles import jobs  # noqa: PLC0415 - in the process of this life
    from holdfast.listening.rules import matching  # noqa: PLC0415

    matching.OFFER = timedelta(seconds=setting.offer)
    matching.OFFERS_AT_ONCE = setting.before
    jobs.EVERY = timedelta(hours=setting.formed_every)  # type: ignore[misc]
