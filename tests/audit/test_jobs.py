"""What stands beside the record: the witness of its head, and the walk along it every night."""

from __future__ import annotations

import json
import os

import pytest
import structlog.testing
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import text

from holdfast.app.figures import Figures
from holdfast.app.opening import open_house
from holdfast.app.watching import Watch
from holdfast.audit.actions import record
from holdfast.audit.jobs import WITNESS_FILE, Witness, verified, verify_nightly, verify_when_due
from holdfast.audit.jobs.witness import keep_head, read_head
from holdfast.audit.queries import extent_of, recent
from holdfast.audit.rules import BROKEN, VERIFIED, Breach, Head
from holdfast.kit.house import House
from holdfast.notices.queries import open_pages
from holdfast.rights.rules import System
from holdfast.settings import Settings
from town import StillClock, mostly_on_sqlite, on_sqlite


async def act(house: House, times: int = 1) -> None:
    """Something is recorded, and the witness has seen it."""
    for _ in range(times):
        async with house.workshop.work() as work:
            await record(work, System(), what="room:made", about="room:1")
    await house.witness.close()


async def head(house: House) -> Head:
    async with house.workshop.reading() as work:
        return (await extent_of(work)).head


async def behind_its_back(house: House, *statements: str, **values: int) -> None:
    """Something is done by the owner of the database, who takes the triggers off first."""
    sqlite = house.workshop.database.is_sqlite
    for name, table in (
        ("audit_unchanged", "audit"),
        ("audit_unremoved", "audit"),
        ("audit_head_moves_on", "audit_head"),
    ):
        off = f"DROP TRIGGER IF EXISTS {name}" + ("" if sqlite else f" ON {table}")
        async with house.workshop.work() as work:
            await work.db.execute(text(off))
    async with house.workshop.work() as work:
        for statement in statements:
            await work.db.execute(text(statement), values)


async def cut_to(house: House, seq: int) -> None:
    """The rows after this place are gone, and the head in the database says so too."""
    await behind_its_back(
        house,
        "DELETE FROM audit WHERE seq > :seq",
        "UPDATE audit_head SET seq = :seq, hash = (SELECT hash FROM audit WHERE seq = :seq)",
        seq=seq,
    )


# ---------------------------------------------------------------- the witness


async def test_the_witness_follows_the_record(house: House) -> None:
    await act(house, 3)
    assert read_head(house.witness.file) == await head(house)
    assert house.witness.file.name == WITNESS_FILE
    assert house.witness.file.stat().st_mode & 0o777 == 0o600
    assert (await verified(house.workshop, house.witness)).is_whole


async def test_rows_that_were_cut_off_are_missed_though_the_database_agrees_with_itself(
    house: House,
) -> None:
    await act(house, 5)
    seen = await head(house)
    await cut_to(house, seen.seq - 2)
    verdict = await verified(house.workshop, house.witness)
    assert [(one.seq, one.breach) for one in verdict.problems] == [(seen.seq - 1, Breach.CUT)]


async def test_the_witness_does_not_follow_what_grew_where_rows_were_cut_off(
    house: House, clock: StillClock
) -> None:
    await act(house, 5)
    seen = await head(house)
    await cut_to(house, seen.seq - 2)
    clock.pass_time(seconds=1)
    with structlog.testing.capture_logs() as logs:
        await act(house, 4)  # now there are more rows than it saw
    assert (await head(house)).seq > seen.seq
    assert read_head(house.witness.file) == seen
    assert not house.witness.is_whole
    assert {line["event"] for line in logs} == {"audit record broken"}
    verdict = await verified(house.workshop, house.witness)
    assert [(one.seq, one.breach) for one in verdict.problems] == [(seen.seq, Breach.FORGED)]


async def test_a_witness_that_is_gone_is_a_breach_and_only_a_person_begins_anew(
    house: House,
) -> None:
    await act(house)
    house.witness.file.unlink()
    await act(house)
    assert read_head(house.witness.file) is None
    verdict = await verified(house.workshop, house.witness)
    assert [one.breach for one in verdict.problems] == [Breach.UNWITNESSED]
    async with house.workshop.reading() as work:
        await house.witness.begin_anew(work)
    assert (await verified(house.workshop, house.witness)).is_whole


@pytest.mark.full
@mostly_on_sqlite
async def test_a_house_that_stopped_before_it_could_witness_catches_up_when_it_opens(
    settings: Settings, clock: StillClock
) -> None:
    async with open_house(settings, clock) as house:
        await act(house, 2)
        seen = await head(house)
    kept = settings.data / WITNESS_FILE
    first = {"seq": 1, "hash": ""}
    async with open_house(settings, clock) as house, house.workshop.reading() as work:
        row = await work.db.execute(text("SELECT hash FROM audit WHERE seq = 1"))
        first["hash"] = row.scalar_one().hex()
    kept.write_text(json.dumps(first))
    async with open_house(settings, clock) as house:
        assert read_head(kept) == seen == await head(house)


@on_sqlite
async def test_the_file_never_goes_back_to_an_earlier_head(house: House) -> None:
    await act(house, 2)
    seen = read_head(house.witness.file)
    assert seen is not None
    keep_head(house.witness.file, Head(seen.seq - 1, bytes(32)))
    assert read_head(house.witness.file) == seen
    keep_head(house.witness.file, Head(seen.seq + 1, bytes(32)))
    assert read_head(house.witness.file) == Head(seen.seq + 1, bytes(32))


@on_sqlite
@pytest.mark.parametrize("written", ["", "{", "[]", '{"seq": 1}', '{"seq": "x", "hash": ""}'])
async def test_a_file_that_is_not_a_head_is_no_witness(house: House, written: str) -> None:
    await act(house)
    assert read_head(house.witness.file) is not None
    house.witness.file.write_text(written)
    assert read_head(house.witness.file) is None


@on_sqlite
async def test_a_folder_that_cannot_be_written_stops_nobody(house: House) -> None:
    await act(house)
    before = await head(house)
    elsewhere = Witness(house.settings.data / "nowhere", house.workshop)
    elsewhere.file.parent.mkdir()
    keep_head(elsewhere.file, before)
    await act(house)
    elsewhere.file.with_name(f"{WITNESS_FILE}.{os.getpid()}.new").mkdir()  # in the way of writing
    with structlog.testing.capture_logs() as logs:
        await elsewhere.follow()
        await elsewhere.follow()  # said once
    assert [line["event"] for line in logs] == ["audit head not witnessed"]
    assert read_head(elsewhere.file) == before


# ---------------------------------------------------------------- every night


def generate(house: House) -> str:
    """The figures as Prometheus fetches them."""
    registry = CollectorRegistry()
    registry.register(Figures(house))
    return generate_latest(registry).decode()


@mostly_on_sqlite
async def test_what_the_night_found_is_itself_recorded(house: House) -> None:
    await act(house, 2)
    rows = (await head(house)).seq
    assert (await verify_nightly(house.workshop, house.witness)).is_whole
    assert "holdfast_audit_whole 1.0" in generate(house)
    async with house.workshop.reading() as work:
        newest = (await recent(work))[0]
    assert (newest.what, newest.role, newest.detail) == (VERIFIED, "system", {"rows": rows})
    await house.witness.close()
    assert (await verified(house.workshop, house.witness)).is_whole


@on_sqlite
async def test_it_is_verified_once_a_day_however_often_somebody_looks(
    house: House, clock: StillClock
) -> None:
    await act(house)
    assert await verify_when_due(house.workshop, house.witness) is not None
    clock.pass_time(hours=23, minutes=59)
    assert await verify_when_due(house.workshop, house.witness) is None
    clock.pass_time(minutes=1)
    verdict = await verify_when_due(house.workshop, house.witness)
    assert verdict is not None
    assert verdict.is_whole


@mostly_on_sqlite
async def test_the_house_s_timers_walk_it(house: House) -> None:
    await Watch(house).look_at_the_record()
    await Watch(house).look_at_the_record()
    async with house.workshop.reading() as work:
        assert len(await recent(work, what=VERIFIED)) == 1


@mostly_on_sqlite
async def test_a_broken_record_is_told_by_log_figure_and_a_row_of_its_own(house: House) -> None:
    await act(house, 4)
    await behind_its_back(house, "UPDATE audit SET about = 'room:2' WHERE seq = 2")
    with structlog.testing.capture_logs() as logs:
        verdict = await verify_nightly(house.workshop, house.witness)
    assert [(one.seq, one.breach) for one in verdict.problems] == [(2, Breach.CHANGED)]
    assert [(line["event"], line["error"]) for line in logs] == [
        ("audit record broken", "changed at 2")
    ]
    await house.witness.close()
    assert not house.witness.is_whole
    assert "holdfast_audit_whole 0.0" in generate(house)
    async with house.workshop.reading() as work:
        newest = (await recent(work))[0]
    assert (newest.what, newest.detail["first"]) == (BROKEN, 2)


@mostly_on_sqlite
async def test_a_head_that_was_noted_by_hand_is_looked_for(house: House) -> None:
    await act(house, 3)
    noted = await head(house)
    await act(house)
    assert (await verified(house.workshop, house.witness, noted=[noted])).is_whole
    another = Head(noted.seq, bytes(32))
    verdict = await verified(house.workshop, house.witness, noted=[another])
    assert [(one.seq, one.breach) for one in verdict.problems] == [(noted.seq, Breach.FORGED)]


@pytest.mark.full
@on_sqlite
async def test_whoever_waits_hears_how_far_it_is(house: House) -> None:
    async with house.workshop.work() as work:
        for _ in range(501):
            await record(work, System(), what="room:made")
    await house.witness.close()
    told: list[tuple[int, int]] = []
    await verified(house.workshop, house.witness, tell=lambda at, of: told.append((at, of)))
    rows = (await head(house)).seq
    assert told == [(500, rows), (rows, rows)]


@pytest.mark.full
async def test_a_broken_record_is_told_to_those_who_plan(house: House, clock: StillClock) -> None:
    await act(house, 3)
    await Watch(house).look_at_the_record()
    async with house.workshop.reading() as work:
        assert await open_pages(work) == []
    await cut_to(house, 1)
    clock.pass_time(days=1)
    await Watch(house).look_at_the_record()
    async with house.workshop.reading() as work:
        [page] = await open_pages(work)
    assert page.about.startswith("record:")
