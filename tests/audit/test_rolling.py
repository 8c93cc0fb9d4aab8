"""The record rolled off after its years, closed by a signed row: what is left still verifies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from holdfast.audit.actions import record, roll_off
from holdfast.audit.jobs import Witness, verified, verify_when_due, verifying
from holdfast.audit.jobs.verifying import roll_off_what_is_old
from holdfast.audit.queries import Extent, extent_of, links_after, recent
from holdfast.audit.rules import ROLLED, Breach, Entry, Head, Link, Problem
from holdfast.audit.rules.closing import LEAST, Closing, closing_in, kept_since
from holdfast.kit.house import House
from holdfast.kit.work import Work
from holdfast.rights.rules import System
from town import StillClock, mostly_on_sqlite, on_sqlite

OLD, YOUNG = 6, 4


async def writes(house: House, rows: int) -> None:
    for _ in range(rows):
        async with house.workshop.work() as work:
            await record(work, System(), what="test:noted")
    await house.witness.close()


async def head_of(house: House) -> Head:
    async with house.workshop.reading() as work:
        return (await extent_of(work)).head


async def three_years(house: House, clock: StillClock) -> Head:
    """Some rows, three years in which somebody looked once, and some more; the head of then."""
    await writes(house, OLD)
    before = await head_of(house)
    clock.pass_time(days=3 * 366)
    await writes(house, YOUNG)
    return before


@pytest.mark.full
async def test_what_is_older_than_two_years_goes_and_what_is_left_verifies(
    house: House, clock: StillClock
) -> None:
    before = await three_years(house, clock)
    assert house.witness.years == 2
    verdict = await verify_when_due(house.workshop, house.witness)
    assert verdict is not None
    assert (verdict.is_whole, verdict.rolled) == (True, 0)
    await house.witness.close()
    again = await verified(house.workshop, house.witness, noted=[before, await head_of(house)])
    assert again.problems == []
    assert again.rolled == before.seq
    assert again.closed_by == again.head.seq
    assert again.too_old == ()  # it is what the record stands on now, and still fits
    async with house.workshop.reading() as work:
        rows = await recent(work, limit=100)
    assert min(row.seq for row in rows) == before.seq + 1
    assert rows[0].what == ROLLED
    assert rows[0].detail["hash"] == before.hash.hex()
    assert rows[0].role == "system"


@pytest.mark.full
@mostly_on_sqlite
async def test_young_rows_stay_and_a_week_s_worth_goes_together(
    house: House, clock: StillClock
) -> None:
    await writes(house, 2)
    early = await head_of(house)
    await writes(house, OLD - 2)
    clock.pass_time(days=733)
    await verify_when_due(house.workshop, house.witness)
    assert (await verified(house.workshop, house.witness)).rolled == 0
    clock.pass_time(days=6)
    await verify_when_due(house.workshop, house.witness)
    await house.witness.close()
    found = await verified(house.workshop, house.witness, noted=[early])
    assert (found.is_whole, found.rolled, found.too_old) == (True, OLD, (early,))


@pytest.mark.full
@on_sqlite
async def test_a_broken_record_is_not_rolled_off(house: House, clock: StillClock) -> None:
    await three_years(house, clock)
    async with house.workshop.work() as work:
        await work.db.execute(text("DROP TRIGGER audit_unchanged"))
        await work.db.execute(text("UPDATE audit SET what = 'other' WHERE seq = 2"))
    verdict = await verify_when_due(house.workshop, house.witness)
    assert verdict is not None
    assert verdict.problems == [Problem(2, Breach.CHANGED)]
    assert (await verified(house.workshop, house.witness)).rolled == 0


async def test_the_database_lets_no_row_go_that_no_closing_row_names(
    house: House, clock: StillClock
) -> None:
    await three_years(house, clock)
    refused = (
        "DELETE FROM audit WHERE seq <= 2",
        "UPDATE audit_head SET rolled = 2, genesis = (SELECT hash FROM audit WHERE seq = 2)",
        "UPDATE audit_head SET rolled = rolled, seq = seq",
    )
    for statement in refused:
        with pytest.raises(DBAPIError, match="only added to"):
            async with house.workshop.work() as work:
                await work.db.execute(text(statement))
    await verify_when_due(house.workshop, house.witness)
    for statement in (
        "DELETE FROM audit WHERE seq = (SELECT min(seq) FROM audit)",
        "UPDATE audit_head SET rolled = 0",
        "UPDATE audit_head SET rolled = rolled + 1",
    ):
        with pytest.raises(DBAPIError, match="only added to"):
            async with house.workshop.work() as work:
                await work.db.execute(text(statement))
    await house.witness.close()
    assert (await verified(house.workshop, house.witness)).is_whole


async def test_rows_that_are_rolled_off_while_somebody_verifies_are_not_called_gone(
    house: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_years(house, clock)
    rolled = list[int]()

    async def rolled_off_first(work: Work, seq: int) -> AsyncIterator[Link]:
        if not rolled:
            rolled.append(await roll_off_what_is_old(house.workshop, house.witness))
        async for link in links_after(work, seq):
            yield link

    monkeypatch.setattr(verifying, "links_after", rolled_off_first)
    found = await verified(house.workshop, house.witness)
    assert (rolled, found.problems) == ([OLD], [])
    seen_in_one_moment = house.workshop.database.is_sqlite
    assert found.rolled == (0 if seen_in_one_moment else OLD)


async def test_a_record_that_begins_elsewhere_in_every_walk_is_judged_all_the_same(
    house: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_years(house, clock)
    begins = iter(range(1, 10_000))

    async def elsewhere(work: Work) -> Extent:
        return replace(await extent_of(work), rolled=next(begins))

    monkeypatch.setattr(verifying, "extent_of", elsewhere)
    assert not (await verified(house.workshop, house.witness)).is_whole


@pytest.mark.full
@on_sqlite
async def test_a_beginning_that_nobody_here_signed_is_told(house: House, clock: StillClock) -> None:
    await three_years(house, clock)
    async with house.workshop.work() as work:
        await roll_off(
            work, System(), older_than=kept_since(clock.now(), 2), key=b"of another place"
        )
    await house.witness.close()
    found = await verified(house.workshop, house.witness)
    assert found.problems == [Problem(OLD + 1, Breach.UNSIGNED)]


@pytest.mark.full
@on_sqlite
async def test_a_witness_from_before_the_beginning_is_not_believed(
    house: House, clock: StillClock
) -> None:
    await writes(house, 2)
    kept = house.witness.file.read_text()
    await writes(house, OLD)
    clock.pass_time(days=3 * 366)
    await writes(house, YOUNG)
    await verify_when_due(house.workshop, house.witness)
    await house.witness.close()
    house.witness.file.write_text(kept)
    found = await verified(house.workshop, house.witness)
    assert found.problems == [Problem(2, Breach.FORGED)]
    fresh = Witness(house.settings.data, house.workshop, house.root)
    await fresh.catch_up()
    assert fresh.not_followed != []


def test_rows_that_are_younger_than_a_year_are_closed_by_nobody() -> None:
    closing = Closing(1, 9, 1_000, b"\1" * 32, b"\2" * 32)
    written = json.dumps(dict(closing.signed(b"key")))
    for at, found in ((1_000 + LEAST, closing), (999 + LEAST, None)):
        entry = Entry(at, None, "system", ROLLED, closing.about, None, written)
        assert closing_in(Link(12, entry, b""), b"key") == found
        assert closing_in(Link(12, entry, b""), b"another") is None
        assert closing_in(Link(12, entry, b""), None) == found
