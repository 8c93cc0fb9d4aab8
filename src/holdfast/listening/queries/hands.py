"""Raised hands and what the guard called people for, as the desk sees them. No words in any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import HandId, ListeningId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.listening.rules.sessions import GuardOutcome, HandState, Side
from holdfast.listening.tables import GuardCallRow, HandRow, ListeningRow, TryRow
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.staff.queries import name_of

SHOWN_FOR = timedelta(hours=24)


class HandCard(Struct, frozen=True):
    """A raised hand, as the desk lists it."""

    id: HandId
    session_id: ListeningId
    slug: str
    language: str
    raised_at: datetime
    by: Side | None
    state: HandState
    concern: int
    answered_at: datetime | None
    answered_by: str | None


class GuardCard(Struct, frozen=True):
    """A listener who tried twice: what a person decides about."""

    session_id: ListeningId
    room_id: RoomId
    listener_seat: SeatId
    pseudonym: str
    at: datetime
    due_at: datetime
    tries: int
    outcome: GuardOutcome | None
    decided_at: datetime | None


async def hand_up(work: Work, session_id: ListeningId) -> HandRow | None:
    """The hand that is up in a session."""
    its = HandRow.session_id == session_id, HandRow.state == HandState.RAISED
    found: HandRow | None = await work.db.scalar(select(HandRow).where(*its))
    return found


async def hands(work: Work) -> list[HandCard]:
    """Hands that are up, and those of the last day: who waits longest comes first."""
    lately = HandRow.raised_at > work.clock.now() - SHOWN_FOR
    query = (
        select(HandRow, ListeningRow, RoomRow.slug)
        .join(ListeningRow, ListeningRow.id == HandRow.session_id)
        .join(RoomRow, RoomRow.id == ListeningRow.room_id)
        .where((HandRow.state == HandState.RAISED) | lately)
        .order_by(HandRow.id)
    )
    found = [await _card(work, hand, row, slug) for hand, row, slug in await work.db.execute(query)]
    return sorted(found, key=lambda card: card.state is not HandState.RAISED)


async def _card(work: Work, hand: HandRow, row: ListeningRow, slug: str) -> HandCard:
    who = None if hand.answered_by is None else await name_of(work, hand.answered_by)
    return HandCard(
        id=hand.id,
        session_id=row.id,
        slug=slug,
        language=row.language,
        raised_at=hand.raised_at,
        by=hand.by,
        state=hand.state,
        concern=row.concern,
        answered_at=hand.answered_at,
        answered_by=who,
    )


async def guard_call_in(work: Work, session_id: ListeningId) -> GuardCallRow | None:
    """What the guard called people for in a session."""
    its = GuardCallRow.session_id == session_id
    found: GuardCallRow | None = await work.db.scalar(select(GuardCallRow).where(its))
    return found


async def guard_calls(work: Work) -> list[GuardCard]:
    """What nobody has decided yet, and what was decided in the last day."""
    lately = GuardCallRow.at > work.clock.now() - SHOWN_FOR
    query = (
        select(GuardCallRow, ListeningRow, SeatRow.pseudonym)
        .join(ListeningRow, ListeningRow.id == GuardCallRow.session_id)
        .join(SeatRow, SeatRow.id == ListeningRow.listener_seat)
        .where(GuardCallRow.outcome.is_(None) | lately)
        .order_by(GuardCallRow.due_at)
    )
    return [
        GuardCard(
            session_id=row.id,
            room_id=row.room_id,
            listener_seat=row.listener_seat,
            pseudonym=name,
            at=call.at,
            due_at=call.due_at,
            tries=await tries_in(work, row.id, Side.LISTENER),
            outcome=call.outcome,
            decided_at=call.decided_at,
        )
        for call, row, name in await work.db.execute(query)
    ]


async def guard_calls_due(work: Work) -> Sequence[GuardCallRow]:
    """Those whose hour is over, and for which nobody was called again."""
    now = work.clock.now()
    late = GuardCallRow.outcome.is_(None), GuardCallRow.due_at <= now
    query = select(GuardCallRow).where(*late, GuardCallRow.called_at.is_(None))
    return (await work.db.scalars(query.order_by(GuardCallRow.row))).all()


async def guard_told(work: Work, row: ListeningRow, side: Side | None) -> str | None:
    """What each side is told: the member that somebody looks at it, then what came of it."""
    call = await guard_call_in(work, row.id)
    if call is None or side is None:
        return None
    return "looking" if call.outcome is None else call.outcome.value


async def tries_in(work: Work, session_id: ListeningId, side: Side) -> int:
    """How often one side tried to pass on a way to be reached."""
    its = TryRow.session_id == session_id, TryRow.side == side
    return (await work.db.execute(select(func.count()).where(*its))).scalar_one()
