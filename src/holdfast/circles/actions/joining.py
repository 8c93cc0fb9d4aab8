"""Sitting in once, joining, leaving: each at a door where the hard rules are asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from holdfast.circles.access import circle_inside, circle_to_join
from holdfast.circles.actions.answers import stand_aside
from holdfast.circles.actions.making import seat_somebody
from holdfast.circles.actions.wishing import end_wish
from holdfast.circles.events import CircleChanged
from holdfast.circles.queries.circles import (
    Sitter,
    circles_seated_by,
    may_host,
    seat_ever,
    sitters_of,
)
from holdfast.circles.queries.wishes import own_wish
from holdfast.circles.rules.agreement import agreed
from holdfast.circles.rules.course import FEWEST, SIT_IN, ends_at
from holdfast.circles.rules.refusals import EnoughCircles, SatInAlready
from holdfast.circles.rules.times import as_bits, from_bits
from holdfast.circles.tables import CircleRow, CircleSeatRow
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.meetings.queries import next_meeting
from holdfast.rights.rules import Actor, Member, Staff, System
from holdfast.rooms.actions.circles import give_up_seat
from holdfast.rooms.actions.sides import stand_up

MOST_CIRCLES = 2


async def sit_in_once(
    work: Work,
    actor: Actor,
    *,
    slug: str,
    promises: bool,
    speaks: frozenset[str],
    slots: frozenset[int] | None = None,
) -> CircleRow:
    """Look once: read and say hello for a day, or until the meeting that begins within it is over.

    Everyone there sees that this seat sits in. `slots` are those in which they said they can come;
    without them their wish says it. Raises `NotAgreed`, `Paused`, `NotFound`, `CircleOver`,
    `OtherLanguage`, `NoSeat`, `OtherTimes`, `NoTimes`, `SatInAlready`.
    """
    agreed(promises)
    comer = await circle_to_join(work, actor, slug, speaks=speaks, slots=slots, to_look=True)
    member, found = comer.member, comer.found
    if await seat_ever(work, found.room.id, member.id) is not None:
        raise SatInAlready
    until = await _looks_until(work, found.room.id)
    await seat_somebody(
        work, System(), room_id=found.room.id, member_id=member.id, sits_in_until=until
    )
    work.announce(CircleChanged(found.room.id))
    return found.circle


async def _looks_until(work: Work, room_id: RoomId) -> datetime:
    now = work.clock.now()
    day = now + SIT_IN
    meeting = await next_meeting(work, room_id)
    if meeting is None or meeting.starts_at > day:
        return day
    return max(day, meeting.starts_at + timedelta(minutes=meeting.minutes))


async def join_circle(
    work: Work,
    actor: Actor,
    *,
    slug: str,
    promises: bool,
    speaks: frozenset[str],
    slots: frozenset[int] | None = None,
    fit: float | None = None,
) -> CircleRow:
    """Be one of the circle from now on. Whoever waited for one waits no more. Twice is once.

    From then on the circle shares the slots that suit this member, too. Raises `NotAgreed`,
    `Paused`, `NotFound`, `CircleOver`, `OtherLanguage`, `NoSeat`, `OtherTimes`, `NoTimes`,
    `EnoughCircles`.
    """
    agreed(promises)
    comer = await circle_to_join(work, actor, slug, speaks=speaks, slots=slots)
    member, found = comer.member, comer.found
    if any(one.member_id == member.id and one.is_one_of_them for one in found.sitters):
        return found.circle
    await _must_have_time(work, member)
    seat = await seat_somebody(work, System(), room_id=found.room.id, member_id=member.id)
    found.circle.slots = as_bits(from_bits(found.circle.slots) & comer.slots)
    wish = await own_wish(work, member.id)
    if wish is not None:
        await stand_aside(work, member, row=wish)
        await end_wish(work, System(), row=wish, placed=True, fit=fit)
    if found.circle.host_id is None and await may_host(work, member.id, found.room.language):
        found.circle.host_id = seat
    await note_size(work, actor, circle=found.circle)
    work.announce(CircleChanged(found.room.id))
    return found.circle


async def _must_have_time(work: Work, member: Member) -> None:
    going = [
        circle
        for circle, _ in await circles_seated_by(work, member.id)
        if circle.ended_at is None and await _is_of(work, circle.room_id, member)
    ]
    if len(going) >= MOST_CIRCLES:
        raise EnoughCircles


async def _is_of(work: Work, room_id: RoomId, member: Member) -> bool:
    seat = await seat_ever(work, room_id, member.id)
    how = None if seat is None else await work.db.get(CircleSeatRow, seat.id)
    return how is not None and how.sits_in_until is None


async def leave_circle(work: Work, actor: Actor, *, slug: str) -> None:
    """Give up a seat, quietly: the circle learns a day later that one is free, never whose.

    Also *not for me* after sitting in. Nobody asks why. Raises `NotFound`.
    """
    inside = await circle_inside(work, actor, slug)
    if isinstance(actor, Staff):
        await stand_up(work, actor, room_id=inside.room.id)
    else:
        await give_up_seat(work, actor, seat_id=inside.seat.id, at=work.clock.now())
    if inside.circle.host_id == inside.seat.id:
        inside.circle.host_id = None
    await work.db.flush()
    if inside.circle.ended_at is None:
        await note_size(work, actor, circle=inside.circle)
        work.announce(CircleChanged(inside.room.id))


async def note_size(work: Work, actor: Actor, *, circle: CircleRow) -> None:
    """Since when fewer than four sit there, where that is so."""
    del actor
    await work.db.flush()
    note_people(circle, await sitters_of(work, circle.room_id), work.clock.now())


def note_people(circle: CircleRow, here: Sequence[Sitter], now: datetime) -> None:
    """What a circle knows of itself by who sits there: also of those who went for good."""
    if circle.host_id not in {one.seat_id for one in here}:
        circle.host_id = None
    if sum(one.is_one_of_them for one in here) >= FEWEST:
        _go_on(circle, now)
    elif circle.short_since is None and not is_planned(circle):
        circle.short_since = now


def is_planned(circle: CircleRow) -> bool:
    """Whether an earlier ending was planned, because too few were left."""
    return circle.ends_at < ends_at(circle.begun_at, circle.weeks)


def _go_on(circle: CircleRow, now: datetime) -> None:
    """It is whole, also again: it lasts as long as its people chose."""
    planned = ends_at(circle.begun_at, circle.weeks)
    if is_planned(circle) and planned > now:
        circle.ends_at, circle.last_told_at = planned, None
    circle.short_since = None
