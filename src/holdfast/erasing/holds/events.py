"""Facts about holds. None carries words."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import MemberId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class HoldChanged(Event):
    """Something is held, asked for or decided: for the desk."""

    about: str


@dataclass(frozen=True)
class HoldEnded(Event):
    """What this held may go now, unless something else holds it: see `held_now`."""

    about: str
    member_id: MemberId | None
