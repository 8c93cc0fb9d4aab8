"""The record as it lies in a database: whatever is done to a row of it is found, at that row."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from guards import TOLD
from holdfast.audit.actions import record
from holdfast.audit.jobs import Verdict, verified, verify_when_due
from holdfast.audit.rules import Breach, Problem
from holdfast.kit.house import House
from holdfast.kit.ids import SessionId, StaffId
from holdfast.rights.rules import Role, Staff, System
from town import StillClock, on_sqlite
from trust.mutations import WAYS, Garbled, Lying, first_difference, write_the_rest_anew

TRIGGERS = (
    "audit_unchanged",
    "audit_unremoved",
    "audit_unreplaced",
    "audit_head_moves_on",
    "audit_head_kept",
)
ROWS = 24
UNMARKED, ALL = 300, 10_000


# ---------------------------------------------------------------- putting it there


@contextmanager
def behind_its_back(house: House) -> Iterator[sqlite3.Connection]:
    """The file, opened by somebody who owns it."""
    file = house.witness.file.with_name("holdfast.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        for name in TRIGGERS:
            opened.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield opened


def lying(opened: sqlite3.Connection, house: House) -> Lying:
    rows = opened.execute("SELECT * FROM audit ORDER BY seq").fetchall()
    asked = "SELECT genesis, seq, hash, rolled FROM audit_head"
    genesis, seq, kept, rolled = opened.execute(asked).fetchone()
    return Lying(tuple(rows), genesis, (seq, kept), house.witness.file.read_text(), rolled)


def put(opened: sqlite3.Connection, house: House, what: Lying) -> None:
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("DELETE FROM audit")
    for row in what.rows:
        marks = ", ".join("CAST(? AS TEXT)" if isinstance(one, Garbled) else "?" for one in row)
        given = [one.written() if isinstance(one, Garbled) else one for one in row]
        opened.execute(f"INSERT INTO audit VALUES ({marks})", given)  # noqa: S608 - only marks
    told = (what.genesis, *what.head, what.rolled)
    opened.execute("UPDATE audit_head SET genesis = ?, seq = ?, hash = ?, rolled = ?", told)
    opened.execute("COMMIT")
    if what.witness is None:
        house.witness.file.unlink(missing_ok=True)
    else:
        house.witness.file.write_text(what.witness)


async def a_record(house: House, clock: StillClock) -> None:
    """Two dozen rows, by several people, about several things."""
    chance = random.Random(1)
    for number in range(1, ROWS + 1):
        clock.pass_time(seconds=1)
        staff = Staff(StaffId(chance.randrange(1, 5)), SessionId(1), Role.MODERATOR)
        async with house.workshop.work() as work:
            await record(
                work,
                staff if chance.random() < 0.5 else System(),
                what=chance.choice(["words:read", "case:closed"]),
                about=chance.choice([None, f"room:{number}", "room:1"]),
                why=chance.choice([None, "danger_now"]),
                detail=chance.choice([None, {"first": number, "last": number + 3}]),
            )
    await house.witness.close()


# ---------------------------------------------------------------- the test


async def changed_and_looked_for(
    house: House, clock: StillClock, *, times: int, rolled: bool = False
) -> list[str]:
    """What was not found, or not where it was done."""
    await a_record(house, clock)
    if rolled:
        clock.pass_time(days=3 * 366)
        await a_record(house, clock)
        await verify_when_due(house.workshop, house.witness)
        await house.witness.close()
        assert (await verified(house.workshop, house.witness)).rolled == ROWS
    chance, astray, tried = random.Random(20), [], dict.fromkeys(WAYS, 0)
    with behind_its_back(house) as opened:
        whole = lying(opened, house)
        while sum(tried.values()) < times:
            way = WAYS[sum(tried.values()) % len(WAYS)]
            changed = way(whole, chance)
            if changed == whole:
                continue  # two rows that say the same changed places
            tried[way] += 1
            put(opened, house, changed)
            verdict = await verified(house.workshop, house.witness)
            astray += told_astray(way.__name__, whole, changed, verdict)
        put(opened, house, whole)
    assert (await verified(house.workshop, house.witness)).is_whole
    assert min(tried.values()) >= times // len(WAYS)
    return astray


def told_astray(way: str, whole: Lying, changed: Lying, verdict: Verdict) -> list[str]:
    place = first_difference(whole, changed)
    found = [problem.seq for problem in verdict.problems]
    if found and found[0] == place:
        return []
    return [f"{way} at {place}: {[str(one) for one in verdict.problems]}"]


@pytest.mark.full
@on_sqlite
async def test_three_hundred_changes_of_the_record_are_found_where_they_were_made(
    house: House, clock: StillClock
) -> None:
    assert await changed_and_looked_for(house, clock, times=UNMARKED) == []


@pytest.mark.full
@on_sqlite
async def test_changes_of_a_record_whose_beginning_was_rolled_off_are_found_where_they_were_made(
    house: House, clock: StillClock
) -> None:
    assert await changed_and_looked_for(house, clock, times=UNMARKED, rolled=True) == []


@on_sqlite
@pytest.mark.slow
async def test_ten_thousand_changes_of_what_is_left_of_a_record_are_found_where_they_were_made(
    house: House, clock: StillClock, record_property: Callable[[str, object], None]
) -> None:
    assert await changed_and_looked_for(house, clock, times=ALL, rolled=True) == []
    record_property(TOLD, f"{ALL:,} changes of a record that was rolled off: all found")


@on_sqlite
@pytest.mark.slow
async def test_ten_thousand_changes_of_the_record_are_found_where_they_were_made(
    house: House, clock: StillClock, record_property: Callable[[str, object], None]
) -> None:
    assert await changed_and_looked_for(house, clock, times=ALL) == []
    record_property(TOLD, f"{ALL:,} changes of the record: all found, each at its row")


@on_sqlite
async def test_a_rest_that_was_written_anew_with_its_head_is_found_by_the_witness(
    house: House, clock: StillClock
) -> None:
    """It fits together row by row, so it is known where it ends and not where it begins."""
    await a_record(house, clock)
    with behind_its_back(house) as opened:
        whole, chance = lying(opened, house), random.Random(5)
        for _ in range(20):
            put(opened, house, write_the_rest_anew(whole, chance))
            verdict = await verified(house.workshop, house.witness)
            assert verdict.problems == [Problem(ROWS, Breach.FORGED)]
        put(opened, house, whole)
    assert (await verified(house.workshop, house.witness)).is_whole
