"""What a backup surrenders, with its secret and without: of the data, and of the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.app.backing.pairs import identities_in, new_pair
from holdfast.app.backing.sealed import SealedReader
from holdfast.app.backing.taking import Taken, Where, back_up
from holdfast.sealing.keystore import KeptKey
from holdfast.settings import Settings
from town import StillClock, Town, on_sqlite
from trust.planted import Planted
from trust.thief import lying_in, name_of, sealed_in, sealed_words_of_ash


@pytest.fixture
async def ash(town: Town) -> Planted:
    """Sealed words of Ash in each column that words can lie in."""
    return await sealed_words_of_ash(town)


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


@pytest.mark.full
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


@pytest.mark.full
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
