"""What waits to be done: signals to join, check-ins, reviews, second people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.orm import aliased

from holdfast.crisis.queries.escalations import OPEN
from holdfast.crisis.rules.steps import ALONE, FIRST_WORDS, SECOND_CALLED
from holdfast.crisis.tables import (
    EscalationRow,
    NoteRow,
    SignalRow,
    StepRow,
)
from holdfast.kit.ids import EscalationId, MemberId
from holdfast.kit.work import Work
from holdfast.notices.queries import page_about
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow

AT_ONCE = 4  # a moment's work


async def unjoined_signals(work: Work) -> Sequence[SignalRow]:
    """Signals that belong to no escalation yet, gravest first; kept from others while looked at.

    Only a few: people are told of them when the work ends, and the next few come right after.
    """
    query = select(SignalRow).where(SignalRow.escalation_id.is_(None))
    query = query.order_by(SignalRow.concern.desc(), SignalRow.row)
    return (
        await work.db.scalars(
            query.limit(AT_ONCE).with_for_update(skip_locked=True, key_share=True)
        )
    ).all()


async def are_unjoined(work: Work, before: datetime) -> bool:
    """Whether there are any, noticed `before` then; asked without taking the pen."""
    query = select(SignalRow.row).where(SignalRow.escalation_id.is_(None), SignalRow.at < before)
    return await work.db.scalar(query.limit(1)) is not None


async def newest_unjoined(work: Work) -> int:
    """The number of the newest of them; 0 where there is none. Asked without taking the pen."""
    query = select(func.max(SignalRow.row)).where(SignalRow.escalation_id.is_(None))
    return await work.db.scalar(query) or 0


async def are_unjoined_until(work: Work, number: int) -> bool:
    """Whether there are any up to this number."""
    query = select(SignalRow.row).where(SignalRow.escalation_id.is_(None), SignalRow.row <= number)
    return await work.db.scalar(query.limit(1)) is not None


async def cared_for(work: Work) -> set[MemberId]:
    """Members whose words go to the side space first, until a person decides."""
    query = select(EscalationRow.member_id).where(
        OPEN, EscalationRow.concern == Concern.IMMEDIATE, EscalationRow.member_id.is_not(None)
    )
    return {one for one in await work.db.scalars(query) if one is not None}


async def has_step(work: Work, escalation_id: EscalationId, what: str) -> bool:
    """Whether this was done with it."""
    query = select(StepRow.row).where(StepRow.escalation_id == escalation_id, StepRow.what == what)
    return await work.db.scalar(query.limit(1)) is not None


def stepped(what: str) -> Exists:
    """The same, inside a question about many."""
    return exists().where(StepRow.escalation_id == EscalationRow.id, StepRow.what == what)


async def orphaned(work: Work) -> list[EscalationRow]:
    """Open escalations whose member was erased, not yet marked so."""
    query = select(EscalationRow).where(
        OPEN, EscalationRow.member_id.is_(None), EscalationRow.left_at.is_(None)
    )
    return list(await work.db.scalars(query))


async def due_check_ins(work: Work) -> Sequence[EscalationRow]:
    """Closed escalations whose promised check-in is due and was not yet begun."""
    query = select(EscalationRow).where(
        EscalationRow.check_in_at <= work.clock.now(),
        EscalationRow.checked_in_at.is_(None),
        EscalationRow.side_room_id.is_not(None),
        EscalationRow.member_id.is_not(None),  # erased: there is nobody to ask
    )
    return (await work.db.scalars(query)).all()


async def let_lie(work: Work) -> list[EscalationRow]:
    """Grave ones that somebody took, without a word to the member until the claim ran out.

    Not those about which people are being called.
    """
    query = select(EscalationRow).where(
        OPEN,
        EscalationRow.concern >= Concern.HIGH,
        EscalationRow.member_id.is_not(None),
        EscalationRow.taken_by.is_not(None),
        EscalationRow.claim_until <= work.clock.now(),
        ~stepped(FIRST_WORDS),
    )
    found = [
        (row, await page_about(work, f"escalation:{row.id}"))
        for row in await work.db.scalars(query)
    ]
    return [row for row, page in found if page is None or page.acknowledged_at is not None]


async def due_reviews(work: Work) -> Sequence[EscalationRow]:
    """Closed by one person alone, and to be looked at by another by now."""
    query = select(EscalationRow).where(EscalationRow.review_at <= work.clock.now())
    return (await work.db.scalars(query)).all()


async def alone(work: Work) -> list[EscalationRow]:
    """Immediate ones with one person too long, to which no second one was called yet."""
    query = select(EscalationRow).where(
        OPEN,
        EscalationRow.concern == Concern.IMMEDIATE,
        EscalationRow.second_by.is_(None),
        EscalationRow.raised_at <= work.clock.now() - ALONE,
        ~stepped(SECOND_CALLED),
    )
    return list(await work.db.scalars(query))


async def anything_due(work: Work) -> bool:
    """Whether `follow_up` has something to do; asked without taking the pen."""
    for ask in (due_check_ins, due_reviews, let_lie, alone):
        if await ask(work):
            return True
    return False


async def unsigned_notes(work: Work) -> Sequence[NoteRow]:
    """Hand-overs between shifts that nobody has signed off."""
    query = select(NoteRow).where(NoteRow.signed_at.is_(None)).order_by(NoteRow.id.desc())
    return (await work.db.scalars(query)).all()


async def latest_notes(work: Work) -> list[tuple[NoteRow, str, str]]:
    """The newest hand-overs, with the names of who wrote and who signed off."""
    signer = aliased(StaffRow)
    query = (
        select(NoteRow, StaffRow.name, signer.name)
        .join(StaffRow, StaffRow.id == NoteRow.by)
        .outerjoin(signer, signer.id == NoteRow.signed_by)
        .order_by(NoteRow.id.desc())
        .limit(20)
    )
    return [(note, by, signed or "") for note, by, signed in await work.db.execute(query)]
