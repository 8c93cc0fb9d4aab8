"""What a compromise surrenders: each part of a place in a thief's hands, and what opens with it.

SECURITY.md says these things in words; `docs/house/promises.toml` ties each of them to a test here.
Canaries lie in each column of sealed words; the thief tries our own code on whatever was copied.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete

from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.app.turning import rotate
from holdfast.kit.apart import find_keys
from holdfast.kit.cipher import RootKey
from holdfast.notices.actions import add_number
from holdfast.notices.rules.addresses import PLACE as CALLED
from holdfast.notices.tables import NoticeDeviceRow
from holdfast.rights.rules import Actor, Role, Staff
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from holdfast.settings import Settings
from holdfast.staff.actions.signing_in import code_app_scope
from holdfast.staff.actions.ways import keep_password
from holdfast.staff.tables import PasswordRow
from sealing.test_on_disk import bytes_below, shapes
from staff.joining import code_for
from town import StillClock, Town, appoint, on_sqlite
from trust.planted import Planted
from trust.thief import (
    lying_in,
    name_of,
    opened,
    sealed_in,
    sealed_words_of_ash,
)


@pytest.fixture
async def ash(town: Town) -> Planted:
    """Sealed words of Ash in each column that words can lie in."""
    return await sealed_words_of_ash(town)


@pytest.fixture
def copied(town: Town, tmp_path: Path) -> Callable[..., Path]:
    """A copy of some parts of the place's folder, as a thief would take them."""

    def copy(*parts: str) -> Path:
        into = tmp_path / f"stolen-{secrets.token_hex(4)}"
        into.mkdir()
        for part in parts:
            found = town.house.settings.data / part
            shutil.copytree(found, into / part) if found.is_dir() else shutil.copy(found, into)
        return into

    return copy


@pytest.fixture
def no_keys(tmp_path: Path) -> Keystore:
    """An empty keystore: the thief has none."""
    return SqliteKeystore(tmp_path / "no-keys")


DATA = ("holdfast.db", "holdfast.db-wal")


# ---------------------------------------------------------------- all three


@pytest.mark.full
@on_sqlite
async def test_data_keystore_and_root_key_together_open_every_word(
    town: Town, ash: Planted
) -> None:
    house = town.house
    assert await opened(town, ash, house.root, house.ledger.keyring.store) == set(ash.words)


# ---------------------------------------------------------------- one part alone


@pytest.mark.full
@on_sqlite
async def test_a_copy_of_the_data_alone_holds_no_word_and_no_secret_that_works(
    town: Town, ash: Planted, copied: Callable[..., Path], no_keys: Keystore
) -> None:
    stolen = copied(*DATA)
    assert lying_in(stolen, ash) == []
    assert await opened(town, ash, RootKey(secrets.token_bytes(32)), no_keys) == set()
    kept = bytes_below(stolen)
    assert name_of(town, ash).encode() in kept
    for secret in (town.ash.token, town.ash.phrase, town.elm.token):
        assert [shape for shape, sought in shapes(secret).items() if sought in kept] == []


@pytest.mark.full
@on_sqlite
async def test_a_copy_of_the_data_alone_shows_who_sits_where_and_when_what_was_said(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied(*DATA)
    with closing(sqlite3.connect(stolen / "holdfast.db")) as data:
        asked = "SELECT pseudonym, room_id FROM seats WHERE member_id = ?"
        assert data.execute(asked, [ash.member_id]).fetchall()
        said = "SELECT written_at, length(text), reply_to FROM messages WHERE seat_id = ?"
        assert all(data.execute(said, [ash.ids["seats"]]).fetchall()[0])
        answered = "SELECT response FROM responses WHERE seat_id = ?"
        assert data.execute(answered, [ash.ids["seats"]]).fetchall()
        assert data.execute("SELECT token_hash, ends_at FROM sessions").fetchall()


@pytest.mark.full
@on_sqlite
async def test_the_keystore_alone_says_which_seat_wrote_on_which_day_and_nothing_else(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("keys")
    with closing(sqlite3.connect(stolen / "keys" / "keystore.db")) as keys:
        columns = {row[1] for row in keys.execute("PRAGMA table_info(keys)")}
        assert keys.execute("SELECT day FROM keys WHERE seat = ?", [ash.ids["seats"]]).fetchall()
    assert columns == {"id", "seat", "day", "generation", "wrapped", "made"}
    with closing(sqlite3.connect(stolen / "keys" / "erasures.db")) as erased:
        marks = {row[1] for row in erased.execute("PRAGMA table_info(tombstones)")}
    assert marks <= {"kind", "mark", "at"}
    assert lying_in(stolen, ash) == []
    kept = bytes_below(stolen)
    for said in (name_of(town, ash), town.ash.token, town.ash.phrase):
        assert said.encode() not in kept
    assert sealed_in(town) not in kept


@pytest.mark.full
@on_sqlite
async def test_the_root_key_alone_is_32_bytes_of_chance(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("root.key")
    assert len(bytes.fromhex((stolen / "root.key").read_text())) == 32
    assert lying_in(stolen, ash) == []


# ---------------------------------------------------------------- two of the three


@pytest.mark.full
@on_sqlite
async def test_data_and_keystore_without_the_root_key_open_no_word(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied(*DATA, "keys")
    assert lying_in(stolen, ash) == []
    store = SqliteKeystore(stolen / "keys")
    assert await opened(town, ash, RootKey(secrets.token_bytes(32)), store) == set()
    await store.close()


@pytest.mark.full
@on_sqlite
async def test_data_and_root_key_without_the_keystore_open_no_word_no_plan_and_no_address(
    town: Town, ash: Planted, no_keys: Keystore
) -> None:
    root = RootKey(bytes.fromhex((town.house.settings.data / "root.key").read_text()))
    assert await opened(town, ash, root, no_keys) == set()
    called = await appointed(town)
    async with town.house.workshop.work() as work:
        row = await add_number(work, called, root=town.house.root, number="+353 1 234 5678")
    assert await find_keys(root, [row.key_id]) == {}
    assert row.wrapped_before == b""
    ours = await find_keys(town.house.root, [row.key_id])
    assert b"+35312345678" in ours[row.key_id].open(row.sealed, CALLED)


@on_sqlite
async def test_data_and_root_key_without_the_keystore_open_the_secrets_of_code_apps(
    town: Town, clock: StillClock
) -> None:
    root = RootKey(bytes.fromhex((town.house.settings.data / "root.key").read_text()))
    called = await appointed(town)
    assert isinstance(called, Staff)
    secret, scope = secrets.token_bytes(20), code_app_scope(called.id)
    async with town.house.workshop.work() as work:
        await keep_password(
            work,
            called,
            root=town.house.root,
            staff_id=called.id,
            hashed="",
            secret=secret,
            code=code_for(secret, clock),
        )
        row = await work.db.get(PasswordRow, called.id)
    assert row is not None
    assert root.unwrap(row.key_id, row.wrapped, scope).open(row.sealed, scope) == secret


async def appointed(town: Town) -> Actor:
    """Somebody who can be called at night."""
    async with town.house.workshop.work() as work:
        return (await appoint(work, Role.CRISIS_MODERATOR)).actor


@pytest.mark.full
@on_sqlite
async def test_data_and_root_key_without_the_keystore_open_no_place(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    del ash
    stolen = copied(*DATA, "root.key")
    with pytest.raises(Unfit, match="Without it nobody can read what was said"):
        async with open_house(Settings(data=stolen), StillClock()):
            raise AssertionError("it opened")


@pytest.mark.full
@on_sqlite
async def test_keystore_and_root_key_without_the_data_hold_nothing_to_open(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("keys", "root.key")
    assert lying_in(stolen, ash) == []
    assert sealed_in(town) not in bytes_below(stolen)


# ---------------------------------------------------------------- a root key that was replaced


def nobody_looks(*_: object) -> None:
    """How far it is, where nobody looks."""


@pytest.mark.full
@on_sqlite
async def test_an_old_root_key_opens_nothing_of_today_once_it_was_replaced(
    town: Town, ash: Planted, settings: Settings
) -> None:
    store = town.house.ledger.keyring.store
    old = RootKey(bytes.fromhex(settings.root_key_file.read_text()))
    assert await opened(town, ash, old, store) == set(ash.words)
    async with town.house.workshop.work() as work:
        await work.db.execute(delete(NoticeDeviceRow))  # its key is a canary, and no key
    await rotate(settings, nobody_looks, heard=0)
    assert await opened(town, ash, old, store) == set()
    new = RootKey(bytes.fromhex(settings.root_key_file.read_text()))
    assert await opened(town, ash, new, store) == set(ash.words)
