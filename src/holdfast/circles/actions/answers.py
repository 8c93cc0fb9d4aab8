"""Standing aside from what is asked: the others go on being asked."""

from __future__ import annotations

from holdfast.circles.queries.proposals import answers_to
from holdfast.circles.tables import ProposalRow, Said, WishRow
from holdfast.kit.work import Work
from holdfast.rights.rules import Member


async def stand_aside(work: Work, actor: Member, *, row: WishRow) -> None:
    """Who changes or takes back a wish says no to what they are being asked, and waits on."""
    del actor
    if row.proposal_id is None:
        return
    proposal = await work.db.get_one(
        ProposalRow, row.proposal_id, with_for_update=True, populate_existing=True
    )
    answers = await answers_to(work, proposal.id)
    for one in answers:
        if one.member_id == row.member_id:
            one.said, one.said_at = Said.NO, work.clock.now()
    if proposal.is_seat or all(one.said is Said.NO for one in answers):
        proposal.over_at = proposal.over_at or work.clock.now()
    row.proposal_id = None
    await work.db.flush()
