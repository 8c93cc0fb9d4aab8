"""A key that is made while the root key turns is wrapped by the new one, in either store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from holdfast.kit.cipher import RootKey, check_of
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import SeatId
from holdfast.sealing.keystore import ROOT, KeptKey, Keystore
from holdfast.sealing.keystore.postgresql import PostgresKeystore
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from holdfast.sealing.seam import Keyring, scope_of

SEAT, DAY = SeatId(7), 20_000
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def postgres_template() -> str:
    return "template1"


@pytest.fixture
async def store(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Keystore]:
    """A keystore in which the new root key is the one in force."""
    store: Keystore
    if database == "sqlite":
        store = SqliteKeystore(tmp_path)
    else:
        store = PostgresKeystore(request.getfixturevalue("postgres_url"))
        await store.open()
    await store.keep_secret(ROOT, check_of(NEW))
    yield store
    await store.close()


def a_ring(store: Keystore, found: Callable[[], Sequence[bytes]]) -> Keyring:
    """Of a process that has not heard of the turn; `found` are the files it would find."""
    root = RootKey(OLD)
    root.look_again = found
    return Keyring(root, store)


async def the_new_root_opens_it(store: Keystore) -> None:
    kept = await store.find(SEAT, DAY)
    assert kept is not None
    RootKey(NEW).unwrap(kept.id, kept.wrapped, scope_of(SEAT, DAY))


async def test_a_key_that_is_made_meanwhile_needs_the_old_root_key_no_more(
    store: Keystore,
) -> None:
    ring = a_ring(store, lambda: (NEW, OLD))
    await ring.fetch(SEAT, DAY)
    assert ring.holds(SEAT, DAY)
    await the_new_root_opens_it(store)


async def test_nor_does_one_that_was_left_behind_by_who_made_it(store: Keystore) -> None:
    key = RootKey(OLD).make_data_key(scope_of(SEAT, DAY))
    await store.keep([KeptKey(key.id, SEAT, DAY, 0, key.wrapped, DAY)])
    ring = a_ring(store, lambda: (NEW, OLD))
    await ring.fetch(SEAT, DAY)
    await the_new_root_opens_it(store)


async def test_who_does_not_find_the_new_root_key_seals_nothing_until_it_does(
    store: Keystore,
) -> None:
    files = [OLD]
    ring = a_ring(store, lambda: files)
    for _ in range(2):
        with pytest.raises(NotKept):
            await ring.fetch(SEAT, DAY)
        assert not ring.holds(SEAT, DAY)
    files.append(NEW)
    await ring.fetch(SEAT, DAY)
    assert ring.holds(SEAT, DAY)
    await the_new_root_opens_it(store)
