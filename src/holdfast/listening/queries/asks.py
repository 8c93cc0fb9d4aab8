"""What somebody asked, what lies before a listener, and how long people really wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, or_, select

from holdfast.kit.ids import AskId, MemberId, OfferId
from holdfast.kit.work import Work
from holdfast.listening.queries.seals import opened, place_of_ask, place_of_summary
from holdfast.listening.rules.asks import AskState, OfferState
from holdfast.listening.rules.queue import LOOKED_BACK, Wait, honest_wait
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow, OfferRow, WaitRow
from holdfast.rights.rules import Member
from holdfast.sealing.seam import Keyring


class MyAsk(Struct, frozen=True):
    """My own ask while it waits, as my page shows it."""

    id: AskId
    asked_at: datetime
    until: datetime
    wants: tuple[str, ...]
    preferences: tuple[str, ...]
    language: str
    words: str
    is_before_someone: bool  # a listener is looking at it
    wait: Wait | None  # as people waited in this hour; None: we can't say
    again: bool  # for the listener of before


class MyOffer(Struct, frozen=True):
    """An ask that lies before me."""

    id: OfferId
    until: datetime
    asked_at: datetime
    wants: tuple[str, ...]
    preferences: tuple[str, ...]
    language: str
    words: str
    reasons: tuple[str, ...]
    again: bool
    summary: str  # what the listener before wrote, as the member agreed to it


async def living_ask(work: Work, member_id: MemberId) -> AskRow | None:
    """The one ask of a member that waits."""
    mine = AskRow.member_id == member_id, AskRow.state == AskState.WAITING
    found: AskRow | None = await work.db.scalar(select(AskRow).where(*mine))
    return found


async def is_asking(work: Work, member_id: MemberId) -> bool:
    """Whether a member waits for somebody who listens."""
    return await living_ask(work, member_id) is not None


async def my_ask(work: Work, actor: Member, keyring: Keyring | None = None) -> MyAsk | None:
    """My ask, while it waits; with its sentence where a keyring is at hand."""
    row = await living_ask(work, actor.id)
    if row is None:
        return None
    words = ""
    if keyring is not None:
        words = await opened(keyring, actor, row.words, row.key_id, place_of_ask(row))
    return MyAsk(
        id=row.id,
        asked_at=row.asked_at,
        until=row.until,
        wants=tuple(row.wants.split()),
        preferences=tuple(row.preferences.split()),
        language=row.language,
        words=words,
        is_before_someone=bool(await open_offers_of(work, row.id)),
        wait=await queue_now(work),
        again=row.again_with is not None,
    )


async def queue_now(work: Work) -> Wait | None:
    """The median of what people really waited in this hour of the day, over 28 days.

    Those are counted to whom somebody came. Nothing where they are fewer than five.
    """
    now = work.clock.now()
    lately = WaitRow.day > (now - LOOKED_BACK).date()
    query = select(WaitRow.seconds).where(WaitRow.hour == now.hour, lately)
    return honest_wait((await work.db.scalars(query)).all())


async def open_offers_of(work: Work, ask_id: AskId) -> Sequence[OfferRow]:
    """Before whom an ask lies now."""
    its = OfferRow.ask_id == ask_id, OfferRow.state == OfferState.OPEN
    return (await work.db.scalars(select(OfferRow).where(*its).order_by(OfferRow.id))).all()


async def my_offers(work: Work, actor: Member, keyring: Keyring) -> list[MyOffer]:
    """What lies before me now, the oldest first. Its sentence is opened: it is for who listens."""
    mine = (
        OfferRow.member_id == actor.id,
        OfferRow.state == OfferState.OPEN,
        OfferRow.until > work.clock.now(),
        AskRow.state == AskState.WAITING,
    )
    query = select(OfferRow, AskRow).join(AskRow, AskRow.id == OfferRow.ask_id).where(*mine)
    found = (await work.db.execute(query.order_by(OfferRow.id))).all()
    return [await _offer(work, actor, keyring, offer, ask) for offer, ask in found]


async def _offer(
    work: Work, actor: Member, keyring: Keyring, offer: OfferRow, ask: AskRow
) -> MyOffer:
    return MyOffer(
        id=offer.id,
        until=offer.until,
        asked_at=ask.asked_at,
        wants=tuple(ask.wants.split()),
        preferences=tuple(ask.preferences.split()),
        language=ask.language,
        words=await opened(keyring, actor, ask.words, ask.key_id, place_of_ask(ask)),
        reasons=tuple(offer.reasons.split()),
        again=ask.again_with is not None,
        summary=await _summary(work, actor, keyring, ask),
    )


async def _summary(work: Work, actor: Member, keyring: Keyring, ask: AskRow) -> str:
    row = None if ask.hand_over_id is None else await work.db.get(HandOverRow, ask.hand_over_id)
    if row is None:
        return ""
    return await opened(keyring, actor, row.words, row.key_id, place_of_summary(row))


async def offers_over(work: Work) -> Sequence[OfferRow]:
    """Offers whose ninety seconds are over."""
    over = OfferRow.state == OfferState.OPEN, OfferRow.until <= work.clock.now()
    return (await work.db.scalars(select(OfferRow).where(*over).order_by(OfferRow.id))).all()


async def asks_over(work: Work) -> Sequence[AskRow]:
    """Asks at which nobody looked for too long."""
    over = AskRow.state == AskState.WAITING, AskRow.until <= work.clock.now()
    return (await work.db.scalars(select(AskRow).where(*over).order_by(AskRow.id))).all()


async def asks_waiting(work: Work) -> int:
    """How many wait now."""
    query = select(func.count()).where(AskRow.state == AskState.WAITING)
    return (await work.db.execute(query)).scalar_one()


async def waits_too_old(work: Work, kept: timedelta) -> bool:
    """Whether waits are kept that tell nobody anything any more."""
    before = (work.clock.now() - kept).date()
    return (
        await work.db.scalar(select(WaitRow.row).where(WaitRow.day < before).limit(1)) is not None
    )


async def ask_of(work: Work, session: ListeningRow) -> AskRow | None:
    """The ask from which a session came."""
    its = AskRow.room_id == session.room_id
    found: AskRow | None = await work.db.scalar(select(AskRow).where(its))
    return found


async def asks_or_talks(work: Work, member_id: MemberId) -> bool:
    """Whether a member waits for a listener, or talks to one."""
    asks = select(AskRow.id).where(AskRow.member_id == member_id, AskRow.state == AskState.WAITING)
    talks = select(ListeningRow.id).where(
        ListeningRow.asker_id == member_id, ListeningRow.ended_at.is_(None)
    )
    return bool(await work.db.scalar(select(or_(asks.exists(), talks.exists()))))
