"""What measures still have to do, or to end, by the clock."""

from __future__ import annotations

from holdfast.kit.work import Workshop
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.appeals import call_for_appeals
from holdfast.moderation.actions.carrying import carry_out
from holdfast.moderation.actions.lifting import end_when_over, forget_old_words
from holdfast.moderation.queries.appeals import nearly_due
from holdfast.moderation.queries.measures import are_words_over, over_by_now, to_be_carried_out
from holdfast.rights.rules import System


async def carry_out_all(ledger: Ledger) -> None:
    """Tell rooms what measures took out of them, or gave back, where nobody has yet."""
    async with ledger.workshop.reading() as work:
        waiting = await to_be_carried_out(work)
    for measure_id in waiting:
        await carry_out(ledger, System(), measure_id=measure_id)


async def look_at_measures(workshop: Workshop) -> None:
    """What is over ends; and somebody is called where an appeal waits too long."""
    async with workshop.reading() as work:
        over = await over_by_now(work)
        words, near = await are_words_over(work), bool(await nearly_due(work))
    for measure_id in over:
        async with workshop.work() as work:
            await end_when_over(work, System(), measure_id=measure_id)
    if words or near:
        async with workshop.work() as work:
            await forget_old_words(work, System())
            await call_for_appeals(work, System())
