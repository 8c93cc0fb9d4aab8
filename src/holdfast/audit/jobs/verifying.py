"""Walking the whole record: every night, and when somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from holdfast.audit.actions import record
from holdfast.audit.jobs.witness import Witness, read_head
from holdfast.audit.queries import extent_of, links_after, recent
from holdfast.audit.rules import BROKEN, VERIFIED, Breach, Head, Problem, Walk
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System

BEFORE_ALL = -(2**63)  # also before a row that was given a place before the first
NIGHTLY = timedelta(days=1)
EVERY = 500  # rows between two words to whoever waits
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the whole record found."""

    head: Head
    problems: list[Problem]

    @property
    def is_whole(self) -> bool:
        return not self.problems


async def verified(
    workshop: Workshop,
    witness: Witness,
    *,
    noted: Sequence[Head] = (),
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> Verdict:
    """Walk the record from its beginning to its end, past every head that anybody noted.

    `tell` hears now and then how many rows of how many were walked.
    """
    witnessed = await asyncio.to_thread(read_head, witness.file)
    seen = [*noted, *([witnessed] if witnessed else [])]
    async with workshop.reading() as work:
        extent = await extent_of(work)
        walk, after = Walk(Head(0, extent.genesis), seen), BEFORE_ALL
        while True:
            async for link in links_after(work, after):
                walk.step(link)
                if walk.at.seq % EVERY == 0:
                    tell(walk.at.seq, extent.last)
            extent, after = await extent_of(work), walk.at.seq
            if extent.last <= after:
                break  # else somebody added a row meanwhile
    tell(extent.last, extent.last)
    problems = walk.end(extent.head)
    if witnessed is None:
        problems.append(Problem(extent.head.seq, Breach.UNWITNESSED))
    return Verdict(extent.head, problems)


async def verify_when_due(workshop: Workshop, witness: Witness) -> Verdict | None:
    """Verify the record unless that was done within the last day: also after a stop."""
    async with workshop.reading() as work:
        done = [
            row.at for what in (VERIFIED, BROKEN) for row in await recent(work, what=what, limit=1)
        ]
        if done and work.clock.now() - max(done) < NIGHTLY:
            return None
    return await verify_nightly(workshop, witness)


async def verify_nightly(workshop: Workshop, witness: Witness) -> Verdict:
    """Verify the record, add what was found to it, and say so where it is broken."""
    verdict = await verified(workshop, witness)
    witness.found = verdict.problems
    rows = verdict.head.seq
    async with workshop.work() as work:
        if verdict.is_whole:
            await record(work, System(), what=VERIFIED, detail={"rows": rows})
        else:
            first = verdict.problems[0]
            detail = {"rows": rows, "first": first.seq, "breach": first.breach.value}
            await record(work, System(), what=BROKEN, detail=detail)
            log.error("audit record broken", error=str(first))
    return verdict
