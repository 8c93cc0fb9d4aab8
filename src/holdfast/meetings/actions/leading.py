"""Leading a meeting: by its host, by those whose turn it is, and by the clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import delete

from holdfast.audit.actions import record
from holdfast.kit.ids import MeetingId, SeatId
from holdfast.kit.work import Work
from holdfast.meetings.access import meeting_to_join, meeting_to_lead
from holdfast.meetings.events import MeetingMoved, MeetingSaid, MeetingSoon
from holdfast.meetings.queries import (
    KEPT,
    course_of,
    meetings_to_remind_of,
    seats_that_left,
    turns_of,
)
from holdfast.meetings.queries.looking import looked_at, stepped
from holdfast.meetings.rules.course import Course
from holdfast.meetings.rules.happened import (
    Done,
    End,
    Happened,
    Joined,
    Left,
    More,
    Next,
)
from holdfast.meetings.rules.rounds import ENDED, Round
from holdfast.meetings.tables import MeetingRow, ReminderRow, TurnRow
from holdfast.rights.rules import Actor, Staff, System
from holdfast.rooms.queries import head_of

LEADS: dict[str, Happened] = {"next": Next(), "more": More(), "end": End()}
TURNS: dict[str, Callable[[int], Happened]] = {
    "join": Joined,
    "leave": Left,
    "done": Done,
    "pass": Done,
}


async def lead_meeting(work: Work, actor: Actor, *, meeting_id: int, do: str) -> None:
    """Go on to what is `next`, give `more` time, or `end` it. Raises `NotFound`, `NotOnShift`."""
    row = await meeting_to_lead(work, actor, meeting_id)
    if isinstance(actor, Staff):
        await record(work, actor, what=f"meeting:{do}", about=f"room:{row.room_id}")
    await _happen(work, row, [LEADS[do]])


async def take_part(work: Work, actor: Actor, *, slug: str, meeting_id: int, do: str) -> None:
    """`join` the go-round, `leave` it, be `done` with my turn, or `pass`, which is the same."""
    seat = await meeting_to_join(work, actor, slug, meeting_id)
    row = await work.db.get_one(MeetingRow, MeetingId(meeting_id))
    await _happen(work, row, [TURNS[do](seat.id)])
    mine = await work.db.get(TurnRow, (row.id, seat.id))
    if mine is not None:
        mine.sign_at = work.clock.now()
        await work.db.flush()


async def run_meeting(
    work: Work, actor: System, *, meeting_id: MeetingId, here: Collection[int] | None
) -> None:
    """What the clock makes of a meeting. `here` are the seats that are connected, if known."""
    del actor
    locked = await work.db.get(MeetingRow, meeting_id, with_for_update=True, populate_existing=True)
    if locked is not None and locked.round not in ENDED:
        looked = await looked_at(work, meeting_id, here)
        await _happen(work, looked.row, looked.happened)


async def _happen(work: Work, row: MeetingRow, happened: Sequence[Happened]) -> None:
    """Bring the rules' answer to the rows, and announce what is new."""
    turns = await turns_of(work, row.id)
    before = course_of(row, turns)
    after, lines = stepped(before, work.clock.now(), happened)
    if after == before:
        return
    if before.round is Round.PLANNED:
        row.began_seq = await head_of(work, row.room_id)
    await _write(work, row, turns, after)
    for line in lines:
        work.announce(MeetingSaid(row.room_id, line.name, line.facts))
    if _shown(after) != _shown(before):  # that somebody asks for a turn calls nobody's page
        work.announce(MeetingMoved(row.room_id, *_shown(after)))


def _shown(course: Course) -> tuple[Round, int | None, datetime | None]:
    mine = course.now
    return course.round, mine.number if mine else None, course.turn_until or course.round_until


async def _write(work: Work, row: MeetingRow, turns: Sequence[TurnRow], after: Course) -> None:
    row.round, row.began_at, row.round_until = after.round, after.began_at, after.round_until
    row.turn_at, row.turn_until = after.turn_at, after.turn_until
    row.given = int(after.given.total_seconds())
    known = {one.seat_id: one for one in turns}
    for turn in after.turns:
        if (mine := known.get(SeatId(turn.seat))) is not None:
            mine.state = turn.state
        else:
            new = TurnRow(
                meeting_id=row.id, seat_id=SeatId(turn.seat), number=turn.number, state=turn.state
            )
            work.db.add(new)
    if after.round in ENDED:
        row.ended_at = work.clock.now()
        await work.db.flush()
        await work.db.execute(delete(TurnRow).where(TurnRow.meeting_id == row.id))
    await work.db.flush()


async def remind_of_meetings(work: Work, actor: System) -> None:
    """Half an hour before, who asked for it is told; once."""
    del actor
    for row in await meetings_to_remind_of(work):
        row.reminded_at = work.clock.now()
        work.announce(MeetingSoon(row.id, row.room_id))
    await work.db.flush()


async def forget_left(work: Work, actor: System) -> None:
    """Whoever gave up a seat has no turn there to come, once it ended, and no reminder."""
    del actor
    gone = await seats_that_left(work)
    await work.db.execute(delete(ReminderRow).where(ReminderRow.seat_id.in_(gone)))
    await work.db.execute(delete(TurnRow).where(TurnRow.seat_id.in_(gone)))


async def forget_meetings(work: Work, actor: System) -> None:
    """Two weeks after it was over, nothing of a meeting is kept."""
    del actor
    old = MeetingRow.ended_at < work.clock.now() - KEPT
    await work.db.execute(delete(MeetingRow).where(old))
