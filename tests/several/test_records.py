"""The record with several processes: one chain, and every witness follows it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from holdfast.audit.actions import record
from holdfast.audit.jobs.verifying import verified
from holdfast.audit.jobs.witness import Witness, read_head
from holdfast.audit.queries import extent_of, recent
from holdfast.audit.rules import WITNESSED, Head
from holdfast.kit.house import House
from holdfast.rights.rules import System
from several.conftest import Two
from town import on_postgresql

pytestmark = on_postgresql


async def writes(house: House, rows: int) -> None:
    for _ in range(rows):
        async with house.workshop.work() as work:
            await record(work, System(), what="test:noted")


async def head(house: House) -> Head:
    async with house.workshop.reading() as work:
        return (await extent_of(work)).head


async def test_two_processes_that_add_at_once_make_one_chain(two: Two) -> None:
    before = (await head(two.here)).seq
    await asyncio.gather(*(writes(house, 10) for house in two.both * 2))
    assert (await head(two.here)).seq == before + 40
    verdict = await verified(two.here.workshop, two.here.witness)
    assert verdict.problems == []


async def test_each_witness_follows_what_the_others_add(two: Two) -> None:
    await writes(two.here, 3)
    await writes(two.there, 3)
    await two.hear()
    for house in two.both:
        await house.witness.close()
        assert read_head(house.witness.file) == await head(two.here)
        assert (await verified(house.workshop, house.witness)).is_whole


async def test_a_machine_that_joins_trusts_the_record_as_it_stands_and_that_is_recorded(
    two: Two, tmp_path: Path
) -> None:
    await writes(two.here, 3)
    (tmp_path / "third").mkdir()
    third = Witness(tmp_path / "third", two.there.workshop)
    assert not (await verified(two.there.workshop, third)).is_whole
    for _ in range(2):
        await third.join()
    async with two.here.workshop.reading() as work:
        assert len(await recent(work, what=WITNESSED)) == 1
    assert (await verified(two.there.workshop, third)).is_whole
    await writes(two.here, 3)
    await third.follow()
    assert read_head(third.file) == await head(two.here)


async def test_what_a_witness_has_seen_is_not_trusted_away_by_joining_again(two: Two) -> None:
    await writes(two.here, 3)
    await two.hear()
    await two.there.witness.close()  # it writes nothing more behind this
    seen = read_head(two.there.witness.file)
    assert seen is not None
    two.there.witness.file.write_text(f'{{"seq": {seen.seq}, "hash": "{"00" * 32}"}}\n')
    again = Witness(two.there.settings.data, two.there.workshop)
    await again.join()
    await again.follow()
    assert not again.is_whole
