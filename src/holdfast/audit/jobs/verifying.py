"""Walking the whole record: every night, and when somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec import Struct
from msgspec.structs import replace

from holdfast.audit.actions import record, roll_off
from holdfast.audit.jobs.witness import Witness, read_head
from holdfast.audit.queries import extent_of, links_after, oldest_at, recent
from holdfast.audit.rules import BROKEN, VERIFIED, Breach, Head, Problem, Walk
from holdfast.audit.rules.closing import AT_ONCE, WEEK, Closing, closes, closing_in, kept_since
from holdfast.kit.tables import from_millis
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System

BEFORE_ALL = -(2**63)  # also before a row that was given a place before the first
NIGHTLY = timedelta(days=1)
BREATH = 0.05  # seconds between two rollings, in which whoever records takes the pen
EVERY = 500  # rows between two words to whoever waits
AT_MOST = 100  # walks: where many rows are old, batch after batch goes, but not for ever
Tell = Callable[[int, int], None]
log = structlog.get_logger()


class Verdict(Struct, frozen=True):
    """What a walk along the whole record found."""

    head: Head
    problems: list[Problem]
    rolled: int = 0  # the last place that was rolled off
    closed_by: int = 0  # the row that says so, and signed it
    until: datetime | None = None  # when the youngest of those rows was written
    too_old: Sequence[Head] = ()  # heads noted before, of which no row is left

    @property
    def is_whole(self) -> bool:
        return not self.problems


async def verified(
    workshop: Workshop,
    witness: Witness,
    *,
    noted: Sequence[Head] = (),
    tell: Tell = lambda _, __: None,
) -> Verdict:
    """Walk the record from its beginning to its end, past every head that anybody noted.

    `tell` hears now and then how many rows of how many were walked. Where rows are rolled off
    meanwhile, the walk begins again: those it began with are gone, and nobody took them away.
    """
    walks = 0
    while True:
        verdict, is_of_one_record = await _walked(workshop, witness, noted, tell)
        walks += 1
        if is_of_one_record or walks == AT_MOST:
            return verdict


async def _walked(
    workshop: Workshop, witness: Witness, noted: Sequence[Head], tell: Tell
) -> tuple[Verdict, bool]:
    """What one walk found, and whether the record still began at its end where it did before."""
    witnessed = await asyncio.to_thread(read_head, witness.file)
    async with workshop.reading() as work:
        begun = extent = await extent_of(work)
        known = [*noted, *([witnessed] if witnessed else [])]
        walk = Walk(extent.begins, [head for head in known if head.seq >= extent.rolled])
        closings, after = dict[int, Closing](), BEFORE_ALL
        while True:
            async for link in links_after(work, after):
                walk.step(link)
                if (closing := closing_in(link, witness.key)) is not None:
                    closings[link.seq] = closing
                if walk.at.seq % EVERY == 0:
                    tell(walk.at.seq, extent.last)
            extent, after = await extent_of(work), walk.at.seq
            if extent.last <= after:
                break  # else somebody added a row meanwhile
    tell(extent.last, extent.last)
    problems = walk.end(extent.head)
    if witnessed is None:
        problems.append(Problem(extent.head.seq, Breach.UNWITNESSED))
    elif witnessed.seq < extent.rolled:  # whoever rolls off has seen all of it before
        problems.append(Problem(witnessed.seq, Breach.FORGED))
    verdict = Verdict(extent.head, problems, extent.rolled)
    whole = _with_its_closing(verdict, extent.begins, closings, noted)
    return whole, begun.begins == extent.begins


def _with_its_closing(
    verdict: Verdict, begins: Head, closings: dict[int, Closing], noted: Sequence[Head]
) -> Verdict:
    """Why the record begins where it does, in the words of the row that says so."""
    if not verdict.rolled:
        return verdict
    fitting = [(seq, one) for seq, one in closings.items() if closes(one, begins)]
    too_old = tuple(head for head in noted if head.seq < verdict.rolled)
    if not fitting:
        problems = [*verdict.problems, Problem(verdict.rolled + 1, Breach.UNSIGNED)]
        return replace(verdict, problems=problems, too_old=too_old)
    seq, closing = fitting[-1]
    until = from_millis(closing.until)
    return replace(verdict, closed_by=seq, until=until, too_old=too_old)


async def verify_when_due(workshop: Workshop, witness: Witness) -> Verdict | None:
    """Verify the record unless that was done within the last day: also after a stop.

    Where it is whole, what is older than it is kept for is rolled off.
    """
    async with workshop.reading() as work:
        done = [
            row.at for what in (VERIFIED, BROKEN) for row in await recent(work, what=what, limit=1)
        ]
        if done and work.clock.now() - max(done) < NIGHTLY:
            return None
    verdict = await verify_nightly(workshop, witness)
    if verdict.is_whole:
        await roll_off_what_is_old(workshop, witness)
    return verdict


async def roll_off_what_is_old(workshop: Workshop, witness: Witness) -> int:
    """Once a week, of a record that was found whole: so it cannot hide a break; how many rows."""
    if not witness.years or witness.key is None:
        return 0
    since = kept_since(workshop.clock.now(), witness.years)
    async with workshop.reading() as work:
        oldest = await oldest_at(work)
    if oldest is None or oldest >= since - WEEK:
        return 0
    gone = 0
    while True:
        async with workshop.work() as work:
            some = await roll_off(work, System(), older_than=since, key=witness.key)
        gone += some
        if some < AT_ONCE:
            return gone
        await asyncio.sleep(BREATH)


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
