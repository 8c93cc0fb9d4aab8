"""Lowering and closing: what one person asks for, a second one grants."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from holdfast.crisis.access import escalation_to_read, own_escalation
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.events import CareEnded, CareOffered
from holdfast.crisis.queries import roster
from holdfast.crisis.queries.people import is_among_the_leads
from holdfast.crisis.rules.steps import (
    APPROVAL,
    CHECK_INS,
    ENDS,
    REVIEW,
    AlreadyDone,
    NeedsLead,
    NeedsSecond,
    NotThisWay,
    Outcome,
    RunOut,
    Why,
    ends_alone,
)
from holdfast.crisis.rules.tracks import needs_lead
from holdfast.crisis.tables import ApprovalRow, EscalationRow, Stage
from holdfast.kit.errors import Malformed
from holdfast.kit.work import Work
from holdfast.notices.actions import acknowledge
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.rooms.actions import rest_side_space
from holdfast.rooms.queries import room_named
from holdfast.screening.concern import Concern

CLOSE, LOWER = "close", "lower"


async def close_escalation(
    work: Work, actor: Actor, *, escalation_id: int, how: Outcome, check_in_hours: int
) -> ApprovalRow | None:
    """Close it, with a time for the check-in; or ask a second person to, who then grants it.

    Nothing where it is closed now; the request where it waits for the second person. Saying the
    same again is the same request. Raises `NotThisWay` for an end that does not fit.
    """
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_CLOSE)
    assert isinstance(actor, Staff)  # noqa: S101 - the door let nobody else through
    if how not in ENDS[Concern(row.concern)]:
        raise NotThisWay
    if check_in_hours not in CHECK_INS and row.concern > Concern.WATCH:
        raise Malformed
    people = await roster(work)
    if ends_alone(row.concern, how, people):
        if row.concern > Concern.WATCH:
            row.review_at = work.clock.now() + REVIEW
        await _close(work, actor, row, how, check_in_hours)
        return None
    asked = await _ask(work, actor, row, CLOSE, how.value)
    asked.check_in_hours = check_in_hours
    return asked


async def lower_escalation(
    work: Work, actor: Actor, *, escalation_id: int, to: Concern, why: Why
) -> ApprovalRow:
    """Ask that a concern be lowered. It takes a second person, always; until then nothing changes.

    Raises `AlreadyDone` where it is that low.
    """
    row = await own_escalation(work, actor, escalation_id, Permission.ESCALATION_LOWER)
    assert isinstance(actor, Staff)  # noqa: S101
    if to >= row.concern or to < Concern.WATCH:
        raise AlreadyDone
    asked = await _ask(work, actor, row, LOWER, why.value)
    asked.to = int(to)
    return asked


async def _ask(work: Work, actor: Staff, row: EscalationRow, what: str, reason: str) -> ApprovalRow:
    now = work.clock.now()
    mine = (
        ApprovalRow.escalation_id == row.id,
        ApprovalRow.what == what,
        ApprovalRow.asked_by == actor.id,
        ApprovalRow.granted_at.is_(None),
        ApprovalRow.until > now,
    )
    asked: ApprovalRow | None = await work.db.scalar(select(ApprovalRow).where(*mine))
    if asked is None:
        asked = ApprovalRow(
            escalation_id=row.id,
            what=what,
            reason=reason,
            asked_by=actor.id,
            asked_at=now,
            until=now + APPROVAL,
        )
        work.db.add(asked)
        await work.db.flush()
        row.version += 1
        await note_step(work, actor, row, f"asked_to_{what}", code=reason)
    asked.reason = reason
    return asked


async def grant(work: Work, actor: Actor, *, escalation_id: int, approval: int) -> EscalationRow:
    """Say yes to what another asked for. Raises `NeedsSecond` for one's own, `RunOut`.

    About a child or exploitation one of the two is the lead: raises `NeedsLead`.
    """
    row = await escalation_to_read(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101
    asked = await work.db.get(ApprovalRow, approval)
    if asked is None or asked.escalation_id != row.id or row.stage is Stage.CLOSED:
        raise AlreadyDone
    if asked.granted_at is not None:
        raise AlreadyDone
    if asked.until <= work.clock.now():
        raise RunOut
    if asked.asked_by == actor.id:
        raise NeedsSecond
    if needs_lead(row.tracks) and not await _lead_among(work, actor, asked):
        raise NeedsLead
    asked.granted_by, asked.granted_at = actor.id, work.clock.now()
    if asked.what == LOWER:
        await _lower(work, actor, row, Concern(asked.to), asked.reason)
    else:
        await _close(work, actor, row, Outcome(asked.reason), asked.check_in_hours)
    return row


async def _lead_among(work: Work, actor: Staff, asked: ApprovalRow) -> bool:
    return may(actor, Permission.ESCALATION_LEAD_TRACK) or await is_among_the_leads(
        work, asked.asked_by
    )


async def _lower(work: Work, actor: Staff, row: EscalationRow, to: Concern, reason: str) -> None:
    if to >= row.concern:
        raise AlreadyDone
    row.concern, row.version = int(to), row.version + 1
    await note_step(work, actor, row, "lowered", code=reason)
    if row.member_id is not None:
        work.announce(CareEnded(row.member_id))


async def _close(
    work: Work, actor: Staff, row: EscalationRow, how: Outcome, check_in_hours: int
) -> None:
    now = work.clock.now()
    row.stage, row.closed_at, row.closed_how = Stage.CLOSED, now, how.value
    row.version += 1
    if check_in_hours:
        row.check_in_at = now + timedelta(hours=check_in_hours)
    for about in (f"escalation:{row.id}", f"escalation:{row.id}:second"):
        await acknowledge(work, actor, about=about)
    await note_step(work, actor, row, "closed", code=how.value)
    if row.member_id is None:
        return
    work.announce(CareEnded(row.member_id))
    slug = None
    if row.side_room_id is not None:
        slug = (await room_named(work, row.side_room_id)).slug
        await rest_side_space(work, actor, room_id=row.side_room_id)
    work.announce(CareOffered(row.member_id, "over", slug))
