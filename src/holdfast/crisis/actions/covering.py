"""Taking over what somebody holds who needs a rest: in one work, so that nothing is dropped."""

from __future__ import annotations

from holdfast.crisis.actions.taking import take_escalation
from holdfast.crisis.queries import open_escalations
from holdfast.crisis.rules.steps import may_take
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff


async def take_over(work: Work, actor: Staff, *, from_id: StaffId) -> int:
    """Everything in this person's hands comes into mine; how much it was.

    What I may not take stays where it is: somebody who is tired is better than nobody.
    """
    taken = 0
    for one in await open_escalations(work):
        if one.taken_by == from_id and may_take(actor, one.concern):
            row = await work.db.get_one(EscalationRow, one.id, with_for_update={"key_share": True})
            row.claim_until = work.clock.now()
            await take_escalation(work, actor, escalation_id=one.id)
            taken += 1
    return taken
