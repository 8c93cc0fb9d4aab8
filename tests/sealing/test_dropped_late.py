"""A key whose dropping was cut short: its bytes go with the next call, and all hear of it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

import asyncpg
import pytest

from holdfast.app.sweeping import Sweep
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId, SeatId
from holdfast.sealing.events import KeysGone
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.keystore import postgresql as cluster
from holdfast.sealing.keystore.postgresql import PostgresKeystore
from holdfast.sealing.seam import Keyring
from town import StillClock, Town, on_postgresql, on_sqlite
from trust.erased import as_it_lies

PART = "SELECT tableoid::regclass::text FROM holdfast_keys WHERE id = $1"
FILE = "SELECT pg_read_binary_file(pg_relation_filepath($1::regclass))"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresKeystore]:
    """An empty keystore."""
    store = PostgresKeystore(postgres_url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def other(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else in the keystore, such as who makes a backup of it."""
    other = await asyncpg.connect(postgres_url)
    yield other
    await other.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is in the way is not waited for."""
    monkeypatch.setattr(cluster, "LOCKED_WITHIN", "50ms")
    monkeypatch.setattr(cluster, "PAUSE", 0)


@on_postgresql
@pytest.mark.parametrize("reads", ["holdfast_keys", "holdfast_secrets"])
@pytest.mark.usefixtures("database", "impatient")
async def test_while_somebody_reads_the_keys_as_they_were_a_dropped_one_is_not_called_gone(
    reads: str, store: PostgresKeystore, other: asyncpg.Connection
) -> None:
    key = KeptKey(KeyId(secrets.token_bytes(16)), SeatId(1), 20_000, 0, secrets.token_bytes(61))
    await store.keep([key])
    part = await other.fetchval(PART, key.id)

    async def lies() -> bool:
        await other.execute("CHECKPOINT")
        return key.wrapped in await other.fetchval(FILE, part)

    assert await lies()
    transaction = other.transaction(isolation="repeatable_read")
    await transaction.start()
    await other.fetch(f"SELECT count(*) FROM {reads}")  # noqa: S608 - one of ours
    for wished in ([key.id], [key.id], []):
        with pytest.raises(NotKept):
            await store.drop(wished)
    await transaction.rollback()
    assert await store.named([key.id]) == []
    assert await lies()
    assert await store.drop([]) == 0
    assert not await lies()
    assert await other.fetch("SELECT part FROM holdfast_unwritten") == []


@on_postgresql
@pytest.mark.usefixtures("database", "impatient")
async def test_a_part_in_which_more_was_dropped_meanwhile_is_written_anew_once_more(
    store: PostgresKeystore, other: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [
        KeptKey(KeyId(secrets.token_bytes(16)), SeatId(1), day, 0, secrets.token_bytes(61))
        for day in (1, 2)
    ]
    await store.keep(keys)
    write_anew = cluster._write_anew

    async def another_drops(part: str, db: object) -> None:
        await write_anew(part, db)
        await other.execute(
            "WITH gone AS (DELETE FROM holdfast_keys WHERE id = $1)"
            " UPDATE holdfast_unwritten SET since = pg_current_xact_id()::text",
            keys[1].id,
        )

    with monkeypatch.context() as patched:
        patched.setattr(cluster, "_write_anew", another_drops)
        with suppress(NotKept):  # on a busy machine the table may be looked at just now
            assert await store.drop([keys[0].id]) == 1
    assert len(await other.fetch("SELECT part FROM holdfast_unwritten")) == 1
    for _ in range(5):  # the same
        with suppress(NotKept):
            await store.drop([])
            break
    assert await other.fetch("SELECT part FROM holdfast_unwritten") == []


# ---------------------------------------------------------------- who hears of it


async def key_of_a_word(town: Town) -> KeyId:
    """The key that sealed what somebody says now; it is in hand."""
    said = await town.say(town.ash, "a word")
    assert said.seq is not None
    return (await as_it_lies(town.house, said.seq)).key.id


Drop = Callable[[Sequence[KeyId]], Awaitable[int]]


def cut_short(ring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next dropping ends right after the key is gone."""
    drop: Drop = ring.store.drop

    async def drop_and_end(ids: Sequence[KeyId]) -> int:
        monkeypatch.setattr(ring.store, "drop", drop)
        await drop(ids)
        raise NotKept

    monkeypatch.setattr(ring.store, "drop", drop_and_end)


@on_sqlite
async def test_what_was_cut_short_is_told_with_the_next_dropping_and_then_no_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, ring = town.house, town.house.ledger.keyring
    key = await key_of_a_word(town)
    cut_short(ring, monkeypatch)
    with pytest.raises(NotKept):
        async with house.workshop.work() as work:
            await ring.drop(work, [key])
    assert await ring.store.named([key]) == []
    for told in ([KeysGone((key,))], []):
        async with house.workshop.work() as work:
            await ring.drop(work, [])
        assert work.events == told
        assert ring.missing([key]) == {key}


@on_sqlite
async def test_a_key_that_could_not_be_dropped_and_is_still_there_is_not_told_as_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, ring = town.house, town.house.ledger.keyring
    key = await key_of_a_word(town)

    async def away(_: object) -> int:
        raise NotKept

    with monkeypatch.context() as patched:
        patched.setattr(ring.store, "drop", away)
        with pytest.raises(NotKept):
            async with house.workshop.work() as work:
                await ring.drop(work, [key])
    async with house.workshop.work() as work:
        await ring.drop(work, [])
    assert work.events == []
    await ring.in_hand([key])
    assert ring.missing([key]) == set()


@on_sqlite
async def test_the_sweep_makes_an_end_of_it_too(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, ring = town.house, town.house.ledger.keyring
    key = await key_of_a_word(town)
    cut_short(ring, monkeypatch)
    with pytest.raises(NotKept):
        async with house.workshop.work() as work:
            await ring.drop(work, [key])
    dropped = list[Sequence[KeyId]]()
    drop: Drop = ring.store.drop

    async def noted(ids: Sequence[KeyId]) -> int:
        dropped.append(ids)
        return await drop(ids)

    monkeypatch.setattr(ring.store, "drop", noted)
    await Sweep(house.workshop, ring).look()
    assert dropped == [[]], "with no key of its own to drop"
    assert ring.missing([key]) == {key}
