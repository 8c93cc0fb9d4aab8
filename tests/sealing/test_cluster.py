"""A keystore in a PostgreSQL cluster of its own, beside the data's: two real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from holdfast.app.carrying import carry
from holdfast.app.health import keystore_state
from holdfast.app.opening import open_house
from holdfast.app.roles import Process
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import InDataCluster
from holdfast.erasing.marks import Mark
from holdfast.erasing.tombstones import open_tombstones
from holdfast.kit.errors import NotKept
from holdfast.messages.queries import messages_before
from holdfast.sealing.keystore.postgresql import PostgresKeystore
from holdfast.settings import Settings
from postgres import Cluster, postgres_binaries
from sealing.test_keystore import a_key
from town import StillClock, Town, on_postgresql, settle_in

pytestmark = [
    on_postgresql,
    pytest.mark.skipif(postgres_binaries() is None, reason="PostgreSQL is not here"),
]


@pytest.fixture
def stage() -> str:
    return "migrated"


@pytest.fixture
def apart(
    settings: Settings, other_cluster: Cluster, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """A place whose keys lie in the other cluster."""
    name = f"keys_{abs(hash(request.node.name))}"
    other_cluster.execute(f"CREATE DATABASE {name}")
    yield settings.model_copy(update={"keystore_url": other_cluster.url(name)})
    other_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def test_two_processes_share_the_keys_and_none_lies_in_the_data_or_in_a_file(
    apart: Settings, clock: StillClock, tmp_path: Path
) -> None:
    process = Process(of_several=True)
    there = apart.model_copy(update={"data": tmp_path / "there", "root_key": apart.root_key_file})
    async with (
        open_house(apart, clock, process=process) as here,
        open_house(there, clock, process=process) as other,
    ):
        town = await settle_in(here)
        seat = await town.seat(town.ash)
        rings = [house.ledger.keyring for house in (here, other)]
        await asyncio.gather(*(ring.fetch(seat.id, 20_779) for ring in rings))
        assert len(await rings[0].store.of_seats([seat.id])) == 1
    assert not apart.keys_folder.joinpath("keystore.db").exists()


async def test_a_keystore_in_the_cluster_of_the_data_is_refused_with_its_code(
    settings: Settings, clock: StillClock, postgres_cluster: Cluster, apart: Settings
) -> None:
    same = settings.model_copy(update={"keystore_url": postgres_cluster.url("postgres")})
    with pytest.raises(InDataCluster, match="keystore_in_data_cluster"):
        async with open_house(same, clock):
            pass
    async with open_house(apart, clock):
        pass


async def test_what_is_refused_leaves_no_tables_among_the_data(
    settings: Settings, clock: StillClock
) -> None:
    """They went into the next backup, and no restore into a folder could put them down."""
    async with open_house(settings, clock):
        pass
    with pytest.raises(InDataCluster):
        await carry(settings, settings.database_url, nobody)
    async with open_house(settings, clock) as house, house.workshop.reading() as work:
        assert (await work.db.scalar(text("SELECT to_regclass('messages')"))) is not None
        assert (await work.db.scalar(text("SELECT to_regclass('holdfast_keys')"))) is None


async def test_where_its_site_is_down_who_is_new_is_refused_and_the_others_go_on(
    apart: Settings, clock: StillClock, other_cluster: Cluster
) -> None:
    async with open_house(apart, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, "before")
        await asyncio.to_thread(other_cluster.stop)
        assert (await town.say(town.ash, "and while it is down")).first
        with pytest.raises(NotKept):
            await town.say(town.birch, "I am new today")
        assert await keystore_state(house) == "gone"
        await asyncio.to_thread(other_cluster.start)
        store = house.ledger.keyring.store
        store.url = store.url.set(port=other_cluster.port)  # it came back on another
        assert (await town.say(town.birch, "I am new today")).first


async def test_a_place_whose_keystore_is_down_does_not_open_and_says_so(
    settings: Settings, clock: StillClock
) -> None:
    nowhere = settings.model_copy(update={"keystore_url": "postgresql://127.0.0.1:9/keys"})
    with pytest.raises(Unfit, match="Cannot open the keystore"):
        async with open_house(nowhere, clock):
            pass


async def test_of_a_dropped_key_no_byte_stays_in_the_tables_of_the_cluster(
    apart: Settings, other_cluster: Cluster
) -> None:
    store = PostgresKeystore(apart.keystore_url)
    await store.open()
    keys = [a_key(seat) for seat in range(200)]
    await store.keep(keys)
    await asyncio.to_thread(other_cluster.execute, "CHECKPOINT")
    lying = bytes_of_tables(other_cluster)
    assert all(key.wrapped in lying for key in keys)
    await store.drop([key.id for key in keys[::2]])
    await asyncio.to_thread(other_cluster.execute, "CHECKPOINT")
    left = bytes_of_tables(other_cluster)
    assert [key for key in keys[::2] if key.wrapped in left] == []
    assert all(key.wrapped in left for key in keys[1::2])
    await store.close()


async def test_the_keys_of_one_machine_are_carried_into_a_cluster_and_all_words_are_read(
    settings: Settings, clock: StillClock, apart: Settings
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, "said on one machine")
        await open_tombstones_of(settings)
        with pytest.raises(Unfit, match="serving"):
            await carry(settings, apart.keystore_url, nobody)
    file, left = (settings.keys_folder / name for name in ("keystore.db", "keystore.moved.db"))
    for _ in range(2):  # as where it was cut off before the file got its other name
        assert (await carry(settings, apart.keystore_url, nobody)).keys == 1
        left.rename(file)
    await carry(settings, apart.keystore_url, nobody)
    assert await marks_in(apart) == await marks_in(settings) != {}
    async with open_house(apart, clock) as house:
        there = Town(**{**vars(town), "house": house})
        async with house.workshop.reading() as work:
            room = (await there.seat(there.ash)).room_id
            said = await messages_before(work, there.reader(there.ash), room, None, 9)
        assert [one.text for one in said] == ["said on one machine"]
        await there.say(there.birch, "and on several")
    left.rename(file)
    with pytest.raises(Unfit, match="other keys"):
        await carry(settings, apart.keystore_url, nobody)


async def test_who_was_not_told_of_the_cluster_gives_out_no_keys_from_the_old_file(
    settings: Settings, clock: StillClock, apart: Settings
) -> None:
    """One machine without HOLDFAST_KEYSTORE_URL wrote words that no other one could open."""
    async with open_house(settings, clock):
        pass
    await carry(settings, apart.keystore_url, nobody)
    async with open_house(apart, clock):
        pass
    for told_nothing in (open_house(settings, clock), carrying_again(settings, apart)):
        with pytest.raises(Unfit, match=r"moved.*Set HOLDFAST_KEYSTORE_URL"):
            async with told_nothing:
                pass
    assert not settings.keys_folder.joinpath("keystore.db").exists()


@asynccontextmanager
async def carrying_again(settings: Settings, to: Settings) -> AsyncIterator[None]:
    await carry(settings, to.keystore_url, nobody)
    yield


async def open_tombstones_of(settings: Settings) -> None:
    """Something was erased here once."""
    ledger = open_tombstones(settings)
    await ledger.add([Mark("message", b"m" * 32)], StillClock().now())
    await ledger.close()


async def marks_in(settings: Settings) -> Mapping[Mark, datetime]:
    """What was erased, as the ledger of these settings knows it."""
    ledger = open_tombstones(settings)
    try:
        return await ledger.known()
    finally:
        await ledger.close()


def nobody(*_: object) -> None:
    """Who looks at the bars."""


def bytes_of_tables(cluster: Cluster) -> bytes:
    """Everything in its files but the log of what was written, which goes with time."""
    files = [path for path in (cluster.data / "base").rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)
