"""Claiming a case, reading it, deciding it; and answering everybody who reported."""

from __future__ import annotations

from holdfast.audit.actions import record, record_reading
from holdfast.audit.queries import rows_since
from holdfast.audit.rules import ONE_READING
from holdfast.crisis.actions.worried import pass_to_crisis
from holdfast.kit.errors import Malformed
from holdfast.kit.ids import CaseId, MemberId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.moderation.access import case_to_claim, case_to_decide, case_to_see, cases_to_see
from holdfast.moderation.actions.answering import answer_all, now_looked_at
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.events import CaseChanged
from holdfast.moderation.queries.cards import CaseCard, case_card
from holdfast.moderation.queries.cases import (
    case_summary,
    claims_about,
    hold_subject,
    is_reporter,
    member_in_subject,
)
from holdfast.moderation.rules.cases import (
    HURRIED_CLAIM,
    AlreadyDone,
    CaseState,
    Ground,
    Outcome,
    claim_length,
    runs_of,
    told_of,
)
from holdfast.moderation.tables import CaseRow
from holdfast.rights.rules import Actor, Staff, System
from holdfast.sealing.seam import Keyring

READ = "case:read"


async def claim_case(work: Work, actor: Actor, *, case_id: int) -> CaseRow:
    """Take it in hand for a while; again, for a while more. Those who reported are told.

    Raises `NotFound`, `OwnCase`, `AlreadyDone` where it is over or somebody else holds it.
    """
    staff = cases_to_see(actor)
    row = await case_to_claim(work, staff, case_id)
    summary = await case_summary(work, row.id)
    assert summary is not None  # noqa: S101 - the door found it
    row.claim_until = work.clock.now() + claim_length(summary.concern)
    if row.claimed_by == staff.id:
        return row
    row.claimed_by, row.state = staff.id, CaseState.CLAIMED
    await note_step(work, staff, row, "claimed")
    await now_looked_at(work, staff, row)
    return row


async def release_case(work: Work, actor: Actor, *, case_id: int) -> CaseRow:
    """Let go of it, so that the next person can take it. Raises `NotFound`, `AlreadyDone`."""
    staff = cases_to_see(actor)
    row = await case_to_claim(work, staff, case_id)
    if row.claimed_by != staff.id:
        raise AlreadyDone
    row.claimed_by, row.claim_until, row.state = None, None, CaseState.OPEN
    await note_step(work, staff, row, "released")
    return row


async def hurry_claims(work: Work, actor: System, *, member_id: MemberId) -> None:
    """Somebody may be in danger now: who holds a case about them has 90 seconds, then others may.

    Nobody loses it for that; the next step of whoever holds it takes it anew.
    """
    del actor
    soon = work.clock.now() + HURRIED_CLAIM
    for row in await claims_about(work, member_id, after=soon):
        row.claim_until = soon
        work.announce(CaseChanged(row.id, row.version, "hurried"))


async def look_at_case(work: Work, actor: Actor, keyring: Keyring, *, case_id: int) -> CaseCard:
    """A case with its words. Who read them is in the record; those who reported are told.

    Raises `NotFound`.
    """
    staff = cases_to_see(actor)
    row = await case_to_see(work, staff, case_id)
    if not await is_reporter(work, staff.id, row.id):
        await now_looked_at(work, staff, row)
    card = await case_card(work, Reader(keyring, staff), row.id)
    await _note_reading(work, staff, card)
    return card


async def _note_reading(work: Work, staff: Staff, card: CaseCard) -> None:
    """That this person read the case, and which of a room's words stood in it."""
    case = card.summary
    about, since = f"case:{case.id}", work.clock.now() - ONE_READING
    if not await rows_since(work, staff.id, what=READ, about=about, since=since):
        await record(work, staff, what=READ, about=about, detail={"version": case.version})
    for first, last in runs_of(card.context):
        await record_reading(work, staff, room=case.room_id, first_seq=first, last_seq=last)
    for first, last in runs_of(card.theirs):
        await record_reading(
            work, staff, person=case.seat_id, room=case.room_id, first_seq=first, last_seq=last
        )


class NoGround(Malformed):
    """Somebody decides to do nothing, and does not say why."""

    status = 422
    code = "ground_needed"
    words = N_("Please say why nothing is done. Whoever reported it is told.")


async def decide_case(
    work: Work,
    actor: Actor,
    *,
    case_id: int,
    version: int,
    outcome: Outcome,
    ground: Ground | None = None,
) -> CaseRow:
    """Decide it, once, as it was at `version`; everybody who reported is answered.

    A measure is taken in the same work, with `Outcome.MEASURE`; so either both are done or none.
    Raises `NotFound`, `OwnCase`, `NoGround`, and `AlreadyDone` where somebody else holds it, has
    decided it, or something has joined it since.
    """
    staff = cases_to_see(actor)
    await hold_subject(work, CaseId(case_id))
    row = await case_to_decide(work, staff, case_id, version)
    if outcome is Outcome.NO_MEASURE and ground is None:
        raise NoGround
    if outcome is Outcome.PASSED_TO_CRISIS:
        await _pass_on(work, staff, row)
    row.state, row.outcome, row.ground = CaseState.DECIDED, outcome, ground
    row.decided_by, row.decided_at = staff.id, work.clock.now()
    row.claimed_by, row.claim_until = None, None
    await note_step(work, staff, row, "decided", code=ground.value if ground else outcome.value)
    await answer_all(work, staff, row, told_of(outcome, ground))
    return row


async def _pass_on(work: Work, staff: Staff, row: CaseRow) -> None:
    member_id = await member_in_subject(work, row.seat_id)
    if member_id is None or row.seat_id is None:
        raise AlreadyDone  # a room, or somebody who is gone: there is nobody to go to
    await pass_to_crisis(work, staff, member_id=member_id, seat_id=row.seat_id, room_id=row.room_id)
