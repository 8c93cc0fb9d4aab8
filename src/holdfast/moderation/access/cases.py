"""The only door to a case, for an id that came from outside."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import CaseId
from holdfast.kit.work import Work
from holdfast.moderation.queries.cases import is_reporter, staff_in_subject
from holdfast.moderation.rules.cases import UNDECIDED, AlreadyDone, OwnCase, is_claimed
from holdfast.moderation.tables import CaseRow
from holdfast.rights.rules import Actor, Permission, Staff, may


def cases_to_see(actor: Actor) -> Staff:
    """Raises `NotFound` for who has no business with cases."""
    if not isinstance(actor, Staff) or not may(actor, Permission.CASE_SEE):
        raise NotFound
    return actor


async def case_to_see(work: Work, actor: Actor, case_id: int) -> CaseRow:
    """A case, for a moderator. Raises `NotFound`: absent, forbidden and about oneself alike."""
    return await _found(work, cases_to_see(actor), case_id, in_hand=False)


async def case_to_claim(work: Work, actor: Actor, case_id: int) -> CaseRow:
    """One that is undecided and in nobody else's hands. Raises `NotFound`, `OwnCase`,
    `AlreadyDone`.
    """
    staff = cases_to_see(actor)
    if not may(staff, Permission.CASE_DECIDE):
        raise NotFound
    row = await _found(work, staff, case_id, in_hand=True)
    if await is_reporter(work, staff.id, row.id):
        raise OwnCase
    if row.state not in UNDECIDED:
        raise AlreadyDone
    if row.claimed_by != staff.id and is_claimed(row.claimed_by, row.claim_until, work.clock.now()):
        raise AlreadyDone
    return row


async def case_to_decide(work: Work, actor: Actor, case_id: int, version: int) -> CaseRow:
    """The same, as it was when this person looked at it: a decision is made on one version.

    Raises `NotFound`, `OwnCase`, and `AlreadyDone` also where something has joined it meanwhile.
    """
    row = await case_to_claim(work, actor, case_id)
    if row.version != version:
        raise AlreadyDone
    return row


async def _found(work: Work, staff: Staff, case_id: int, *, in_hand: bool) -> CaseRow:
    query = select(CaseRow).where(CaseRow.id == CaseId(case_id))
    row: CaseRow | None = await work.db.scalar(query.with_for_update() if in_hand else query)
    if row is None or await staff_in_subject(work, row.seat_id) == staff.id:
        raise NotFound
    return row
