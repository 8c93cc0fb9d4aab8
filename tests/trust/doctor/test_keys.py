"""The doctor and the keys: who can read them, and what lies beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.doctor import ALL, Level
from holdfast.app.doctor.keys import (
    keys_are_for_their_owner,
    keystore_lies_elsewhere,
    root_key_is_there,
    root_key_lies_elsewhere,
)
from holdfast.kit.house import House
from holdfast.settings import Settings
from town import on_sqlite
from trust.doctor.conftest import MadeUp, is_green, levels, red


@pytest.fixture(autouse=True)
def _as_anybody_makes_files() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data folder as we make it, with a key outside it."""
    for folder in (tmp_path / "data", tmp_path / "keys"):
        folder.mkdir(mode=0o700)
    for file in ("data/holdfast.db", "keys/keystore.db", "root.key"):
        tmp_path.joinpath(file).write_text("")
        tmp_path.joinpath(file).chmod(0o600)
    return tmp_path


def settings(place: Path, **more: Any) -> dict[str, Any]:
    return {"root_key": place / "root.key", "keys": place / "keys", **more}


async def test_keys_that_only_their_owner_can_read_are_well(examine: Any, place: Path) -> None:
    assert is_green(await examine(keys_are_for_their_owner, set=settings(place)))


@pytest.mark.parametrize(
    ("path", "mode", "level"),
    [
        ("root.key", 0o604, Level.UNSAFE),
        ("root.key", 0o640, Level.CARE),
        ("keys", 0o755, Level.UNSAFE),
        ("data", 0o750, Level.CARE),
    ],
)
async def test_what_others_can_read_is_named_with_its_mend(
    examine: Any, place: Path, path: str, mode: int, level: Level
) -> None:
    (place / path).chmod(mode)
    found = red(await examine(keys_are_for_their_owner, set=settings(place)))
    assert found.level is level
    assert str(place / path) in found.what
    assert found.mend.startswith("`chmod ")


async def test_a_folder_that_lets_nobody_in_shuts_what_is_in_it(examine: Any, place: Path) -> None:
    (place / "keys" / "keystore.db").chmod(0o644)
    assert is_green(await examine(keys_are_for_their_owner, set=settings(place)))
    (place / "keys").chmod(0o711)
    found = await examine(keys_are_for_their_owner, set=settings(place))
    assert levels(found) == [Level.UNSAFE, Level.UNSAFE]
    assert "keystore.db" in found[1].what


async def test_a_root_key_beside_the_data_wants_care(examine: Any, place: Path) -> None:
    assert is_green(await examine(root_key_lies_elsewhere, set=settings(place)))
    beside = place / "data" / "root.key"
    beside.write_text("")
    found = red(await examine(root_key_lies_elsewhere, set={"root_key": beside}))
    assert found.level is Level.CARE
    kms = {"kms_url": "https://kms.example/v1/transit", "kms_token": place / "token"}
    closed = {"root_key": beside, **kms}
    assert is_green(await examine(root_key_lies_elsewhere, set=closed))
    gone = {"root_key": place / "nowhere"}
    assert levels(await examine(root_key_lies_elsewhere, set=gone)) == [Level.UNSEEN]


@on_sqlite
async def test_a_missing_root_key_comes_before_all_else(
    house: House, settings: Settings, examine: Any, made_up: MadeUp
) -> None:
    async with house.workshop.reading() as work:
        given = {"work": work, "data": settings.data}
        assert is_green(await examine(root_key_is_there, **given))
        settings.root_key_file.unlink()
        found = red(await examine(root_key_is_there, **given))
        assert (found.level, str(settings.root_key_file) in found.what) == (Level.UNSAFE, True)
        (settings.data / "lease").write_text("4711")
        made_up.put("proc/4711/limits", "")
        assert levels(await examine(root_key_is_there, **given)) == [Level.UNSEEN]
    assert ALL[0] is root_key_is_there


async def test_a_keystore_on_the_disk_of_the_data_wants_care(
    examine: Any, place: Path, made_up: MadeUp
) -> None:
    assert is_green(await examine(keystore_lies_elsewhere, set=settings(place)))
    one_disk = made_up.machine(disk_of=lambda _: 1)
    found = await examine(keystore_lies_elsewhere, set=settings(place), machine=one_disk)
    assert "on the same disk" in red(found).what
    steps = ("stop the server", "erasures.db", "chmod 700", "HOLDFAST_KEYS", "start the server")
    places = [red(found).mend.index(step) for step in steps]
    assert places == sorted(places)
    (place / "data" / "keys").mkdir()
    assert "in the data folder" in red(await examine(keystore_lies_elsewhere)).what


async def test_a_keystore_on_a_machine_of_the_datas_wants_care(examine: Any) -> None:
    data = "postgresql://h:p@one:5432,two:5432/holdfast"
    apart = {"database_url": data, "keystore_url": "postgresql://k:p@three:5432/keys"}
    assert is_green(await examine(keystore_lies_elsewhere, set=apart))
    beside = {**apart, "keystore_url": "postgresql://k:p@two:5433/keys"}
    assert red(await examine(keystore_lies_elsewhere, set=beside)).level is Level.CARE
    in_a_file = {"database_url": data, "keys": "nowhere"}
    assert levels(await examine(keystore_lies_elsewhere, set=in_a_file)) == [Level.UNSEEN]
