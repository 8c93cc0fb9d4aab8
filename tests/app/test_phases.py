"""Old and new code beside each other: what a migration may do, and who may start on its shape."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from app.newer import ADDS, ADDS_A_TABLE, NEXT, TAKES, newer
from holdfast.app import schema
from holdfast.app.opening import open_house
from holdfast.app.schema import EXPAND, Unfit, phases, prepare_schema, revisions, scripts
from holdfast.kit.database import Database, open_database
from holdfast.settings import Settings
from serving import PATIENCE
from town import StillClock, mostly_on_sqlite

NAMES = sorted(file.name for file in scripts().glob("versions/[0-9]*_*.py"))
HARMLESS = re.compile(
    r"""(?ix) \s* (
      (SELECT | INSERT\ INTO | SET\ LOCAL) \b
    | CREATE\ (TABLE | (UNIQUE\ )? INDEX | (OR\ REPLACE\ )? FUNCTION | TRIGGER) \b
    | UPDATE\ alembic_version | DELETE\ FROM\ facts\ WHERE\ name
    | ALTER\ TABLE\ \S+\ ADD\ CONSTRAINT\ \S+\ FOREIGN\ KEY
    | ALTER\ TABLE\ \S+\ ALTER\ COLUMN\ \S+\ DROP\ NOT\ NULL )"""
)


def leaves_old_code_running(statement: str) -> bool:
    """Whether code that knows nothing of it goes on working after this statement."""
    if re.match(r"(?i)\s*ALTER TABLE \S+ ADD COLUMN", statement):
        return not re.search(r"(?i)NOT NULL", statement) or "DEFAULT" in statement.upper()
    return HARMLESS.match(statement) is not None


@pytest.mark.parametrize(
    ("statement", "leaves"),
    [
        ("CREATE TABLE x (id BIGINT NOT NULL)", True),
        ("ALTER TABLE rooms ADD COLUMN a BIGINT", True),
        ("ALTER TABLE rooms ADD COLUMN a BIGINT DEFAULT '0' NOT NULL", True),
        ("ALTER TABLE rooms ADD COLUMN a BIGINT NOT NULL", False),
        ("ALTER TABLE rooms ALTER COLUMN a DROP NOT NULL", True),
        ("ALTER TABLE rooms ALTER COLUMN a SET NOT NULL", False),
        ("ALTER TABLE rooms DROP COLUMN a", False),
        ("ALTER TABLE rooms RENAME TO halls", False),
        ("ALTER TABLE rooms ALTER COLUMN a TYPE TEXT", False),
        ("DROP TABLE rooms", False),
        ("DROP INDEX ix_rooms", False),
        ("UPDATE rooms SET name = ''", False),
        ("DELETE FROM rooms", False),
    ],
)
def test_what_takes_away_is_told_from_what_adds(statement: str, leaves: bool) -> None:
    assert leaves_old_code_running(statement) is leaves


@pytest.mark.parametrize("name", NAMES)
def test_each_migration_says_whether_it_expands_or_contracts(name: str) -> None:
    said = re.findall(r"^phase = (.*)$", (scripts() / "versions" / name).read_text(), re.MULTILINE)
    assert said in [['"expand"'], ['"contract"']]
    assert phases(scripts())[name.partition("_")[0]] == said[0].strip('"')


@pytest.fixture
def postgres_template() -> str:
    """An empty database."""
    return "template1"


@pytest.fixture
async def empty(postgres_url: str) -> AsyncIterator[Database]:
    database = open_database(postgres_url)
    yield database
    await database.close()


@pytest.mark.full
async def test_a_migration_that_expands_only_adds_and_any_other_takes_something_away(
    empty: Database,
) -> None:
    asked, strays = 0, dict.fromkeys(revisions(scripts()), False)
    for shape in strays:
        with statements_in(empty) as done:
            await schema.migrate(empty, scripts(), shape)
        asked += len(done)
        strays[shape] = not all(leaves_old_code_running(one) for one in done)
    assert asked > 150
    assert strays == {shape: phase != EXPAND for shape, phase in phases(scripts()).items()}


@contextmanager
def statements_in(database: Database) -> Iterator[list[str]]:
    """Everything that is asked of this database meanwhile."""
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2].strip())

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.writer.sync_engine, "before_cursor_execute", note)


# ---------------------------------------------------------------- a newer shape


@pytest.mark.full
@mostly_on_sqlite
async def test_today_s_code_starts_on_a_newer_shape_that_only_expands(
    settings: Settings, tmp_path: Path
) -> None:
    await brought_to(settings, newer(tmp_path / "newer", ADDS, ADDS_A_TABLE))
    async with open_house(settings, StillClock()) as house:
        assert await schema.still_fits(house.workshop.database)


@pytest.mark.full
@mostly_on_sqlite
async def test_today_s_code_refuses_a_newer_shape_from_which_something_was_taken(
    settings: Settings, tmp_path: Path
) -> None:
    await brought_to(settings, newer(tmp_path / "newer", ADDS, TAKES, ADDS_A_TABLE))
    with pytest.raises(Unfit, match="newer Holdfast"):
        async with open_house(settings, StillClock()):
            pass


@pytest.mark.full
@mostly_on_sqlite
async def test_the_newer_code_starts_again_after_the_older_one_was_there(
    settings: Settings, tmp_path: Path
) -> None:
    location = newer(tmp_path / "newer", ADDS)
    await brought_to(settings, location)
    async with open_house(settings, StillClock()):
        pass
    assert await brought_to(settings, location) == "up to date"


async def brought_to(settings: Settings, location: Path) -> str:
    """A newer Holdfast has been here."""
    async with open_house(settings, StillClock()):
        pass
    database = open_database(settings.database)
    try:
        return await prepare_schema(database, settings.data / "backups", location)
    finally:
        await database.close()


# ---------------------------------------------------------------- while people talk


@pytest.mark.full
async def test_a_long_lock_makes_the_migration_wait_and_nobody_else(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare_schema(empty, tmp_path)
    location = newer(tmp_path / "newer", ADDS)
    monkeypatch.setattr(schema, "PAUSES", (0.01,) * 100)
    async with empty.reader.connect() as somebody:
        await somebody.execute(text("SELECT * FROM rooms"))  # and goes on looking at it
        migrating = asyncio.create_task(prepare_schema(empty, tmp_path, location))
        for _ in range(5):
            async with asyncio.timeout(PATIENCE), empty.writer.begin() as other:
                await other.execute(text("LOCK TABLE rooms IN ROW EXCLUSIVE MODE"))
            await asyncio.sleep(0.05)
        assert not migrating.done()
    assert (await migrating).startswith("migrated from")


@pytest.mark.full
async def test_a_lock_that_does_not_go_is_said_in_words_and_nothing_is_half_done(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare_schema(empty, tmp_path)
    monkeypatch.setattr(schema, "PAUSES", (0.01,))
    monkeypatch.setattr(schema, "LOCK_WITHIN", "20ms")
    location = newer(tmp_path / "newer", ADDS_A_TABLE, ADDS)
    async with empty.reader.connect() as somebody:
        await somebody.execute(text("SELECT * FROM rooms"))
        with pytest.raises(Unfit, match="something else keeps them locked"):
            await prepare_schema(empty, tmp_path, location)
    assert await prepare_schema(empty, tmp_path, location) == f"migrated from {NEXT} to 9002"
