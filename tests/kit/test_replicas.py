"""Copies of the database: read where a page may be a moment old, left alone where they lag."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from faults.places_database import OwnCopy, OwnPostgres, own_pair
from faults.places_wire import Wire, wire_to
from holdfast.app.opening import open_house
from holdfast.app.web import build_app
from holdfast.kit.house import House
from holdfast.kit.replicas import MOST_LATE, Replica
from holdfast.settings import Settings, Switch
from town import NIGHT, ORIGIN, Person, StillClock, Town, settle_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[OwnPostgres, OwnCopy]]:
    """A primary and a real standby that follows it."""
    with own_pair() as both:
        primary, _ = both
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''")  # the copy may lag
        primary.execute("SELECT pg_reload_conf()")
        yield both


@pytest.fixture
def copy(pair: tuple[OwnPostgres, OwnCopy]) -> OwnCopy:
    return pair[1]


@pytest.fixture
def wire(copy: OwnCopy) -> Iterator[Wire]:
    """What lies between the house and the copy."""
    with wire_to(copy.port) as wire:
        yield wire


@pytest.fixture
async def town(
    pair: tuple[OwnPostgres, OwnCopy], wire: Wire, tmp_path: Path
) -> AsyncIterator[Town]:
    """A town of its own, in a house that knows of the copy."""
    primary, _ = pair
    name = f"place_{tmp_path.name.rpartition('_')[2]}"[:40].lower()
    primary.execute(f"CREATE DATABASE {name}")
    replica = f"postgresql://holdfast@127.0.0.1:{wire.port}/{name}"
    settings = Settings(
        data=tmp_path / "data",
        database_url=primary.url(name),
        replicas=replica,
        limits=Switch.OFF,
    )
    async with open_house(settings, StillClock()) as house:
        yield await settle_in(house)
        wire.mend()
    primary.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def port_of(house: House, *, stale: bool) -> int:
    """Which server answers."""
    async with house.workshop.reading(stale=stale) as work:
        return int(await work.db.scalar(text("SELECT current_setting('port')")) or 0)


async def copy_to_use(house: House) -> Replica:
    """The copy, as soon as it may be used."""
    async with asyncio.timeout(20):
        while (found := house.workshop.database.replicas.fresh()) is None:
            await house.workshop.database.replicas.look()
    return found


async def until_left_alone(house: House) -> None:
    """Until the copy is used no more: at most about as long as a page may be old."""
    async with asyncio.timeout(4 * MOST_LATE):
        while house.workshop.database.replicas.fresh() is not None:
            await house.workshop.database.replicas.look()


async def test_only_what_may_be_a_moment_old_is_read_from_the_copy(
    town: Town, pair: tuple[OwnPostgres, OwnCopy]
) -> None:
    primary, copy = pair
    await copy_to_use(town.house)
    assert await port_of(town.house, stale=True) == copy.port
    assert await port_of(town.house, stale=False) == primary.port


async def test_a_copy_that_lags_is_left_alone_until_it_has_caught_up(
    town: Town, pair: tuple[OwnPostgres, OwnCopy]
) -> None:
    primary, copy = pair
    await copy_to_use(town.house)
    copy.execute("SELECT pg_wal_replay_pause()")
    await town.say(town.ash, "not there yet")
    await until_left_alone(town.house)
    assert await port_of(town.house, stale=True) == primary.port
    copy.execute("SELECT pg_wal_replay_resume()")
    await copy_to_use(town.house)
    assert await port_of(town.house, stale=True) == copy.port


async def test_nobody_waits_for_a_copy_that_is_cut_off(
    town: Town, pair: tuple[OwnPostgres, OwnCopy], wire: Wire
) -> None:
    primary, _ = pair
    await copy_to_use(town.house)
    wire.cut()
    await until_left_alone(town.house)
    assert await port_of(town.house, stale=True) == primary.port
    wire.mend()
    wire.reset()
    await copy_to_use(town.house)


async def test_search_and_earlier_pages_hide_at_once_whom_a_member_does_not_want_to_see(
    town: Town, pair: tuple[OwnPostgres, OwnCopy]
) -> None:
    _, copy = pair
    said = await town.say(town.birch, "the kettle is on")
    await town.say(town.ash, "the kettle sings")
    await copy_to_use(town.house)
    app = build_app(town.house.settings)
    app.state.house = town.house
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:

        async def pages(person: Person) -> list[str]:
            asked = (f"/rooms/{NIGHT}/search?q=kettle", f"/rooms/{NIGHT}/history?before=99")
            found = [await client.get(one, headers=person.bearer) for one in asked]
            assert {one.status_code for one in found} == {200}
            return [one.text for one in found]

        assert all("kettle is on" in page for page in await pages(town.ash))
        copy.execute("SELECT pg_wal_replay_pause()")  # it does not hear of what comes now
        hidden = await client.put(
            f"/api/v1/rooms/{NIGHT}/messages/{said.seq}/hidden", headers=town.ash.bearer, json={}
        )
        assert hidden.status_code < 300, hidden.text
        shown = await pages(town.ash)
        assert town.house.workshop.database.replicas.fresh(), "the copy was still in use"
        for page in shown:
            assert "kettle is on" not in page
            assert "kettle sings" in page
        copy.execute("SELECT pg_wal_replay_resume()")
