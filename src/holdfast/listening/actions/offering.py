"""Laying asks before listeners, and taking one: of several who do at once, one is the first."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import update

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.listening.access import is_offered, must_be_offered, offer_to_answer, own_right
from holdfast.listening.events import AskChanged, ListeningBegan, OfferChanged
from holdfast.listening.queries.asks import offers_over, open_offers_of
from holdfast.listening.queries.duties import duty_of
from holdfast.listening.queries.pool import as_wanted, on_duty_now, waiting_asks
from holdfast.listening.queries.sessions import times_together
from holdfast.listening.rules.asks import (
    AskOver,
    AskState,
    NotTogether,
    OfferState,
    OwnAsk,
)
from holdfast.listening.rules.duty import NoRoomForMore, NotOnDuty
from holdfast.listening.rules.matching import OFFER, Match, No, offers_now, why_not
from holdfast.listening.rules.sessions import HandOverState
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow, OfferRow, WaitRow
from holdfast.members.actions.own_keys import ensure_own_key
from holdfast.notices.actions import Told, tell_members
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Member, System
from holdfast.rooms.actions.listening import seat_two
from holdfast.rooms.queries import room_named

NOT_THESE_TWO = {No.AGE, No.BLOCKED, No.NOT_WITH, No.ENOUGH}


async def make_offers(work: Work, actor: System, *, covered: bool = True) -> int:
    """Lay every ask that waits before who fits best and is free. How many were laid.

    Nothing is, where nobody is on shift who could be called in.
    """
    del actor
    asks = await waiting_asks(work, held=True)
    if not asks or not await is_offered(work, covered=covered):
        return 0
    matches = offers_now(asks, await on_duty_now(work), work.clock.now())
    for match in matches:
        await _offer(work, match)
    return len(matches)


async def _offer(work: Work, match: Match) -> None:
    now = work.clock.now()
    row = OfferRow(
        ask_id=match.ask,
        member_id=match.member,
        offered_at=now,
        until=now + OFFER,
        reasons=" ".join(match.reasons),
    )
    work.db.add(row)
    await work.db.flush()
    work.announce(OfferChanged(row.id, match.member, "offered"))


async def let_offers_pass(work: Work, actor: System) -> int:
    """Ninety seconds are over: it goes to the next. Nobody is blamed. How many did."""
    del actor
    over = await offers_over(work)
    for row in over:
        its = OfferRow.id == row.id, OfferRow.state == OfferState.OPEN
        passed = update(OfferRow).where(*its).values(state=OfferState.PASSED)
        await work.db.execute(passed)
        work.announce(OfferChanged(row.id, row.member_id, "gone"))
    return len(over)


async def answer_offer(
    work: Work, actor: Member, *, offer_id: int, accept: bool, covered: bool = True
) -> ListeningRow | None:
    """Take an ask, or let it go on to the next: no reason is asked. Says the session.

    Raises `NotFound`, `AskOver`, `NoRight`, `OwnKeyLocked`, `NotOnDuty`, `NoRoomForMore`,
    `NotTogether`, `NotOffered`. Of two who take one ask at once, one hears `AskOver`.
    """
    if not accept:
        offer, _ = await offer_to_answer(work, actor, offer_id)
        offer.state, offer.answered_at = OfferState.DECLINED, work.clock.now()
        work.announce(OfferChanged(offer.id, actor.id, "gone"))
        return None
    if await duty_of(work, actor.id, held=True) is None:
        raise NotOnDuty
    offer, ask = await offer_to_answer(work, actor, offer_id)
    right = await own_right(work, actor, ask.language)
    await ensure_own_key(work, actor)
    await must_be_offered(work, covered=covered)
    await _must_fit(work, actor, ask)
    await _take(work, ask)
    row = await _begin(work, actor, ask, offer)
    row.right_id = right.id
    return row


async def _must_fit(work: Work, actor: Member, ask: AskRow) -> None:
    """The hard rules once more, as things stand now: a block may have come since it was laid."""
    here = await on_duty_now(work, actor.id)
    if not here:
        raise NotOnDuty
    wanted = replace((await as_wanted(work, [ask]))[0], asked=frozenset())  # it lies before them:
    me = replace(here[0], offered=0)  # that is how they take it
    match why_not(wanted, me, work.clock.now()):
        case No.OWN:
            raise OwnAsk
        case no if no in NOT_THESE_TWO:
            raise NotTogether
        case None:
            pass
        case _:
            raise NoRoomForMore


async def _take(work: Work, ask: AskRow) -> None:
    """It is mine, if it was nobody's: whoever comes a moment later changes nothing."""
    its = AskRow.id == ask.id, AskRow.state == AskState.WAITING
    taken = update(AskRow).where(*its)
    mine = taken.values(state=AskState.MATCHED, over_at=work.clock.now()).returning(AskRow.id)
    if (await work.db.execute(mine)).first() is None:
        raise AskOver
    await work.db.refresh(ask)


async def _begin(work: Work, actor: Member, ask: AskRow, offer: OfferRow) -> ListeningRow:
    """The two sit down; nobody else has the ask before them, and the wait is counted."""
    now = work.clock.now()
    for other in await open_offers_of(work, ask.id):
        other.state, other.answered_at = OfferState.WITHDRAWN, now
        if other.id != offer.id:
            work.announce(OfferChanged(other.id, other.member_id, "gone"))
    offer.state = OfferState.TAKEN
    seat = await seat_two(
        work, System(), room_id=ask.room_id, asker_seat=ask.seat_id, listener_id=actor.id
    )
    row = ListeningRow(
        room_id=ask.room_id,
        asker_id=ask.member_id,
        listener_id=actor.id,
        asker_seat=ask.seat_id,
        listener_seat=seat.id,
        right_id=None,
        language=ask.language,
        began_at=now,
        last_at=now,
        number=await times_together(work, ask.member_id, actor.id) + 1,
        reasons=offer.reasons,
        concern=ask.concern,
    )
    work.db.add(row)
    waited = round((now - ask.asked_at).total_seconds())
    work.db.add(WaitRow(day=now.date(), hour=ask.asked_at.hour, seconds=waited))
    await work.db.flush()
    await _hand_on(work, ask)
    await _tell(work, row, ask.room_id)
    work.announce(AskChanged(ask.id, ask.member_id, "matched"))
    return row


async def _hand_on(work: Work, ask: AskRow) -> None:
    """The summary of the listener before has reached the next one."""
    if ask.hand_over_id is not None:
        over = await work.db.get_one(HandOverRow, ask.hand_over_id)
        over.state = HandOverState.TAKEN


async def _tell(work: Work, row: ListeningRow, room_id: RoomId) -> None:
    slug = (await room_named(work, room_id)).slug
    assert row.asker_id is not None  # noqa: S101 - they were there a moment ago
    assert row.listener_id is not None  # noqa: S101
    told = Told(row.asker_id, Kind.LISTENER, f"talk:{row.id}", slug)  # if they are away
    await tell_members(work, System(), told=[told])
    work.announce(ListeningBegan(row.id, room_id, slug, row.asker_id, row.listener_id))
