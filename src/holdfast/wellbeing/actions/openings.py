"""Opening a sealed line: one asks, another says yes, either reads, and the member is told."""

from __future__ import annotations

from sqlalchemy import update

from holdfast.audit.actions import record
from holdfast.audit.rules import fingerprint
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import EscalationId, MemberId, OpeningId
from holdfast.kit.work import Work
from holdfast.rights.rules import Member, Permission, Staff, may
from holdfast.screening.concern import Concern
from holdfast.screening.reading import read
from holdfast.wellbeing.access import hold_plan, opening_for, opening_to_read, still_on_the_roster
from holdfast.wellbeing.actions.seals import seal_to_write_with
from holdfast.wellbeing.events import LineOpened
from holdfast.wellbeing.queries.openings import has_sealed_line, reason_of, reason_spot
from holdfast.wellbeing.queries.seals import seal_of
from holdfast.wellbeing.rules.openings import (
    APPROVE_WITHIN,
    READ_WITHIN,
    NoReason,
    NotImmediate,
    OpeningExpired,
    SecondPersonNeeded,
    is_over,
    is_reason,
    may_open,
)
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose
from holdfast.wellbeing.tables import LineOpeningRow, SealedLineRow


async def ask_to_open_line(
    work: Work,
    actor: Staff,
    *,
    root: RootKey,
    member_id: MemberId,
    escalation_id: EscalationId,
    concern: Concern,
    reason: str,
) -> OpeningId:
    """Ask for the sealed line of the member in this escalation.

    Raises `NotFound` where there is no line, `NotPermitted`, `NotImmediate`, `NoReason`.
    """
    if not may(actor, Permission.SEALED_LINE_OPEN):
        raise NotPermitted
    if concern is not Concern.IMMEDIATE:
        raise NotImmediate
    if not is_reason(reason):
        raise NoReason
    await hold_plan(work, member_id)
    if not await has_sealed_line(work, member_id):
        raise NotFound
    seal = await seal_to_write_with(work, member_id, root)
    why = read(reason.strip(), author_role=actor.role.value)
    row = LineOpeningRow(
        member_id=member_id,
        escalation_id=escalation_id,
        asked_by=actor.id,
        reason=seal.seal(why, reason_spot(escalation_id, actor.id)),
        at=work.clock.now(),
    )
    work.db.add(row)
    await work.db.flush()
    await _note(work, actor, "asked", row, reason=fingerprint(row.reason))
    return row.id


async def approve_opening(
    work: Work, actor: Staff, *, root: RootKey, opening_id: OpeningId, concern: Concern
) -> None:
    """Be the second person who says yes. Saying it twice says it once.

    Raises `SecondPersonNeeded` for whoever asked, `OpeningExpired` after 15 minutes,
    `NotImmediate` when the concern has been lowered meanwhile.
    """
    row = await opening_for(work, actor, opening_id)
    if row.asked_by == actor.id:
        raise SecondPersonNeeded
    if is_over(row.at, work.clock.now(), APPROVE_WITHIN):
        raise OpeningExpired
    await _both_may(work, root, row, concern, actor)
    if row.approved_by is None:
        row.approved_by, row.approved_at = actor.id, work.clock.now()
        await _note(work, actor, "approved", row)


async def _both_may(
    work: Work, root: RootKey, row: LineOpeningRow, concern: Concern, second: Staff
) -> None:
    """Whether these two may open it as things are now, not as they were when it was asked."""
    if concern is not Concern.IMMEDIATE:
        raise NotImmediate
    first = await still_on_the_roster(work, row.asked_by)
    if not may_open(concern, first, second, await reason_of(work, root, row, second)):
        raise NotPermitted


async def open_line(
    work: Work, actor: Staff, *, root: RootKey, opening_id: OpeningId, concern: Concern
) -> str:
    """Read the line, as one of the two. From the first reading on, the member can see who did.

    Raises `SecondPersonNeeded` before anyone said yes, `OpeningExpired`, `NotImmediate`, and
    `NotFound` for anyone else or when the member has erased it.
    """
    row = await opening_to_read(work, actor, opening_id)
    if row.approved_by is None or row.approved_at is None:
        raise SecondPersonNeeded
    if is_over(row.approved_at, work.clock.now(), READ_WITHIN):
        raise OpeningExpired
    await _both_may(work, root, row, concern, await still_on_the_roster(work, row.approved_by))
    kept = await work.db.get(SealedLineRow, row.member_id)
    seal = await seal_of(work, root, row.member_id, Purpose.LINE)
    if kept is None or seal is None:
        raise NotFound
    if row.opened_at is None:
        row.opened_at = work.clock.now()
        work.announce(LineOpened(row.member_id, row.id))
    await _note(work, actor, "read", row)
    return seal.open(kept.words, SEALED_LINE, actor)


async def _note(work: Work, actor: Staff, act: str, row: LineOpeningRow, **more: str) -> None:
    """Into the record: each step by each person, never the reason itself nor the line."""
    await record(
        work,
        actor,
        what=f"sealed_line:{act}",
        about=f"escalation:{row.escalation_id}",
        detail={"opening": row.id, **more},
    )


async def see_openings(work: Work, actor: Member) -> None:
    """I have been shown who opened my line; the first time is written down."""
    untold = (
        LineOpeningRow.member_id == actor.id,
        LineOpeningRow.opened_at.is_not(None),
        LineOpeningRow.told_at.is_(None),
    )
    await work.db.execute(update(LineOpeningRow).where(*untold).values(told_at=work.clock.now()))
