"""A place moves from its file into PostgreSQL: all of it, once, also where the move is cut off."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from signal import SIGINT, SIGKILL, Signals

import asyncpg
import pytest
from sqlalchemy import make_url

from begun import Begun
from faults.places_wire import Wire, wire_to
from holdfast.app import moving
from holdfast.app.moving import Moving, move
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.app.tables import TABLES
from holdfast.kit.house import House
from holdfast.kit.pen import Lease
from holdfast.messages.actions import respond_to_message
from holdfast.messages.rules import Response
from holdfast.settings import Settings
from messages.hearing import loaded
from town import EVENING, StillClock, Town

PROGRAM = Path(sys.executable).with_name("holdfast")


class CutOff(BaseException):
    """The move ends here, as if it were killed."""


def silent(what: str, done: int, of: int) -> None:
    """Nobody watches."""
    del what, done, of


@pytest.fixture
def postgres_template() -> str:
    """The new database is empty."""
    return "template1"


@pytest.fixture
def place(begun: Callable[[str], Begun], tmp_path: Path) -> Settings:
    """A place on SQLite with the whole town in it, and nobody serving it."""
    data = tmp_path / "data"
    shutil.copytree(begun("sqlite").data("town"), data)
    return Settings(data=data)


@pytest.fixture
def people(begun: Callable[[str], Begun]) -> Callable[[House], Town]:
    """The town in a house that is open."""
    return lambda house: Town(house, **begun("sqlite").people())


async def talk(town: Town) -> None:
    """Something of much: words, a reply, a response, staff who do something that is recorded."""
    said = await town.say(town.ash, "it was a long night", note="sleep")
    assert said.seq is not None
    await town.say(town.birch, "and the kettle is on", reply_to=said.seq)
    for turn in range(9):
        await town.say(town.ash, f"and again {turn}")
    await town.say(town.cedar, "good evening", EVENING)
    await respond_to_message(
        town.house.ledger, await town.seat(town.birch), seq=said.seq, nonce="nonce-response",
        response=Response.WITH_YOU, on=True,
    )  # fmt: skip


async def seen(town: Town) -> list[object]:
    """All that people read there, in words, and that they are still themselves."""
    ash, cedar = await town.seat(town.ash), await town.seat(town.cedar, EVENING)
    return [await loaded(town.house, ash), await loaded(town.house, cedar), town.house.epoch]


async def lived_in(place: Settings, people: Callable[[House], Town]) -> list[object]:
    """People talk in the place on its file, and leave. What they could read there."""
    async with open_house(place, StillClock()) as house:
        town = people(house)
        await talk(town)
        return await seen(town)


def words_in(file: Path) -> list[tuple[object, ...]]:
    """All messages, as they lie in the file."""
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT * FROM messages ORDER BY row").fetchall()


def there(place: Settings, url: str) -> Settings:
    return place.model_copy(update={"database_url": url})


@pytest.mark.full
async def test_a_place_moves_with_all_that_was_said_and_goes_on_there(
    place: Settings, people: Callable[[House], Town], postgres_url: str
) -> None:
    before = await lived_in(place, people)
    kept = words_in(place.database_file)
    done = await move(place, postgres_url, silent)
    assert done.tables == len(TABLES)
    assert done.rows == done.copied > 30
    assert done.record.is_whole
    assert words_in(place.database_file) == kept, "nothing changed where it came from"
    async with open_house(there(place, postgres_url), StillClock()) as house:
        town = people(house)
        assert await seen(town) == before
        said = await town.say(town.birch, "here now")
        assert said.seq == 13, "the order goes on, after the counts that were told"
        assert len(await loaded(house, await town.seat(town.ash))) == 12


@pytest.mark.full
async def test_a_move_that_is_cut_off_anywhere_goes_on_from_there(
    place: Settings,
    people: Callable[[House], Town],
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = await lived_in(place, people)
    monkeypatch.setattr(moving, "BATCH", 3)
    cuts, most, stages = 0, 0, set()

    def cut_off_after(steps: int) -> moving.Tell:
        left = iter(range(steps))

        def tell(what: str, done: int, of: int) -> None:
            stages.add(what)
            assert done <= of
            if next(left, None) is None:
                raise CutOff

        return tell

    done: Moving | None = None
    while done is None:
        try:
            done = await move(place, postgres_url, cut_off_after(10_000 if cuts < 0 else 3))
        except CutOff:
            cuts = -1 if "Comparing" in stages else cuts + 1
            most = max(most, cuts)
            if "Comparing" not in stages:
                with pytest.raises(Unfit, match="has not arrived"):
                    async with open_house(there(place, postgres_url), StillClock()):
                        pass
    assert most > 4
    assert done.copied < done.rows, "what had arrived was not sent again"
    async with open_house(there(place, postgres_url), StillClock()) as house:
        assert await seen(people(house)) == before


@pytest.mark.slow
async def test_a_second_move_finds_all_of_it_there(place: Settings, postgres_url: str) -> None:
    first = await move(place, postgres_url, silent)
    again = await move(place, postgres_url, silent)
    assert (again.rows, again.copied) == (first.rows, 0)


@pytest.mark.slow
async def test_where_the_place_went_on_meanwhile_a_cut_move_begins_anew(
    place: Settings, people: Callable[[House], Town], postgres_url: str
) -> None:
    def cut(what: str, done: int, of: int) -> None:
        raise CutOff

    with pytest.raises(CutOff):
        await move(place, postgres_url, cut)
    before = await lived_in(place, people)
    await move(place, postgres_url, silent)
    async with open_house(there(place, postgres_url), StillClock()) as house:
        assert await seen(people(house)) == before


@pytest.mark.slow
async def test_a_place_that_went_on_in_the_new_database_is_not_written_over(
    place: Settings, people: Callable[[House], Town], postgres_url: str
) -> None:
    await move(place, postgres_url, silent)
    async with open_house(there(place, postgres_url), StillClock()) as house:
        await talk(people(house))
        after = await seen(people(house))
    with pytest.raises(Unfit, match="gone on since"):
        await move(place, postgres_url, silent)
    async with open_house(there(place, postgres_url), StillClock()) as house:
        assert await seen(people(house)) == after


async def test_a_database_with_something_in_it_is_refused_and_left_alone(
    place: Settings, postgres_url: str
) -> None:
    other = await asyncpg.connect(postgres_url)
    await other.execute("CREATE TABLE precious (thing text)")
    await other.execute("INSERT INTO precious VALUES ('mine')")
    with pytest.raises(Unfit, match="holds something already"):
        await move(place, postgres_url, silent)
    assert await other.fetchval("SELECT thing FROM precious") == "mine"
    assert await other.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'moving'") == 0
    await other.execute("DROP TABLE precious")
    await other.close()
    await move(place, postgres_url, silent)


@pytest.mark.slow
async def test_a_database_that_may_forget_is_refused_before_anything_is_written(
    place: Settings, postgres_url: str
) -> None:
    other, name = await asyncpg.connect(postgres_url), make_url(postgres_url).database
    await other.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(Unfit, match="may forget"):
        await move(place, postgres_url, silent)
    assert await other.fetchval("SELECT to_regclass('moving.place')") is None
    await other.execute(f"ALTER DATABASE {name} RESET synchronous_commit")
    await other.close()
    await move(place, postgres_url, silent)


@pytest.mark.slow
async def test_another_place_does_not_move_in_on_top(
    place: Settings, begun: Callable[[str], Begun], tmp_path: Path, postgres_url: str
) -> None:
    await move(place, postgres_url, silent)
    other = Settings(data=tmp_path / "other")
    async with open_house(other, StillClock()):
        pass
    with pytest.raises(Unfit, match="holds something already"):
        await move(other, postgres_url, silent)


async def test_a_place_that_is_served_does_not_move(place: Settings, postgres_url: str) -> None:
    lease = Lease(place.data / "lease")
    assert lease.take()
    with pytest.raises(Unfit, match="Stop it first"):
        await move(place, postgres_url, silent)
    lease.close()
    await move(place, postgres_url, silent)


async def test_without_its_root_key_no_place_moves(place: Settings, postgres_url: str) -> None:
    key = place.root_key_file.read_bytes()
    place.root_key_file.unlink()
    with pytest.raises(Unfit, match="root key"):
        await move(place, postgres_url, silent)
    place.root_key_file.write_bytes(key)
    place.root_key_file.chmod(0o600)
    await move(place, postgres_url, silent)


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    """What lies between the keyboard and the new database."""
    with wire_to(make_url(postgres_url).port or 0) as wire:
        yield wire


async def moving_there(place: Settings, url: str) -> asyncio.subprocess.Process:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
    return await asyncio.create_subprocess_exec(
        PROGRAM, "move", "--to", url, "--data", place.data, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("how", [SIGKILL, SIGINT], ids=["killed", "ctrl-c"])
async def test_ended_in_the_middle_it_goes_on_and_says_what_to_do_next(
    place: Settings, people: Callable[[House], Town], postgres_url: str, wire: Wire, how: Signals
) -> None:
    before = await lived_in(place, people)
    through = make_url(postgres_url).set(port=wire.port).render_as_string(hide_password=False)
    process = await moving_there(place, through)
    looking = await asyncpg.connect(postgres_url)
    while not await looking.fetchval("SELECT to_regclass('moving.progress') IS NOT NULL"):
        pass
    while not await looking.fetchval("SELECT count(*) FROM moving.progress"):
        pass  # the first rows are there
    wire.back.latency, wire.back.deaf = 0.2, how is SIGKILL  # to be still at it
    process.send_signal(how)
    _, said = await process.communicate()
    assert (b"the same line goes on" in said) is (how is SIGINT)
    assert await looking.fetchval("SELECT stage FROM moving.place") == "copying"
    await looking.close()
    wire.mend()
    wire.reset()
    again = await moving_there(place, through)
    out, err = await again.communicate()
    assert again.returncode == 0, err.decode()
    assert "HOLDFAST_DATABASE_URL=postgresql://" in out.decode()
    assert "compared one by one" in out.decode()
    async with open_house(there(place, postgres_url), StillClock()) as house:
        assert await seen(people(house)) == before
