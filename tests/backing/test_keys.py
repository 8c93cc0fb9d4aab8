"""Every key of a keystore is in its backup and comes back as it was, from any kind into any."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from backing.places import Backed, seen, silent, talk
from holdfast.app.backing.archive import Archive, Backup, Head
from holdfast.app.backing.keys import SECRETS, Taking, keys_in, put_down, secrets_in
from holdfast.app.backing.sealed import SealedReader, SealedWriter
from holdfast.app.opening import open_house
from holdfast.app.unlocking import keystore_at
from holdfast.kit.house import House
from holdfast.kit.ids import KeyId, SeatId
from holdfast.sealing.keystore import KeptKey, Keystore
from holdfast.settings import Settings
from postgres import SHARED, Cluster, postgres_binaries
from town import StillClock, Town, on_postgresql, on_sqlite

HEAD = Head("id", "keys", "sqlite", "0", "0020", "epoch", "whose", 0)


@pytest.fixture(scope="module")
def keys_cluster() -> Iterator[Cluster]:
    """A cluster of its own for keys."""
    if postgres_binaries() is None:
        pytest.skip("PostgreSQL is not here")
    cluster = Cluster(Path(os.environ[SHARED], f"keys-{uuid.uuid4().hex}"))
    cluster.make()
    cluster.start()
    yield cluster
    cluster.stop("immediate")


def made(count: int) -> list[KeptKey]:
    """Keys of many seats and days; some buckets have several, the newest first."""
    return [
        KeptKey(
            KeyId(number.to_bytes(16, "little")), SeatId(1 + number % 7), 20_000 + number // 14,
            (number // 7) % 2, os.urandom(61), 20_000 + number,
        )
        for number in reversed(range(count))
    ]  # fmt: skip


@asynccontextmanager
async def filled(settings: Settings, keys: list[KeptKey]) -> AsyncIterator[Keystore]:
    async with keystore_at(settings) as keystore:
        for key in sorted(keys, key=lambda key: key.generation):
            assert await keystore.keep([key]) == [key]
        yield keystore


async def nothing(keystore: Keystore) -> None:
    """Between the two readings of the keystore nothing happens."""


async def carried(
    there: Settings,
    back: Settings,
    keys: list[KeptKey],
    file: Path,
    pair: tuple[str, str],
    *,
    meanwhile: Callable[[Keystore], Awaitable[object]] = nothing,
) -> list[KeptKey]:
    """These keys in one keystore, backed up, restored into another: what lies there."""
    async with filled(there, keys) as keystore:
        with SealedWriter(file, [pyrage.x25519.Recipient.from_str(pair[0])]) as out:
            archive = Archive(out, HEAD)
            with Taking(archive, silent, file.parent) as reading:
                reading.begin({"place": b"wrapped"})
                await reading.read(keystore)
                await meanwhile(keystore)
                await reading.read_again(keystore)
                reading.end()
            archive.close(1, b"seal")
    async with keystore_at(back) as keystore:
        with SealedReader(file, [pyrage.x25519.Identity.from_str(pair[1])]) as reader:
            for name, _, data in Backup(reader).sections():
                if name == SECRETS:
                    assert secrets_in(data) == {"place": b"wrapped"}
                    continue
                for some in keys_in(data):
                    await put_down(keystore, some)
        return [key async for key in keystore.all_keys()]


async def test_every_key_comes_back_with_its_generation(
    tmp_path: Path, pair: tuple[str, str]
) -> None:
    keys = made(60)
    there, back = Settings(data=tmp_path / "there"), Settings(data=tmp_path / "back")
    found = await carried(there, back, keys, tmp_path / "keys.age", pair)
    assert found == sorted(keys, key=lambda key: key.id)
    assert {key.generation for key in found} == {0, 1}


def key_of(number: int, generation: int, seat: int = 1) -> KeptKey:
    """One of the keys of one day; its number says where in the order of ids it lies."""
    id = KeyId(number.to_bytes(16, "big"))
    return KeptKey(id, SeatId(seat), 20_000, generation, os.urandom(61), 20_000)


OLD, NEW, LAST, BESIDE, ADDED = (
    key_of(5, 0), key_of(3, 0), key_of(1, 1), key_of(4, 0, seat=2), key_of(6, 0, seat=3),
)  # fmt: skip


async def begun_anew(keystore: Keystore) -> None:
    """The bucket is emptied, begun anew, and has a message erased; another has its first."""
    await keystore.drop([OLD.id])
    await keystore.keep([NEW])
    await keystore.keep([LAST])
    await keystore.keep([ADDED])


def came_back(found: list[KeptKey], *keys: KeptKey) -> None:
    """Each of them once, as it was wrapped, and of a bucket no two with one generation."""
    assert [(key.id, key.wrapped) for key in found] == sorted((key.id, key.wrapped) for key in keys)
    assert len({(key.seat, key.day, key.generation) for key in found}) == len(keys)


async def test_what_either_reading_found_comes_back_even_of_a_bucket_begun_anew(
    tmp_path: Path, pair: tuple[str, str]
) -> None:
    there, back = Settings(data=tmp_path / "there"), Settings(data=tmp_path / "back")
    found = await carried(
        there, back, [OLD, BESIDE], tmp_path / "a.age", pair, meanwhile=begun_anew
    )
    came_back(found, OLD, NEW, LAST, BESIDE, ADDED)
    async with keystore_at(there) as keystore:
        assert await keystore.named([OLD.id]) == [], "it was gone for the second reading"
    async with keystore_at(back) as keystore:
        await put_down(keystore, [OLD])  # as a restore does that was cut off and goes on
        await put_down(keystore, [NEW])
        assert [key async for key in keystore.all_keys()] == found


@pytest.mark.slow
async def test_what_either_reading_found_comes_back_in_a_cluster(
    tmp_path: Path, pair: tuple[str, str], keys_cluster: Cluster
) -> None:
    for name in ("hither", "thither"):
        keys_cluster.execute(f"CREATE DATABASE {name}")
    there, back = (
        Settings(data=tmp_path / name, keystore_url=keys_cluster.url(name))
        for name in ("hither", "thither")
    )
    found = await carried(
        there, back, [OLD, BESIDE], tmp_path / "a.age", pair, meanwhile=begun_anew
    )
    came_back(found, OLD, NEW, LAST, BESIDE, ADDED)


@pytest.mark.slow
async def test_keys_go_from_a_file_into_a_cluster_and_back(
    tmp_path: Path, pair: tuple[str, str], keys_cluster: Cluster
) -> None:
    keys = made(60)
    file = Settings(data=tmp_path / "there")
    for name in ("one", "two"):
        keys_cluster.execute(f"CREATE DATABASE {name}")
    one, two = (
        Settings(data=tmp_path / name, keystore_url=keys_cluster.url(name))
        for name in ("one", "two")
    )
    found = await carried(file, one, keys, tmp_path / "1.age", pair)
    assert found == sorted(keys, key=lambda key: key.id)
    assert (
        await carried(two, Settings(data=tmp_path / "back"), keys, tmp_path / "2.age", pair)
        == found
    )


@pytest.mark.slow
@on_postgresql
async def test_a_place_on_files_and_one_on_two_clusters_are_restored_alike(
    backed: Backed,
    empty: Settings,
    people: Callable[[House], Town],
    keys_cluster: Cluster,
    tmp_path: Path,
) -> None:
    """Data on PostgreSQL with keys in a file, restored with keys in a cluster; and back again."""
    await talk(backed.town)
    before = await seen(backed.town)
    taken = await backed.back_up()
    keys_cluster.execute("CREATE DATABASE kept")
    apart = empty.model_copy(update={"keystore_url": keys_cluster.url("kept")})
    await backed.restored(apart, taken)
    async with open_house(apart, StillClock()) as house:
        assert await seen(people(house)) == before
        await people(house).say(people(house).birch, "in the cluster")
        again = replace(
            backed,
            settings=apart.model_copy(update={"backup_to": backed.settings.backup_to}),
            folder=tmp_path / "again",
        )
        second = await again.back_up()
    alone = Settings(data=tmp_path / "alone")
    done = await again.restored(alone, second, erasures="lost")
    assert done.settled.lost == 0
    async with open_house(alone, StillClock()) as house:
        assert "in the cluster" in str(await seen(people(house)))


@pytest.mark.full
@on_sqlite
async def test_a_backup_of_the_keys_needs_every_key_its_data_need(backed: Backed) -> None:
    await talk(backed.town)
    async with keystore_at(backed.settings) as keystore:
        count = len([key async for key in keystore.all_keys()])
    assert (await backed.back_up()).count == count == 3
