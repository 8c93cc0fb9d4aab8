"""The only door to circles, wishes and proposals, for an address or number from outside."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from holdfast.circles.queries.circles import circle_named, circle_of, seat_ever
from holdfast.circles.queries.proposals import answers_to, proposal_to
from holdfast.circles.queries.wishes import (
    Open,
    at_high_concern,
    kept_apart,
    key_of,
    open_circles,
    own_wish,
)
from holdfast.circles.rules.forming.wishes import Rule, Wish, rule_broken
from holdfast.circles.rules.refusals import (
    AskOver,
    CircleOver,
    NoSeat,
    NotHost,
    NoTimes,
    OtherLanguage,
    OtherTimes,
)
from holdfast.circles.rules.times import EVERY_SLOT, from_bits, slots_said
from holdfast.circles.tables import CircleRow, ProposalAnswerRow, ProposalRow, WishRow
from holdfast.kit.errors import HoldfastError, NotFound, SignedOut
from holdfast.kit.ids import SeatId
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.tables import MemberRow
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rights.tables import RightRole
from holdfast.rooms.access import NotOnShift, Seat, seat_in
from holdfast.rooms.queries.places import room_to_change
from holdfast.rooms.queries.stops import pause_of
from holdfast.rooms.rules.stops import kept_out_by
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.staff.queries import shift_of

Me = MemberRow
MOST_LOOKING: Final = 2  # who sit in at once
REFUSALS: Final[dict[Rule, type[HoldfastError]]] = {
    Rule.AGE: NotFound,
    Rule.APART: NotFound,
    Rule.LANGUAGE: OtherLanguage,
    Rule.SIZE: NoSeat,
    Rule.CONCERN: NoSeat,
    Rule.TIMES: OtherTimes,
}


class Comer(Struct, frozen=True):
    """A member who may come in, the circle, and the slots in which they can be there."""

    member: Member
    found: Open
    slots: frozenset[int]


class Inside(Struct, frozen=True):
    """A circle, for who sits there."""

    circle: CircleRow
    room: RoomRow
    seat: Seat
    is_host: bool


async def may_come_in(work: Work, actor: Actor) -> MemberRow:
    """A member who is not paused. Raises `SignedOut`, `Paused`."""
    if not isinstance(actor, Member):
        raise SignedOut
    stop = await pause_of(work, actor.id)
    if stop is not None:
        raise kept_out_by(stop)
    return await myself(work, actor)


async def circle_to_see(work: Work, actor: Actor, slug: str) -> Open:
    """A circle that goes on, as it shows itself to who may come. Raises `NotFound`.

    Another class of age, and somebody there whom this member must not meet: there is no circle.
    """
    if not isinstance(actor, Member):
        raise NotFound
    me = await myself(work, actor)
    found = next((one for one in await open_circles(work) if one.room.slug == slug), None)
    if found is None or not is_open_to(found, me):
        raise NotFound
    return found


def is_open_to(found: Open, me: MemberRow) -> bool:
    """Whether a member may know about a circle at all."""
    key = key_of(me.id)
    return found.room.age_band == me.age_band and key not in found.as_open.apart


async def circle_to_join(
    work: Work,
    actor: Actor,
    slug: str,
    *,
    speaks: frozenset[str],
    slots: frozenset[int] | None,
    to_look: bool = False,
) -> Comer:
    """A circle with a seat for this member, one who comes after the other.

    `slots` are those in which they said they can come; where they said nothing, their wish says
    it. Raises `Paused`, `NotFound`, `CircleOver` for who sat there, `OtherLanguage`, `NoSeat`,
    `OtherTimes`, `NoTimes`.
    """
    me = await may_come_in(work, actor)
    assert isinstance(actor, Member)  # noqa: S101 - `may_come_in` lets in nobody else
    named = await circle_named(work, slug)
    if named is None:
        raise NotFound
    await room_to_change(work, named[1].id)  # one at a time comes in
    await work.db.refresh(named[0])
    if named[0].ended_at is not None:
        if await seat_ever(work, named[1].id, me.id) is None:
            raise NotFound
        raise CircleOver
    found = await circle_to_see(work, actor, slug)
    if any(one.member_id == me.id and one.is_one_of_them for one in found.sitters):
        return Comer(actor, found, from_bits(found.circle.slots))
    said = await slots_to_come(work, me, slots)
    broken = await rule_in_the_way(work, me, found, speaks=speaks, slots=said)
    if broken is not None:
        raise REFUSALS[broken]
    if to_look and sum(one.sits_in_until is not None for one in found.sitters) >= MOST_LOOKING:
        raise NoSeat
    if said is None:
        raise NoTimes
    return Comer(actor, found, said)


async def slots_to_come(
    work: Work, me: MemberRow, slots: frozenset[int] | None = None
) -> frozenset[int] | None:
    """When a member can come: as they say now, or as they wished; none where they never said."""
    wish = await own_wish(work, me.id) if slots is None else None
    return slots if wish is None else slots_said(wish.times.split(), wish.zone, work.clock.now())


async def rule_in_the_way(
    work: Work,
    me: MemberRow,
    found: Open,
    *,
    speaks: frozenset[str],
    slots: frozenset[int] | None,
) -> Rule | None:
    """The hard rule that this circle would break with this member; times not said break none."""
    mine = await comer(work, me, speaks=tuple(speaks), slots=EVERY_SLOT if slots is None else slots)
    sits_in = any(one.member_id == me.id for one in found.sitters)
    itself = replace(
        found.as_open,
        size=found.as_open.size - await _is_asked_for(work, me, found),
        high=found.as_open.high - (sits_in and mine.high),
    )
    return rule_broken(itself.as_one().joined_by(mine.as_one()))


async def comer(
    work: Work, me: MemberRow, *, speaks: tuple[str, ...], slots: frozenset[int]
) -> Wish:
    """A member who comes by themselves, as the rules compare them. Nothing of it is kept."""
    apart = (await kept_apart(work, {me.id})).get(me.id, set())
    return Wish(
        key=key_of(me.id),
        age=me.age_band,
        languages=speaks,
        slots=slots,
        high=me.id in await at_high_concern(work, {me.id}),
        apart=frozenset(key_of(one) for one in apart),
    )


async def _is_asked_for(work: Work, me: MemberRow, found: Open) -> bool:
    """Whether one of the seats that are being offered is offered to this member."""
    asked = await proposal_to(work, me.id)
    return asked is not None and asked[0].room_id == found.room.id and asked[1].said is None


async def circle_inside(work: Work, actor: Actor, slug: str) -> Inside:
    """The circle in which this actor sits, also one that has ended. Raises `NotFound`."""
    seat = await seat_in(work, actor, slug)
    circle = await circle_of(work, seat.room_id) if seat.kind is RoomKind.CIRCLE else None
    if circle is None:
        raise NotFound
    room = await work.db.get_one(RoomRow, seat.room_id)
    return Inside(circle, room, seat, await hosts(work, actor, circle, seat.id))


async def hosts(work: Work, actor: Actor, circle: CircleRow, seat_id: SeatId) -> bool:
    """Whether this actor is the host now: a right that is over makes nobody one."""
    if circle.host_id != seat_id:
        return False
    if isinstance(actor, Member):
        return await has_right(work, actor.id, RightRole.HOST)
    return may(actor, Permission.CIRCLE_VISIT)


async def circle_to_host(work: Work, actor: Actor, slug: str) -> Inside:
    """The circle this actor hosts. Raises `NotFound`, `NotHost`, `CircleOver`."""
    inside = await circle_inside(work, actor, slug)
    if not inside.is_host:
        raise NotHost
    if inside.circle.ended_at is not None:
        raise CircleOver
    return inside


async def circle_to_visit(work: Work, actor: Actor, slug: str) -> tuple[Staff, CircleRow, RoomRow]:
    """A circle to which somebody of the staff may come. Raises `NotFound`, `NotOnShift`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.CIRCLE_VISIT):
        raise NotFound
    named = await circle_named(work, slug)
    if named is None or named[0].ended_at is not None:
        raise NotFound
    if await shift_of(work, actor.id, work.clock.now()) is None:
        raise NotOnShift
    return actor, *named


async def wish_to_change(work: Work, actor: Actor) -> WishRow:
    """My own wish. Raises `NotFound` where I have none."""
    row = await own_wish(work, actor.id) if isinstance(actor, Member) else None
    if row is None:
        raise NotFound
    return row


async def proposal_to_answer(
    work: Work, actor: Actor, number: int
) -> tuple[ProposalRow, ProposalAnswerRow]:
    """What this member is asked. Raises `NotFound` where they are not, `AskOver` when over."""
    if not isinstance(actor, Member):
        raise NotFound
    row = await work.db.get(ProposalRow, number, with_for_update=True, populate_existing=True)
    found = await _answer_of(work, actor, row)
    if row is None or found is None:
        raise NotFound
    if row.over_at is not None or row.until <= work.clock.now():
        raise AskOver
    return row, found


async def _answer_of(
    work: Work, actor: Member, row: ProposalRow | None
) -> ProposalAnswerRow | None:
    answers = [] if row is None else await answers_to(work, row.id)
    return next((one for one in answers if one.member_id == actor.id), None)
