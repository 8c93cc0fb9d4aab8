"""What a steward does about rooms: other words for one, closing it with notice, opening again."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.notices.actions import Told, tell_members, untell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Actor, Permission, Staff, System
from holdfast.rooms.access import room_to_keep
from holdfast.rooms.actions.guiding import close_room, reopen_room
from holdfast.rooms.actions.seats import NOT_WHOLE
from holdfast.rooms.events import RoomGuided
from holdfast.rooms.queries.closing import closing_to_tell, closings_due, closings_standing
from holdfast.rooms.queries.guiding import standing
from holdfast.rooms.queries.places import room_named
from holdfast.rooms.rules import Plan, is_whole
from holdfast.rooms.rules.closing import closes_at
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.tables import RoomClosingRow, RoomRow, RoomState
from holdfast.staff.access import fresh_staff

IS_CLOSED = N_("This room is closed.")
CLOSES_ALREADY = N_("This room is going to close already.")
NOT_CLOSING = N_("This room isn’t going to close.")
FOR_CARE = N_(
    "People who look after members closed this room to keep everyone safe. They can open it again."
)


async def edit_room(work: Work, actor: Actor, *, slug: str, plan: Plan, language: str) -> RoomRow:
    """Other words for a room, or another language. Its address stays, so that links go on working.

    Raises `NotFound`, `Malformed`.
    """
    _, room = await room_to_keep(work, actor, slug, Permission.ROOM_EDIT)
    if not is_whole(plan, language):
        raise Malformed(NOT_WHOLE)
    new = {"name": plan.name, "topic": plan.topic, "about": plan.about, "language": language}
    changed = [field for field, value in new.items() if getattr(room, field) != value]
    for field in changed:
        setattr(room, field, new[field])
    if changed:
        about, detail = f"room:{room.id}", {"fields": "+".join(changed)}
        await record(work, actor, what="room:edited", about=about, detail=detail)
    if "topic" in changed and await standing(work, room.id, Guidance.TOPIC) is None:
        facts = {"topic": room.topic}
        work.announce(RoomGuided(room.id, room.state, room.state_until, facts))
    return room


async def announce_closing(work: Work, actor: Actor, *, slug: str) -> RoomClosingRow:
    """Say that a room closes in two weeks. Until then it can be taken back.

    Raises `NotFound`, `FreshSignInNeeded`, `Conflict` where it closes already or is closed.
    """
    staff, room = await room_to_keep(work, actor, slug, Permission.ROOM_CLOSE)
    fresh_staff(work, actor)
    await work.db.refresh(
        room, with_for_update={"key_share": True}
    )  # two who say so at once do it in turn
    if room.state is RoomState.CLOSED:
        raise Conflict(IS_CLOSED)
    if room.id in await closings_standing(work):
        raise Conflict(CLOSES_ALREADY)
    now = work.clock.now()
    row = RoomClosingRow(room_id=room.id, by=staff.id, at=now, closes_at=closes_at(now))
    work.db.add(row)
    await work.db.flush()
    about, detail = f"room:{room.id}", {"at": round(row.closes_at.timestamp())}
    await record(work, actor, what="room:closing_announced", about=about, detail=detail)
    return row


async def keep_open(work: Work, actor: Actor, *, slug: str) -> None:
    """Take a closing back before its day. Raises `NotFound`, `Conflict` where there is none."""
    staff, room = await room_to_keep(work, actor, slug, Permission.ROOM_CLOSE)
    closing = (await closings_standing(work)).get(room.id)
    if closing is None or closing.closed_at is not None:
        raise Conflict(NOT_CLOSING)
    await _end(work, staff, closing)
    await untell_members(work, actor, kind=Kind.ROOM_CLOSING, about=notice_of(room.slug, closing))
    await record(work, actor, what="room:closing_taken_back", about=f"room:{room.id}")


def notice_of(slug: str, closing: RoomClosingRow) -> str:
    """What the notice of a closing is about."""
    return f"{slug}:{closing.id}"


async def open_again(work: Work, actor: Actor, *, slug: str) -> None:
    """Open a room that was closed with notice. Quiet at first, then as the rota says.

    Raises `NotFound`, `FreshSignInNeeded`, `Conflict` where it was not closed so.
    """
    staff, room = await room_to_keep(work, actor, slug, Permission.ROOM_CLOSE)
    fresh_staff(work, actor)
    closing = (await closings_standing(work)).get(room.id)
    if closing is None or closing.closed_at is None:
        raise Conflict(FOR_CARE if room.state is RoomState.CLOSED else NOT_CLOSING)
    await _end(work, staff, closing)
    await reopen_room(work, staff, room_id=room.id)


async def _end(work: Work, staff: Staff, closing: RoomClosingRow) -> None:
    closing.ended_by, closing.ended_at = staff.id, work.clock.now()
    await work.db.flush()


async def close_on_the_day(work: Work, actor: System) -> int:
    """Close every room whose day has come; how many."""
    await take_turn(work, Turn.CLOSING)
    due = await closings_due(work)
    for closing in due:
        closing.closed_at = work.clock.now()
        await close_room(work, actor, room_id=closing.room_id, why="notice")
    return len(due)


async def tell_of_closing(work: Work, actor: System) -> bool:
    """Tell the next of those who sit in a room that it closes; whether anybody was told."""
    await take_turn(work, Turn.CLOSING)
    found = await closing_to_tell(work)
    if found is None:
        return False
    closing, seats = found
    room = await room_named(work, closing.room_id)
    about = notice_of(room.slug, closing)
    told = [
        Told(seat.member_id, Kind.ROOM_CLOSING, about, room.slug)
        for seat in seats
        if seat.member_id is not None
    ]
    await tell_members(work, actor, told=told)
    closing.told_to = seats[-1].id
    return True
