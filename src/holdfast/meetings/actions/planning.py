"""Planning a meeting, moving it, cancelling it; and wanting to be reminded."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete

from holdfast.audit.actions import record
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.meetings.access import meeting_to_lead, room_to_meet_in
from holdfast.meetings.events import MeetingMoved, MeetingReplanned, MeetingSaid
from holdfast.meetings.queries import (
    lies_beyond_its_end,
    meetings_to_close,
    overlapping,
    series_from,
)
from holdfast.meetings.rules.planning import (
    BOX,
    Beyond,
    Taken,
    box_of,
    length_of,
    meets,
    theme_of,
    time_of,
    weekly,
)
from holdfast.meetings.rules.rounds import Round
from holdfast.meetings.tables import MeetingRow, ReminderRow
from holdfast.rights.rules import Actor, Member, Staff, System
from holdfast.rooms.access import Seat
from holdfast.rooms.queries.places import room_to_change


async def plan_meeting(
    work: Work,
    actor: Actor,
    *,
    room_id: RoomId,
    starts_at: datetime,
    minutes: int,
    theme: str = "",
    box: int = BOX,
    until: date | None = None,
) -> MeetingRow:
    """Plan a time to meet in a room; with `until`, the same hour each week up to that day.

    A member's theme is one of `THEMES`; staff, and the house itself, may write a line. Raises
    `NotFound`, `NotOnShift`, `NotTheHost`, `Malformed`, `Taken`, `Beyond`.
    """
    room = await room_to_meet_in(work, actor, room_id)
    zone = actor.looks.zone if isinstance(actor, Member | Staff) else "UTC"
    words = theme_of(theme, is_staff=not isinstance(actor, Member))
    rows = [
        MeetingRow(
            room_id=room.id,
            starts_at=at,
            minutes=length_of(minutes),
            theme=words,
            planned_at=work.clock.now(),
            box=box_of(box),
            staff_id=actor.id if isinstance(actor, Staff) else None,
        )
        for at in weekly(time_of(starts_at, work.clock.now()), until, zone)
    ]
    await _must_be_free(work, rows)
    work.db.add_all(rows)
    await work.db.flush()
    for row in rows if len(rows) > 1 else []:
        row.series_id = rows[0].id
    await _must_be_before_its_end(work, rows[0])
    await _note(work, actor, "planned", rows[0])
    _tell(work, rows[0], "meeting_planned")
    return rows[0]


async def _must_be_free(
    work: Work, rows: list[MeetingRow], but: frozenset[int] = frozenset()
) -> None:
    await room_to_change(work, rows[0].room_id)  # one at a time finds it free
    others = await overlapping(work, rows[0].room_id, rows[0].starts_at, rows[-1].starts_at)
    for row in rows:
        for other in others:
            mine = row.starts_at, row.minutes
            if other.id not in but and meets(*mine, other.starts_at, other.minutes):
                raise Taken


async def _must_be_before_its_end(work: Work, row: MeetingRow) -> None:
    if await lies_beyond_its_end(work, row):
        raise Beyond


async def move_meeting(
    work: Work, actor: Actor, *, meeting_id: int, starts_at: datetime
) -> MeetingRow:
    """Put one planned meeting at another time; those who sit there are told.

    Raises `NotFound`, `Malformed`, `Taken`, `Beyond`.
    """
    row = await meeting_to_lead(work, actor, meeting_id)
    if row.round is not Round.PLANNED:
        raise Taken
    at = time_of(starts_at, work.clock.now())
    if at == row.starts_at:
        return row
    moved = MeetingRow(
        room_id=row.room_id, starts_at=at, minutes=row.minutes, theme="", planned_at=row.planned_at
    )
    await _must_be_free(work, [moved], frozenset({row.id}))
    row.starts_at, row.reminded_at = at, None
    await work.db.flush()
    await _must_be_before_its_end(work, row)
    await _note(work, actor, "moved", row)
    _tell(work, row, "meeting_moved")
    work.announce(MeetingReplanned(row.id, row.room_id))
    return row


async def cancel_meeting(
    work: Work, actor: Actor, *, meeting_id: int, all_after: bool = False
) -> None:
    """A planned meeting will not be, or it and all that follow; those who sit there are told."""
    row = await meeting_to_lead(work, actor, meeting_id)
    if row.round is not Round.PLANNED:
        raise Taken
    for one in await series_from(work, row) if all_after else [row]:
        one.round, one.ended_at = Round.CANCELLED, work.clock.now()
    await _note(work, actor, "cancelled", row)
    _tell(work, row, "meeting_cancelled")
    work.announce(MeetingReplanned(row.id, row.room_id))


async def end_meetings(work: Work, actor: System, *, room_id: RoomId) -> int:
    """No meeting goes on or is to come in a room that closes; its people hear of the closing.

    How many there were. Twice is once.
    """
    del actor
    rows = await meetings_to_close(work, room_id)
    for row in rows:
        row.round, row.ended_at = Round.CANCELLED, work.clock.now()
        work.announce(MeetingMoved(room_id, row.round))
    return len(rows)


async def set_reminder(work: Work, actor: Seat, *, on: bool) -> None:
    """Be told half an hour before each meeting in this room, or not. Twice is once."""
    await work.db.execute(delete(ReminderRow).where(ReminderRow.seat_id == actor.id))
    if on:
        work.db.add(ReminderRow(seat_id=actor.id, asked_at=work.clock.now()))
    await work.db.flush()


async def _note(work: Work, actor: Actor, what: str, row: MeetingRow) -> None:
    """What staff do stands in the record; what a host does is the circle's own."""
    if isinstance(actor, Staff):
        await record(work, actor, what=f"meeting:{what}", about=f"room:{row.room_id}")


def _tell(work: Work, row: MeetingRow, line: str) -> None:
    work.announce(MeetingSaid(row.room_id, line, {}))
    work.announce(MeetingMoved(row.room_id, row.round))
