"""A meeting in a test: planned, going on, looked at."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from holdfast.kit.ids import RoomId
from holdfast.meetings.actions import lead_meeting, plan_meeting, take_part
from holdfast.meetings.queries import next_meeting, turns_of
from holdfast.meetings.rules.rounds import TurnState
from holdfast.meetings.tables import MeetingRow
from holdfast.messages.events import NoteLeft
from holdfast.messages.queries.entries import entries_since
from holdfast.notices.queries.telling import notices_of
from holdfast.notices.rules.telling import Kind
from holdfast.rights.tables import RightRole, RightRow
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from town import Person, Town, written

CIRCLE = "quiet-harbour-x7"


async def a_circle(town: Town, *people: Person, host: Person) -> RoomId:
    """A closed room with these people in it, one of whom may host."""
    async with town.house.workshop.work() as work:
        room = RoomRow(
            slug=CIRCLE, name="A circle", language="en", topic="", about="", kind=RoomKind.CIRCLE
        )
        work.db.add(room)
        await work.db.flush()
        for number, one in enumerate((host, *people)):
            seat = SeatRow(
                handle=secrets.token_hex(8),
                room_id=room.id,
                member_id=one.member.id,
                pseudonym=f"Circle Heron {number}",
                avatar=secrets.token_hex(8),
                taken_at=work.clock.now(),
            )
            work.db.add(seat)
        now = work.clock.now()
        right = RightRow(
            role=RightRole.HOST,
            granted_at=now,
            until=now + timedelta(days=90),
            member_id=host.member.id,
        )
        work.db.add(right)
        return room.id


async def planned(
    town: Town,
    who: Person,
    room_id: RoomId,
    *,
    hours: float = 1,
    minutes: int = 60,
    theme: str = "",
    until: date | None = None,
) -> MeetingRow:
    """Somebody plans a meeting."""
    async with town.house.workshop.work() as work:
        at = work.clock.now() + timedelta(hours=hours)
        row = await plan_meeting(
            work,
            who.actor,
            room_id=room_id,
            starts_at=at,
            minutes=minutes,
            theme=theme,
            until=until,
        )
    await settled(town)
    return row


async def looks(town: Town) -> None:
    """The clock is looked at."""
    await town.house.reactions.meetings.look()
    await settled(town)


async def settled(town: Town) -> None:
    await town.house.reactions.settled()
    await written(town.house)


async def does(town: Town, who: Person, row: MeetingRow, do: str, slug: str = CIRCLE) -> None:
    """Somebody takes part: joins, leaves, is done, passes."""
    async with town.house.workshop.work() as work:
        await take_part(work, who.actor, slug=slug, meeting_id=row.id, do=do)
    await settled(town)


async def leads(town: Town, who: Person, row: MeetingRow, do: str) -> None:
    async with town.house.workshop.work() as work:
        await lead_meeting(work, who.actor, meeting_id=row.id, do=do)
    await settled(town)


async def now(town: Town, row: MeetingRow) -> MeetingRow:
    """How a meeting stands."""
    async with town.house.workshop.reading() as work:
        return await work.db.get_one(MeetingRow, row.id)


async def coming(town: Town, room_id: RoomId) -> MeetingRow | None:
    async with town.house.workshop.reading() as work:
        return await next_meeting(work, room_id)


async def turn(town: Town, row: MeetingRow) -> int | None:
    """Whose turn it is: the seat."""
    async with town.house.workshop.reading() as work:
        turns = await turns_of(work, row.id)
    return next((one.seat_id for one in turns if one.state is TurnState.NOW), None)


async def lines(town: Town, who: Person, room: RoomId) -> list[str]:
    """The lines of the house in a room, by name."""
    async with town.house.workshop.reading() as work:
        found = await entries_since(work, town.reader(who), room, 0, 200)
    return [one.note for one in found if isinstance(one, NoteLeft)]


async def told(town: Town, who: Person) -> list[Kind]:
    async with town.house.workshop.reading() as work:
        return [one.kind for one in await notices_of(work, who.member, None, 10)]
