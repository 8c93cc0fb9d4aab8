"""A meeting as the clock finds it: who spoke, who left, who is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from holdfast.kit.ids import MeetingId
from holdfast.kit.work import Work
from holdfast.meetings.queries import course_of, said_since, seats_here, turns_of
from holdfast.meetings.rules.course import Course, step
from holdfast.meetings.rules.happened import End, Happened, Joined, Left, Line, Tick
from holdfast.meetings.rules.rounds import Round
from holdfast.meetings.tables import MeetingRow, TurnRow
from holdfast.rooms.queries import room_named
from holdfast.rooms.tables import RoomKind, RoomState

A_WHILE = timedelta(minutes=5)  # for which somebody who gave a sign is taken to be there


class Looked(Struct, frozen=True):
    """A meeting as the clock finds it: what to tell the rules."""

    row: MeetingRow
    turns: Sequence[TurnRow]
    happened: list[Happened]

    def is_due(self, now: datetime) -> bool:
        """Whether anything would be different afterwards."""
        course = course_of(self.row, self.turns)
        after, _ = stepped(course, now, self.happened)
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
    room = await room_named(work, row.room_id)
    # In an open room somebody from here is awake; a circle has its host and its people.
    may_begin = room.kind is RoomKind.CIRCLE or room.state is RoomState.LIVE
    is_closed = room.state is RoomState.CLOSED
    happened.append(End() if is_closed else Tick(frozenset(there), may_begin))
    return Looked(row, turns, happened)


def stepped(
    course: Course, now: datetime, happened: Sequence[Happened]
) -> tuple[Course, list[Line]]:
    lines: list[Line] = []
    for one in happened:
        course, said = step(course, now, one)
        lines = said or lines
    return course, lines
