"""What measures still have to do, or to end, by the clock.

Whatever breaks over one of them is noted, and keeps nothing else from being done.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from holdfast.kit.turns import Claim, claimed
from holdfast.kit.work import Workshop
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.appeals import call_for_appeals
from holdfast.moderation.actions.carrying import carry_out
from holdfast.moderation.actions.lifting import end_holds, end_when_over, forget_old_words
from holdfast.moderation.queries.appeals import nearly_due
from holdfast.moderation.queries.measures import (
    are_words_over,
    decided_with_holds,
    over_by_now,
    to_be_carried_out,
)
from holdfast.rights.rules import System

log = structlog.get_logger()


@asynccontextmanager
async def _by_itself() -> AsyncIterator[None]:
    try:
        yield
    except Exception as broken:  # the next look tries again; those beside it do not wait for it
        log.error("measures.not_done", error=type(broken).__name__)


async def carry_out_all(ledger: Ledger) -> None:
    """Tell rooms what measures took out of them, or gave back, where nobody has yet."""
    async with ledger.workshop.reading() as work:
        waiting = await to_be_carried_out(work)
    for measure_id in waiting:
        async with _by_itself(), claimed(ledger.workshop, Claim.MEASURE, measure_id) as is_ours:
            if is_ours:
                await carry_out(ledger, System(), measure_id=measure_id)


async def look_at_measures(workshop: Workshop) -> None:
    """What is over ends; and somebody is called where an appeal waits too long."""
    async with workshop.reading() as work:
        over, decided = await over_by_now(work), await decided_with_holds(work)
        words, near = await are_words_over(work), bool(await nearly_due(work))
    for measure_id in over:
        async with _by_itself(), workshop.work() as work:
            await end_when_over(work, System(), measure_id=measure_id)
    for case_id in decided:
        async with _by_itself(), workshop.work() as work:
            await end_holds(work, System(), case_id=case_id)
    if words or near:
        async with workshop.work() as work:
            await forget_old_words(work, System())
            await call_for_appeals(work, System())
