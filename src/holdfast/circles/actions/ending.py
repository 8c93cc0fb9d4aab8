"""What comes by the clock: sit-ins over, seats that are free, endings, and four weeks on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from holdfast.circles.actions.joining import note_people
from holdfast.circles.actions.wishing import end_wish
from holdfast.circles.events import CircleChanged, CircleEnded, CircleEnding
from holdfast.circles.queries.circles import (
    Room,
    circle_of,
    going_circles,
    seats_left,
    sit_ins_over,
    sitters,
    sitters_of,
)
from holdfast.circles.queries.proposals import circles_to_ask_after, wishes_over
from holdfast.circles.queries.wishes import members_ever
from holdfast.circles.rules.course import (
    ANSWER_WITHIN,
    ASKED_AFTER,
    FREE_AFTER,
    SHORT_FOR,
    TOLD_BEFORE,
)
from holdfast.circles.tables import CircleCheckRow, CircleRow
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.meetings.actions import end_meetings
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Member, System
from holdfast.rooms.actions import close_room
from holdfast.rooms.actions.circles import give_up_seat
from holdfast.rooms.queries.places import room_named

ENDED = "ended"


async def end_sit_ins(work: Work, actor: System) -> int:
    """Who looked once reads there no more; how many."""
    over = await sit_ins_over(work)
    for how, seat in over:
        at = how.sits_in_until or work.clock.now()
        await give_up_seat(work, actor, seat_id=seat.id, at=at)
        work.announce(CircleChanged(seat.room_id))
    return len(over)


async def tell_of_free_seats(work: Work, actor: System) -> int:
    """A day after somebody left, the circle learns that a seat is free; never whose it was."""
    del actor
    now = work.clock.now()
    left = await seats_left(work, now - FREE_AFTER)
    for how, seat in left:
        how.free_told_at = now
        work.announce(CircleChanged(seat.room_id))
    return len(left)


async def look_at_courses(work: Work, actor: System) -> None:
    """Circles that end soon are told; those whose time has come end; short ones plan to end."""
    now, going = work.clock.now(), await going_circles(work)
    here = await sitters(work, [room.id for _, room in going])
    for circle, room in going:
        note_people(circle, here[room.id], now)
        if circle.ends_at <= now:
            await end_circle(work, actor, room_id=room.id)
        elif circle.short_since is not None and now - circle.short_since >= SHORT_FOR:
            await _plan_to_end(work, actor, circle, room)
        elif circle.last_told_at is None and circle.ends_at - now <= TOLD_BEFORE:
            await _tell_of_ending(work, actor, circle, room)


async def _plan_to_end(work: Work, actor: System, circle: CircleRow, room: Room) -> None:
    """Two weeks with fewer than four: it ends in a week, with a last meeting, unless some come.

    Its people are told, and that they can look for another circle, together with their time.
    """
    now = work.clock.now()
    circle.short_since = None  # it is planned now; looked at again only if it goes on
    circle.ends_at = min(circle.ends_at, now + TOLD_BEFORE)
    circle.last_told_at = now
    people = await _people(work, room.id)
    told = [Told(one, Kind.CIRCLE_SHORT, f"short:{room.slug}", room.slug) for one in people]
    await tell_members(work, actor, told=told)
    work.announce(CircleEnding(room.id, room.slug, tuple(people)))
    work.announce(CircleChanged(room.id))


async def _tell_of_ending(work: Work, actor: System, circle: CircleRow, room: Room) -> None:
    circle.last_told_at = work.clock.now()
    people = await _people(work, room.id)
    told = [Told(one, Kind.CIRCLE_ENDING, f"ending:{room.slug}", room.slug) for one in people]
    await tell_members(work, actor, told=told)
    work.announce(CircleEnding(room.id, room.slug, tuple(people)))
    work.announce(CircleChanged(room.id))


async def _people(work: Work, room_id: RoomId) -> list[MemberId]:
    here = await sitters_of(work, room_id)
    return [one.member_id for one in here if one.is_one_of_them and one.member_id is not None]


async def end_circle(work: Work, actor: System, *, room_id: RoomId) -> None:
    """Nobody writes there any more; its people can read it for two weeks. Twice is once."""
    circle = await circle_of(work, room_id)
    if circle is None or circle.ended_at is not None:
        return
    room = await room_named(work, room_id)
    circle.ended_at = work.clock.now()
    people = await _people(work, room_id)
    for one in await sitters_of(work, room_id):
        if not one.is_one_of_them:  # staff, and who only sat in
            await give_up_seat(work, actor, seat_id=one.seat_id, at=work.clock.now())
    await end_meetings(work, actor, room_id=room_id)
    await close_room(work, actor, room_id=room_id, why=ENDED)
    told = [Told(one, Kind.CIRCLE_ENDED, f"ended:{room.slug}", room.slug) for one in people]
    await tell_members(work, actor, told=told)
    work.announce(CircleEnded(room_id, room.slug, tuple(people)))


async def ask_after(work: Work, actor: System) -> int:
    """Four weeks after a circle ended, each of its people is asked, privately, how they are."""
    now = work.clock.now()
    due = await circles_to_ask_after(work, now - ASKED_AFTER)
    for circle in due:
        circle.asked_at = now
        await _ask_people(work, actor, circle, await members_ever(work, circle.room_id))
    await work.db.execute(delete(CircleCheckRow).where(CircleCheckRow.until <= now))
    return len(due)


async def _ask_people(
    work: Work, actor: System, circle: CircleRow, people: Sequence[MemberId]
) -> None:
    now = work.clock.now()
    for member_id in people:
        row = CircleCheckRow(
            room_id=circle.room_id, member_id=member_id, asked_at=now, until=now + ANSWER_WITHIN
        )
        work.db.add(row)
    await work.db.flush()
    told = [Told(one, Kind.CIRCLE_CHECK, f"check:{circle.room_id}") for one in people]
    await tell_members(work, actor, told=told)


async def answer_check(work: Work, actor: Member, *, number: int) -> None:
    """I have said how I am. That I was asked goes; what I said is kept nowhere.

    Raises `NotFound` for a question that is not mine.
    """
    row = await work.db.get(CircleCheckRow, number)
    if row is None or row.member_id != actor.id:
        raise NotFound
    await work.db.delete(row)


async def end_old_wishes(work: Work, actor: System) -> int:
    """Wishes that were kept for eight weeks go; who made them is told, and may wish again."""
    over = await wishes_over(work)
    told = [Told(row.member_id, Kind.WISH_OVER, f"wish:{row.id}") for row in over]
    await tell_members(work, actor, told=told)
    for row in over:
        await end_wish(work, actor, row=row, placed=False)
    return len(over)
