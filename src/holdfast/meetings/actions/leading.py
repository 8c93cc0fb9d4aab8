"""Leading a meeting: by its host, by those whose turn it is, and by the clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    said_since,
    seats_here,
    seats_that_left,
    turns_of,
)
from holdfast.meetings.rules.course import Course, step
from holdfast.meetings.rules.happened import (
    Done,
    End,
    Happened,
    Joined,
    Left,
    Line,
    More,
    Next,
    Tick,
)
from holdfast.meetings.rules.rounds import ENDED, Round
from holdfast.meetings.tables import MeetingRow, ReminderRow, TurnRow
from holdfast.rights.rules import Actor, Staff, System
from holdfast.rooms.queries import head_of, room_named
from holdfast.rooms.tables import RoomKind, RoomState

A_WHILE = timedelta(minutes=5)  # for which somebody who gave a sign is taken to be there
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


@dataclass(frozen=True, slots=True)
class Looked:
    """A meeting as the clock finds it: what to tell the rules."""

    row: MeetingRow
    turns: Sequence[TurnRow]
    happened: list[Happened]

    def is_due(self, now: datetime) -> bool:
        """Whether anything would be different afterwards."""
        course = course_of(self.row, self.turns)
        after, _ = _stepped(course, now, self.happened)
        return after != course


async def looked_at(work: Work, meeting_id: MeetingId, here: Collection[int] | None) -> Looked:
    """What is so now: who spoke, who left, who is there. Where nobody knows, everybody is."""
    row, now = await work.db.get_one(MeetingRow, meeting_id), work.clock.now()
    turns = await turns_of(work, meeting_id)
    seated = await seats_here(work, row.room_id)
    known = {one.seat_id for one in turns}
    spoke = {} if row.began_at is None else await said_since(work, row)
    happened: list[Happened] = [Left(one) for one in known - seated]
    if row.round is Round.OPENING:
        happened += [Joined(one) for one in spoke if one not in known and one in seated]
    signs = {one.seat_id: one.sign_at for one in turns} | spoke
    lately = {one for one, at in signs.items() if at is not None and at > now - A_WHILE}
    there = seated if here is None else {*here, *lately}
    happened.append(Tick(frozenset(there), await _may_begin(work, row)))
    return Looked(row, turns, happened)


async def _may_begin(work: Work, row: MeetingRow) -> bool:
    """In an open room somebody from here is awake; a circle has its host and its people."""
    room = await room_named(work, row.room_id)
    return room.kind is RoomKind.CIRCLE or room.state is RoomState.LIVE


async def run_meeting(
    work: Work, actor: System, *, meeting_id: MeetingId, here: Collection[int] | None
) -> None:
    """What the clock makes of a meeting. `here` are the seats that are connected, if known."""
    del actor
    locked = await work.db.get(MeetingRow, meeting_id, with_for_update=True, populate_existing=True)
    if locked is not None and locked.round not in ENDED:
        looked = await looked_at(work, meeting_id, here)
        await _happen(work, looked.row, looked.happened)


def _stepped(
    course: Course, now: datetime, happened: Sequence[Happened]
) -> tuple[Course, list[Line]]:
    lines: list[Line] = []
    for one in happened:
        course, said = step(course, now, one)
        lines = said or lines
    return course, lines


async def _happen(work: Work, row: MeetingRow, happened: Sequence[Happened]) -> None:
    """Bring the rules' answer to the rows, and announce what is new."""
    turns = await turns_of(work, row.id)
    before = course_of(row, turns)
    after, lines = _stepped(before, work.clock.now(), happened)
    if after == before:
        return
    if before.round is Round.PLANNED:
        row.began_seq = await head_of(work, row.room_id)
    await _write(work, row, turns, after)
    for line in lines:
        work.announce(MeetingSaid(row.room_id, line.name, line.facts))
    mine = after.now
    until = after.turn_until if mine else after.round_until
    work.announce(MeetingMoved(row.room_id, after.round, mine.number if mine else None, until))


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
