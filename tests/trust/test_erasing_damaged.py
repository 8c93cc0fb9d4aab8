"""One key or one erasure that is damaged keeps nobody else's from going on."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from holdfast.erasing.jobs.anew import Wish
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId
from town import StillClock, Town, on_sqlite
from trust.erased import (
    Said,
    as_it_lies,
    erasing_of,
    keys_left,
    take_back,
    two_minutes_later,
    words_in,
)

pytestmark = on_sqlite


async def two_took_back(town: Town) -> tuple[Said, Said]:
    """What ash and birch said and took back; ash said another thing."""
    await town.say(town.ash, "a neighbour")
    ash, birch = [await town.say(who, "please forget this") for who in (town.ash, town.birch)]
    both = await as_it_lies(town.house, ash.seq or 0), await as_it_lies(town.house, birch.seq or 0)
    await take_back(town, town.ash, ash.seq or 0)
    await take_back(town, town.birch, birch.seq or 0)
    return both


def damage(folder: Path, key: KeyId) -> None:
    with sqlite3.connect(folder / "keystore.db") as db:
        (wrapped,) = db.execute("SELECT wrapped FROM keys WHERE id = ?", (key,)).fetchone()
        broken = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
        db.execute("UPDATE keys SET wrapped = ? WHERE id = ?", (broken, key))


@pytest.mark.full
async def test_a_damaged_key_goes_and_so_do_all_others(town: Town, clock: StillClock) -> None:
    ash, birch = await two_took_back(town)
    damage(town.house.settings.keys_folder, ash.key.id)
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, ash.key.id, birch.key.id) == []
    async with town.house.workshop.reading() as work:
        assert all(row.done_at for row in await work.db.scalars(select(ErasureRow)))


async def test_whose_root_key_is_another_takes_no_key_for_damaged(
    town: Town, clock: StillClock
) -> None:
    ash, birch = await two_took_back(town)
    keyring = town.house.ledger.keyring
    root, keyring.root = keyring.root, RootKey(b"another" + bytes(25))
    with pytest.raises(NotKept):
        await two_minutes_later(town, clock)
    assert len(await keys_left(town.house, ash.key.id, birch.key.id)) == 2
    keyring.root = root
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, ash.key.id, birch.key.id) == []
    assert ("a neighbour", None) in await words_in(town, town.birch)


@pytest.mark.full
async def test_a_key_that_can_not_go_keeps_no_other_waiting(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await two_took_back(town)
    erasing = erasing_of(town.house)
    retire = erasing.anew.retire

    async def all_but_one(wishes: Sequence[Wish]) -> list[KeyId]:
        if ash.key.id in {wish.key for wish in wishes}:
            raise ValueError
        return await retire(wishes)

    with monkeypatch.context() as broken:
        broken.setattr("holdfast.erasing.jobs.anew.Anew.retire", lambda _, some: all_but_one(some))
        await two_minutes_later(town, clock)
    assert [one.id for one in await keys_left(town.house, ash.key.id, birch.key.id)] == [ash.key.id]
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, ash.key.id) == []


@pytest.mark.full
async def test_an_erasure_that_can_not_begin_keeps_no_other_waiting(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await two_took_back(town)
    erasing = erasing_of(town.house)
    keys = erasing.doing.keys

    async def not_of_ash(work: Any, row: ErasureRow) -> tuple[set[KeyId], bool]:
        if row.message_id == ash.id:
            raise ValueError
        return await keys(work, row)

    with monkeypatch.context() as broken:
        broken.setattr(type(erasing.doing), "keys", lambda _, work, row: not_of_ash(work, row))
        await two_minutes_later(town, clock)
    left = await keys_left(town.house, ash.key.id, birch.key.id)
    assert [one.id for one in left] == [ash.key.id]
    await two_minutes_later(town, clock)
    assert await keys_left(town.house, ash.key.id) == []
