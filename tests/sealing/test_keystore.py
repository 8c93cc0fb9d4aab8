"""The keystore: what it answered is on disk, and what it dropped lies nowhere in it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId, SeatId
from holdfast.sealing.keystore import KeptKey, Keystore
from holdfast.sealing.keystore.postgresql import PostgresKeystore
from holdfast.sealing.keystore.sqlite import SqliteKeystore

TODAY = 20_779
Store = SqliteKeystore | PostgresKeystore


def a_key(seat: int = 7, day: int = TODAY, generation: int = 0) -> KeptKey:
    wrapped = secrets.token_bytes(61)
    return KeptKey(KeyId(os.urandom(16)), SeatId(seat), day, generation, wrapped, day)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """What kind of store a test is about; both, unless it says otherwise."""
    kind: str = request.param
    return kind


@pytest.fixture
def postgres_template() -> str:
    """A database with nothing in it."""
    return "template1"


@pytest.fixture
async def store(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Keystore]:
    opened = await another(kind, tmp_path, request)
    yield opened
    await opened.close()


async def another(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Store:
    """The same keystore, as one more process opens it."""
    if kind == "sqlite":
        return SqliteKeystore(tmp_path / "keys")
    store = PostgresKeystore(request.getfixturevalue("postgres_url"))
    await store.open()
    return store


of_a_file = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


async def every(store: Keystore) -> list[KeptKey]:
    return [key async for key in store.all_keys()]


async def test_a_kept_key_is_found_by_seat_and_day_and_by_its_name(store: Keystore) -> None:
    mine, yours, later = a_key(), a_key(8), a_key(7, TODAY + 1)
    assert await store.keep([mine, yours, later]) == [mine, yours, later]
    assert await store.find(SeatId(7), TODAY) == mine
    assert await store.find(SeatId(9), TODAY) is None
    assert await store.named([yours.id, KeyId(bytes(16))]) == [yours]
    assert set(await store.of_seats([SeatId(7)])) == {mine.id, later.id}
    assert set(await store.of_days([SeatId(7), SeatId(8)], TODAY + 1)) == {mine.id, yours.id}
    assert await store.newest_day() == TODAY + 1


async def test_of_two_keys_for_one_seat_and_day_the_first_stands(store: Keystore) -> None:
    first, second = a_key(), a_key()
    assert list(await asyncio.gather(store.keep([first]), store.keep([second]))) == [
        [first],
        [first],
    ]
    assert await every(store) == [first]


async def test_the_highest_generation_is_found_and_no_lower_one_is_kept_after_it(
    store: Keystore,
) -> None:
    first, second = a_key(), a_key(generation=1)
    await store.keep([first])
    assert await store.keep([second]) == [second]
    assert await store.find(SeatId(7), TODAY) == second
    await store.drop([first.id])
    assert await store.keep([a_key()]) == [second]


async def test_many_who_wait_at_once_share_one_commit(store: Store) -> None:
    keys = [a_key(seat) for seat in range(300)]
    kept = await asyncio.gather(*(store.keep([key]) for key in keys))
    assert kept == [[key] for key in keys]
    assert store.together.commits <= 3


@pytest.mark.full
@of_a_file
async def test_of_a_dropped_key_no_byte_stays_in_any_file(
    store: SqliteKeystore, tmp_path: Path
) -> None:
    keys = [a_key(seat, TODAY + day) for seat in range(60) for day in range(10)]
    await store.keep(keys)
    going, staying = keys[::2], keys[1::2]
    assert all(key.wrapped in bytes_below(tmp_path) for key in keys)
    assert await store.drop([key.id for key in going]) == len(going)
    assert await store.drop([key.id for key in going]) == 0
    left = bytes_below(tmp_path)
    assert [key for key in going if key.wrapped[:16] in left or key.wrapped[-16:] in left] == []
    assert sorted(await every(store), key=lambda key: key.id) == sorted(
        staying, key=lambda key: key.id
    )


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_every_key_is_told_in_the_order_of_ids(store: Keystore) -> None:
    keys = [a_key(seat) for seat in range(1_200)]
    await store.keep(keys)
    assert await every(store) == sorted(keys, key=lambda key: key.id)


async def test_a_key_that_is_wrapped_anew_is_the_same_key_and_a_dropped_one_stays_gone(
    store: Keystore,
) -> None:
    stays, goes = a_key(7), a_key(8)
    await store.keep([stays, goes])
    await store.drop([goes.id])
    anew = [replace(stays, wrapped=b"anew"), replace(goes, wrapped=b"anew")]
    await store.rewrap(anew)
    assert await every(store) == [anew[0]]


async def test_a_secret_is_kept_under_its_name(store: Keystore) -> None:
    assert await store.secret("place") is None
    await store.keep_secret("place", b"one")
    await store.keep_secret("place", b"two")
    assert await store.secret("place") == b"two"


async def test_what_was_kept_is_there_when_the_store_is_opened_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    key = a_key()
    for expected in (None, key):
        store = await another(kind, tmp_path, request)
        assert await store.find(SeatId(7), TODAY) == expected
        await store.keep([key])
        await store.close()


async def test_two_processes_that_make_the_same_keys_at_once_get_the_same_ones(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    here, there = [await another(kind, tmp_path, request) for _ in range(2)]
    mine, theirs = ([a_key(seat) for seat in range(40)] for _ in range(2))
    first, second = await asyncio.gather(
        asyncio.gather(*(here.keep([key]) for key in mine)),
        asyncio.gather(*(there.keep([key]) for key in reversed(theirs))),
    )
    assert dict(enumerate(first)) == dict(enumerate(reversed(second)))
    assert len(await every(here)) == 40
    for store in (here, there):
        await store.close()


@of_a_file
async def test_a_file_for_its_owner_alone(store: SqliteKeystore) -> None:
    assert store.file.stat().st_mode & 0o077 == 0
    assert store.file.parent.stat().st_mode & 0o077 == 0


@of_a_file
async def test_whoever_waits_hears_that_it_was_not_kept_and_later_that_it_is_again(
    store: SqliteKeystore,
) -> None:
    first, second = a_key(7), a_key(8)
    store._db.execute("PRAGMA query_only=ON")
    answers = await asyncio.gather(
        store.keep([first]), store.keep([second]), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [NotKept, NotKept]
    assert not store.is_well
    store._db.execute("PRAGMA query_only=OFF")
    assert await store.keep([first]) == [first]
    assert store.is_well


async def test_a_caller_that_went_away_keeps_nobody_else_waiting(store: Keystore) -> None:
    gone = asyncio.ensure_future(store.keep([a_key(7)]))
    await asyncio.sleep(0)
    stays = asyncio.ensure_future(store.keep([a_key(8)]))
    gone.cancel()
    assert len(await stays) == 1
