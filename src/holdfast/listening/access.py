"""The only door to an ask, an offer, a session or a raised hand, by an id from outside."""

from __future__ import annotations

from msgspec import Struct

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import HandId, OfferId
from holdfast.kit.work import Work
from holdfast.listening.glass.queries import is_ready
from holdfast.listening.queries import living_ask, session_in
from holdfast.listening.queries.hands import guard_call_in
from holdfast.listening.queries.sessions import side_of
from holdfast.listening.rules.asks import AskOver, AskState, NoRight, NotOffered, OfferState
from holdfast.listening.rules.sessions import SessionOver, Side
from holdfast.listening.tables import AskRow, GuardCallRow, HandRow, ListeningRow, OfferRow
from holdfast.rights.queries import right_of
from holdfast.rights.rules import MATRIX, Actor, Member, Permission, Staff, may
from holdfast.rights.tables import RightRole, RightRow
from holdfast.rooms.access import NotOnShift, seat_in
from holdfast.rooms.queries.stops import pause_of
from holdfast.rooms.rules.stops import kept_out_by
from holdfast.staff.queries import on_shift, shift_of


class Mine(Struct, frozen=True):
    """A session, and which of the two I am."""

    row: ListeningRow
    side: Side
    slug: str


async def own_ask(work: Work, actor: Member) -> AskRow:
    """My ask while it waits. Raises `NotFound`."""
    row = await living_ask(work, actor.id)
    if row is None:
        raise NotFound
    return row


async def offer_to_answer(work: Work, actor: Member, offer_id: int) -> tuple[OfferRow, AskRow]:
    """An ask that lies before me. Raises `NotFound`; `AskOver` once it does no more."""
    row = await work.db.get(OfferRow, OfferId(offer_id), populate_existing=True)
    if row is None or row.member_id != actor.id:
        raise NotFound
    ask = await work.db.get_one(AskRow, row.ask_id, populate_existing=True)
    late = row.state is not OfferState.OPEN or row.until <= work.clock.now()
    if late or ask.state is not AskState.WAITING:
        raise AskOver
    return row, ask


async def own_right(work: Work, actor: Member, language: str | None = None) -> RightRow:
    """My right to listen. Raises `NoRight`."""
    row = await right_of(work, actor.id, RightRole.LISTENER, language)
    if row is None:
        raise NoRight
    return row


async def not_paused(work: Work, actor: Member) -> None:
    """Raises `Paused` or `Removed`: who is kept out of the rooms neither asks nor listens."""
    stop = await pause_of(work, actor.id)
    if stop is not None and not stop.is_over(work.clock.now()):
        raise kept_out_by(stop)


async def own_session(work: Work, actor: Actor, slug: str) -> Mine:
    """A session in which I am one of the two, also when it is over. Raises `NotFound`."""
    seat = await seat_in(work, actor, slug)
    row = await session_in(work, seat.room_id)
    side = None if row is None else side_of(row, actor)
    if row is None or side is None:
        raise NotFound
    return Mine(row, side, slug)


async def session_under_way(work: Work, actor: Actor, slug: str) -> Mine:
    """The same while it goes on, for one at a time. Raises `NotFound`, `SessionOver`."""
    mine = await own_session(work, actor, slug)
    await work.db.refresh(mine.row, with_for_update=True)
    if mine.row.ended_at is not None:
        raise SessionOver
    return mine


def staff_who_answers(actor: Actor) -> Staff:
    """Somebody of the staff who may be called into a session. Raises `NotFound`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.HAND_ANSWER):
        raise NotFound
    return actor


def granting_staff(actor: Actor) -> Staff:
    """Somebody of the staff who gives rights. Raises `NotFound`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.RIGHT_GRANT):
        raise NotFound
    return actor


async def staff_to_come(work: Work, actor: Actor) -> Staff:
    """Somebody who may come where a hand is raised. Raises `NotFound`, `NotOnShift`."""
    staff = staff_who_answers(actor)
    if await shift_of(work, staff.id, work.clock.now()) is None:
        raise NotOnShift
    return staff


async def hand_to_answer(
    work: Work, actor: Actor, hand_id: int
) -> tuple[Staff, HandRow, ListeningRow]:
    """A raised hand, its session, and who comes. Raises `NotFound`, `NotOnShift`, `SessionOver`.

    The session is held first, as by everything else that happens in it.
    """
    staff = await staff_to_come(work, actor)
    hand = await work.db.get(HandRow, HandId(hand_id))
    if hand is None:
        raise NotFound
    row = await work.db.get_one(
        ListeningRow, hand.session_id, with_for_update=True, populate_existing=True
    )
    await work.db.refresh(hand)
    if row.ended_at is not None:
        raise SessionOver
    return staff, hand, row


async def guard_call_to_decide(work: Work, actor: Actor, session_id: int) -> GuardCallRow:
    """What the guard called people for. Raises `NotFound`, `NotOnShift`."""
    await staff_to_come(work, actor)
    row = await guard_call_in(work, session_id)  # type: ignore[arg-type]
    if row is None:
        raise NotFound
    await work.db.refresh(row, with_for_update=True)
    return row


async def is_offered(work: Work, *, covered: bool = True) -> bool:
    """Whether a session can begin now: somebody holds each half of break-glass, and somebody is on
    shift who may answer a raised hand.

    `covered` False is for places without a rota: then nobody need be on shift.
    """
    if not await is_ready(work):
        return False
    if not covered:
        return True
    here = await on_shift(work, work.clock.now())
    return any(Permission.HAND_ANSWER in MATRIX[one.role] for one in here)


async def must_be_offered(work: Work, *, covered: bool = True) -> None:
    """Raises `NotOffered`."""
    if not await is_offered(work, covered=covered):
        raise NotOffered
