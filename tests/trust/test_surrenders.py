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

from holdfast.app.backing.pairs import identities_in, new_pair
from holdfast.app.backing.sealed import SealedReader
from holdfast.app.backing.taking import Taken, Where, back_up
from holdfast.app.knowing.gathering import rows_about
from holdfast.app.knowing.opening import words_of
from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.kit.cipher import RootKey
from holdfast.messages.queries import Reader
from holdfast.rights.rules import System
from holdfast.sealing.keystore import KeptKey, Keystore
from holdfast.sealing.keystore.sqlite import SqliteKeystore
from holdfast.sealing.seam import Keyring
from holdfast.sealing.tables import DataKeyRow
from holdfast.settings import Settings
from sealing.test_on_disk import bytes_below, shapes
from town import StillClock, Town, on_sqlite
from trust.planted import Planted, planted

# What hangs on a key of the member's own, which lies wrapped among the data.
OF_THE_PLAN = {
    "plan_lines.words",
    "plan_undos.words",
    "sealed_lines.words",
    "line_openings.reason",
}


@pytest.fixture
async def ash(town: Town) -> Planted:
    """Sealed words of Ash in each column that words can lie in."""
    async with town.house.workshop.work() as work:
        found = await planted(work, town, town.ash, "ash", told=False)
        await work.db.execute(delete(DataKeyRow))  # where keys lay of old: no place has any there
    assert len(found.words) > 12
    return found


async def opened(town: Town, ash: Planted, root: RootKey, store: Keystore) -> set[str]:
    """Which columns of words our own code opens with these keys."""
    reader, found = Reader(Keyring(root, store), System()), set[str]()
    async with town.house.workshop.reading() as work:
        async for table, rows in rows_about(work, ash.member_id, told=False):
            for row in rows:
                words = await words_of(work, reader, table, row)
                found |= {
                    f"{table.name}.{column}" for column in words if words[column] != ""
                } & set(ash.words)
    return found


def lying_in(folder: Path, ash: Planted) -> list[str]:
    """The words that lie in these files in any shape."""
    kept = bytes_below(folder)
    return [
        f"{column} in {shape}"
        for column, words in ash.words.items()
        for shape, sought in shapes(words).items()
        if sought in kept
    ]


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


@on_sqlite
async def test_data_keystore_and_root_key_together_open_every_word(
    town: Town, ash: Planted
) -> None:
    house = town.house
    assert await opened(town, ash, house.root, house.ledger.keyring.store) == set(ash.words)


# ---------------------------------------------------------------- one part alone


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


@on_sqlite
async def test_the_keystore_alone_says_which_seat_wrote_on_which_day_and_nothing_else(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("keys")
    with closing(sqlite3.connect(stolen / "keys" / "keystore.db")) as keys:
        columns = {row[1] for row in keys.execute("PRAGMA table_info(keys)")}
        assert keys.execute("SELECT day FROM keys WHERE seat = ?", [ash.ids["seats"]]).fetchall()
    assert columns == {"id", "seat", "day", "generation", "wrapped", "made"}
    assert lying_in(stolen, ash) == []
    kept = bytes_below(stolen)
    for said in (name_of(town, ash), town.ash.token, town.ash.phrase):
        assert said.encode() not in kept
    assert sealed_in(town) not in kept


def name_of(town: Town, ash: Planted) -> str:
    """Under which name Ash sits in the night room."""
    with closing(sqlite3.connect(town.house.settings.database_file)) as data:
        asked = "SELECT pseudonym FROM seats WHERE id = ?"
        (name,) = data.execute(asked, [ash.ids["seats"]]).fetchone()
    return str(name)


def sealed_in(town: Town) -> bytes:
    """Some words as they lie sealed in the data: the last of all messages."""
    with closing(sqlite3.connect(town.house.settings.database_file)) as data:
        last = "SELECT text FROM messages WHERE text IS NOT NULL ORDER BY row DESC LIMIT 1"
        (text,) = data.execute(last).fetchone()
    return bytes(text)


@on_sqlite
async def test_the_root_key_alone_is_32_bytes_of_chance(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("root.key")
    assert len(bytes.fromhex((stolen / "root.key").read_text())) == 32
    assert lying_in(stolen, ash) == []


# ---------------------------------------------------------------- two of the three


@on_sqlite
async def test_data_and_keystore_without_the_root_key_open_no_word(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied(*DATA, "keys")
    assert lying_in(stolen, ash) == []
    store = SqliteKeystore(stolen / "keys")
    assert await opened(town, ash, RootKey(secrets.token_bytes(32)), store) == set()
    await store.close()


@on_sqlite
async def test_data_and_root_key_without_the_keystore_open_plans_and_sealed_lines_alone(
    town: Town, ash: Planted, no_keys: Keystore
) -> None:
    root = RootKey(bytes.fromhex((town.house.settings.data / "root.key").read_text()))
    assert await opened(town, ash, root, no_keys) == OF_THE_PLAN


@on_sqlite
async def test_data_and_root_key_without_the_keystore_open_no_place(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    del ash
    stolen = copied(*DATA, "root.key")
    with pytest.raises(Unfit, match="Without it nobody can read what was said"):
        async with open_house(Settings(data=stolen), StillClock()):
            raise AssertionError("it opened")


@on_sqlite
async def test_keystore_and_root_key_without_the_data_hold_nothing_to_open(
    town: Town, ash: Planted, copied: Callable[..., Path]
) -> None:
    stolen = copied("keys", "root.key")
    assert lying_in(stolen, ash) == []
    assert sealed_in(town) not in bytes_below(stolen)


# ---------------------------------------------------------------- backups


def nobody_looks(what: str, done: int, of: int) -> None:
    """How far a backup is, where nobody looks."""
    del what, done, of


@pytest.fixture
async def backup(
    town: Town, ash: Planted, settings: Settings, clock: StillClock, tmp_path: Path
) -> tuple[Taken, Path]:
    """A backup of the place with all these words, and the secret that opens it."""
    del ash
    public, secret = new_pair()
    (tmp_path / "identity").write_text(f"{secret}\n")
    sealed = settings.model_copy(update={"backup_to": public})
    where = Where(tmp_path / "backups", tmp_path / "backups" / "keys")
    taken = await back_up(sealed, where, clock, nobody_looks)
    return taken, tmp_path / "identity"


@on_sqlite
async def test_a_backup_without_its_secret_tells_its_size_and_time_and_nothing_else(
    town: Town, ash: Planted, backup: tuple[Taken, Path]
) -> None:
    taken, _ = backup
    assert lying_in(taken.data.parent, ash) == []
    for file in (taken.data, taken.keys):
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert name_of(town, ash).encode() not in file.read_bytes()


def inside(file: Path, identity: Path) -> bytes:
    """What lies in a backup, for who has its secret."""
    with SealedReader(file, identities_in(identity)) as reader:
        return b"".join(iter(lambda: reader.read(1 << 20), b""))


@on_sqlite
async def test_a_data_backup_and_its_secret_hold_what_the_data_hold_and_no_key(
    town: Town, ash: Planted, backup: tuple[Taken, Path]
) -> None:
    taken, identity = backup
    kept = inside(taken.data, identity)
    assert sealed_in(town) in kept
    assert name_of(town, ash).encode() in kept
    assert [words for words in ash.words.values() if words.encode() in kept] == []
    assert [key.id for key in await keys_of(town) if lies(key, kept)] == []
    root = (town.house.settings.data / "root.key").read_text().strip()
    assert bytes.fromhex(root) not in kept
    assert root.encode() not in kept


@on_sqlite
async def test_a_keys_backup_and_its_secret_hold_wrapped_keys_and_no_word(
    town: Town, ash: Planted, backup: tuple[Taken, Path]
) -> None:
    taken, identity = backup
    kept = inside(taken.keys, identity)
    assert [key.id for key in await keys_of(town) if not lies(key, kept)] == []
    assert [words for words in ash.words.values() if words.encode() in kept] == []
    assert sealed_in(town) not in kept
    root = (town.house.settings.data / "root.key").read_text().strip()
    assert bytes.fromhex(root) not in kept


def lies(key: KeptKey, kept: bytes) -> bool:
    """Whether a wrapped key lies there, as it is or in hex."""
    return key.wrapped in kept or key.wrapped.hex().encode() in kept


async def keys_of(town: Town) -> list[KeptKey]:
    """Every key of the keystore, wrapped."""
    found = [key async for key in town.house.ledger.keyring.store.all_keys()]
    assert found
    return found
