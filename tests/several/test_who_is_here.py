"""Whom an event of the last minutes is still about."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.kit.ids import MemberId, RoomId, SeatId, SessionId
from holdfast.members.events import MemberErased, SessionEnded
from holdfast.reactions.takingup import of_who_is_here
from holdfast.rooms.events import SeatLeft


def test_nothing_is_told_to_somebody_who_has_the_number_of_one_who_went() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    before = at, SessionEnded(SessionId(1), MemberId(5))
    gone = at, MemberErased(MemberId(5))
    after = at, SessionEnded(SessionId(2), MemberId(5))
    other = at, SeatLeft(RoomId(1), SeatId(5))
    assert of_who_is_here([before, other, gone, after]) == [other, gone, after]
