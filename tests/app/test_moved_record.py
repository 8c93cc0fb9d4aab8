"""The record of what staff did moves with the place, and whoever moves hears whether it is ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from holdfast.app.moving import move
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.audit.actions import record, roll_off
from holdfast.audit.rules import Breach, Problem
from holdfast.audit.rules.closing import kept_since
from holdfast.cli import app
from holdfast.rights.rules import System
from holdfast.sealing.keystore.sqlite import NAME
from holdfast.settings import Settings
from town import StillClock

OLD, YEARS = 6, 2


def silent(what: str, done: int, of: int) -> None:
    """Nobody watches."""
    del what, done, of


@pytest.fixture
def postgres_template() -> str:
    """The new database is empty."""
    return "template1"


async def rolled_off(place: Settings, key: bytes | None = None) -> None:
    """A place whose record was rolled off once; closed with this key, or with its own."""
    clock = StillClock()
    async with open_house(place, clock) as house:
        for wait in (0,) * (OLD - 1) + (3 * 366, 0):
            async with house.workshop.work() as work:
                await record(work, System(), what="test:noted")
            clock.pass_time(days=wait)
        key = key or house.witness.key
        assert key is not None
        async with house.workshop.work() as work:
            old = kept_since(clock.now(), YEARS)
            assert await roll_off(work, System(), older_than=old, key=key) == OLD


@pytest.mark.full
async def test_a_record_that_was_rolled_off_here_is_whole_after_the_move(
    tmp_path: Path, postgres_url: str
) -> None:
    place = Settings(data=tmp_path / "data")
    await rolled_off(place)
    found = (await move(place, postgres_url, silent)).record
    assert (found.problems, found.rolled) == ([], OLD)


async def test_a_beginning_of_the_record_that_another_place_signed_is_told_after_the_move(
    tmp_path: Path, postgres_url: str
) -> None:
    place = Settings(data=tmp_path / "data")
    await rolled_off(place, b"of another place")
    found = (await move(place, postgres_url, silent)).record
    assert found.problems == [Problem(OLD + 1, Breach.UNSIGNED)]


@pytest.mark.full
def test_whoever_moves_is_told_what_is_wrong_with_the_record(
    tmp_path: Path, postgres_url: str
) -> None:
    place = Settings(data=tmp_path / "data")
    asyncio.run(rolled_off(place, b"of another place"))
    said = CliRunner().invoke(app, ["move", "--to", postgres_url, "--data", str(place.data)])
    assert said.exit_code == 0, said.output
    assert "It came over as it was before the move" in said.output
    assert f"what stood before row {OLD + 1} is gone, and no row signed here" in said.output
    assert "audit-head.json" not in said.output


@pytest.mark.full
async def test_without_its_keystore_no_place_moves(tmp_path: Path, postgres_url: str) -> None:
    place, other = Settings(data=tmp_path / "data"), Settings(data=tmp_path / "other")
    for one in (place, other):
        await rolled_off(one)
    keys = place.keys_folder / NAME
    aside = keys.rename(tmp_path / "aside")
    with pytest.raises(Unfit, match="is not there"):
        await move(place, postgres_url, silent)
    keys.write_bytes((other.keys_folder / NAME).read_bytes())
    with pytest.raises(Unfit, match="is another one"):
        await move(place, postgres_url, silent)
    there = await asyncpg.connect(postgres_url)
    assert await there.fetchval("SELECT to_regclass('moving.place')") is None
    await there.close()
    aside.rename(keys)
    await move(place, postgres_url, silent)
