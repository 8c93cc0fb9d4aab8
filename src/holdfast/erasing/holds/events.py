"""Facts about holds. None carries words."""

from __future__ import annotations

from holdfast.kit.ids import MemberId
from holdfast.kit.work import Event


class HoldChanged(Event, frozen=True):
    """Something is held, asked for or decided: for the desk."""

    about: str


class HoldEnded(Event, frozen=True):
    """What this held may go now, unless something else holds it: see `held_now`."""

    about: str
    member_id: MemberId | None
