"""What a room may be just now: live, held or quiet, by who is on shift. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from msgspec import Struct


class RoomState(StrEnum):
    """Whether one may write here now: at once, read by a person first, a letter only, or not."""

    LIVE = "live"
    HELD = "held"
    QUIET = "quiet"
    CLOSED = "closed"  # by a person, whatever the rota says; its members can read


class Here(Struct, frozen=True):
    """Someone certified who is on shift, as far as a room's state asks."""

    languages: Collection[str]
    in_crisis: bool  # may hold a concern in their hands: a crisis moderator or above
    until: datetime  # the last moment of being on shift


def reads(languages: Collection[str], language: str) -> bool:
    """Whether someone with these languages reads this one: `pt` reads `pt-BR` and back."""
    return _spoken(language) in {_spoken(known) for known in languages}


def _spoken(language: str) -> str:
    return language.partition("-")[0].lower()


def state_of(room_language: str, on_shift: Sequence[Here], *, detector_ok: bool) -> RoomState:
    """What a room is. It is never held with nobody there to read."""
    if not on_shift:
        return RoomState.QUIET
    read_here = any(reads(person.languages, room_language) for person in on_shift)
    someone_for_crisis = any(person.in_crisis for person in on_shift)
    if read_here and someone_for_crisis and detector_ok:
        return RoomState.LIVE
    return RoomState.HELD


def until_of(
    room_language: str,
    on_shift: Sequence[Here],
    next_at: datetime | None,
    *,
    detector_ok: bool,
) -> datetime | None:
    """Until when a room stays as it is, by the rota; nothing where nobody can say.

    `next_at` is when the next planned person comes. A live room stays until somebody whom it
    needs goes; another may also change earlier, because somebody comes.
    """
    state = state_of(room_language, on_shift, detector_ok=detector_ok)
    changes = [next_at] if next_at is not None and state is not RoomState.LIVE else []
    for moment in sorted({person.until for person in on_shift}):
        left = [person for person in on_shift if person.until > moment]
        if state_of(room_language, left, detector_ok=detector_ok) is not state:
            changes.append(moment)
            break
    return min(changes, default=None)


def usual_wait(waits: Sequence[timedelta]) -> int | None:
    """The whole minutes a held post waits, by those of the last hour; nothing if there are none."""
    if not waits:
        return None
    return max(1, round(median(wait.total_seconds() for wait in waits) / 60))
