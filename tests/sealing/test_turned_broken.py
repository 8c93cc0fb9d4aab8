"""A new root key where some keys are damaged: those stay as they are, and all others follow it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.app.turning import BEFORE, rotate
from holdfast.cli import app as keyboard
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.facts import fact
from holdfast.kit.roots import KmsAway, RootFiles
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.seam import scope_of
from holdfast.settings import Settings
from town import StillClock, Town, on_sqlite, settle_in

pytestmark = on_sqlite


def tell_nobody(*_: object) -> None:
    pass


async def damaged(town: Town) -> KeptKey:
    """Ash's key of today, of which one byte is another now."""
    store, ash = town.house.ledger.keyring.store, await town.seat(town.ash)
    key: KeptKey
    (key,) = await store.named(await store.of_seats([ash.id]))
    broken = replace(key, wrapped=key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1]))
    await store.rewrap([broken])
    return broken


def root_of(settings: Settings) -> RootKey:
    return RootKey(bytes.fromhex(settings.root_key_file.read_text()))


def opens(root: RootKey, key: KeptKey) -> bool:
    try:
        root.unwrap(key.id, key.wrapped, scope_of(key.seat, key.day))
    except WrongKey:
        return False
    return True


async def test_a_damaged_key_is_counted_and_every_other_is_wrapped_anew(
    town: Town, settings: Settings
) -> None:
    await town.say(town.ash, "one")
    await town.say(town.birch, "two")
    broken, old = await damaged(town), root_of(settings)
    turned = await rotate(settings, tell_nobody, heard=0)
    assert (turned.keys >= 1, turned.broken) == (True, 1)
    assert turned.is_in_place
    assert sorted(path.name for path in settings.data.glob("root.key*")) == ["root.key"]
    async with town.house.workshop.reading() as work:
        assert await fact(work, BEFORE) is None
    keys = [key async for key in town.house.ledger.keyring.store.all_keys()]
    assert [key.id for key in keys if not opens(root_of(settings), key)] == [broken.id]
    assert [key for key in keys if opens(old, key)] == []
    assert broken in keys, "it lies as it lay"


@pytest.mark.full
async def test_the_command_says_how_many_do_not_open_by_its_exit_code_too(
    town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.app.turning.HEARD", 0)
    await town.say(town.ash, "one")
    well = await turned_by_hand(settings)
    assert (well.exit_code, "do not open" in well.output) == (0, False), well.output
    await damaged(town)
    told = await turned_by_hand(settings)
    assert told.exit_code == 1
    assert "1 more do not open" in " ".join(told.output.split())


async def turned_by_hand(settings: Settings) -> Result:
    arguments = ["keys", "rotate", "--data", str(settings.data)]
    return await asyncio.to_thread(CliRunner().invoke, keyboard, arguments)


@pytest.mark.full
async def test_while_a_root_key_cannot_be_read_no_key_is_called_broken_and_none_is_thrown_away(
    settings: Settings, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(settings, clock) as house:
        town = await settle_in(house)
        await town.say(town.ash, "one")
    read, away = RootFiles.read, set[str]()

    def read_or_away(self: RootFiles, file: Path) -> bytes | None:
        if file.name in away and file.exists():
            raise KmsAway("status 503")
        return read(self, file)

    monkeypatch.setattr(RootFiles, "read", read_or_away)
    away.add("root.key.before")  # from the moment in which it lies there
    with pytest.raises(Unfit, match="cannot be read now"):
        await rotate(settings, tell_nobody, heard=0)
    names = sorted(path.name for path in settings.data.glob("root.key*"))
    assert names == ["root.key", "root.key.before"]
    away.clear()
    turned = await rotate(settings, tell_nobody, heard=0)
    assert (turned.keys >= 1, turned.broken) == (True, 0)
    assert sorted(path.name for path in settings.data.glob("root.key*")) == ["root.key"]
