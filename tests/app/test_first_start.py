"""Processes that start together on an empty database agree on everything that is made once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from holdfast.app.opening import open_house
from holdfast.app.roles import Process, ProcessRole
from holdfast.app.schema import Unfit
from holdfast.rooms.queries import open_rooms
from holdfast.settings import Settings
from town import StillClock

ROLES = (ProcessRole.WEB, ProcessRole.LIVE, ProcessRole.WORKER)


@pytest.fixture
def postgres_template() -> str:
    """An empty database: nobody has ever started here."""
    return "template1"


async def started(settings: Settings, role: ProcessRole) -> tuple[bytes, str, int]:
    """Open the house once, in a role; what it knows of its key, its epoch, and how many rooms."""
    async with (
        open_house(settings, StillClock(), process=Process(role)) as house,
        house.workshop.reading() as work,
    ):
        return house.root.check(), house.epoch, len(list(await open_rooms(work)))


@pytest.mark.full
async def test_three_that_start_at_once_have_one_key_one_epoch_and_six_rooms(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", database_url=postgres_url)
    found = await asyncio.gather(*(started(settings, role) for role in ROLES))
    assert len(set(found)) == 1
    assert found[0][2] == 6
    assert await started(settings, ProcessRole.WEB) == found[0]


@pytest.mark.full
async def test_of_two_machines_that_start_at_once_without_a_common_key_one_is_told_what_to_do(
    postgres_url: str, tmp_path: Path
) -> None:
    here, there = (
        Settings(data=tmp_path / name, database_url=postgres_url) for name in ("here", "there")
    )
    found = await asyncio.gather(
        *(started(machine, ProcessRole.WEB) for machine in (here, there)), return_exceptions=True
    )
    (refused,) = [one for one in found if isinstance(one, Unfit)]
    assert "bring it over from the first one" in str(refused)
    assert "HOLDFAST_ROOT_KEY" in str(refused)
    without, first = (here, there) if found[0] is refused else (there, here)
    assert not without.root_key_file.exists()  # no key of its own beside the one that counts
    told = without.model_copy(update={"root_key": first.root_key_file})
    with pytest.raises(Unfit, match="HOLDFAST_KEYSTORE_URL"):
        await started(told, ProcessRole.LIVE)
    told = told.model_copy(update={"keys": first.keys_folder})
    assert await started(told, ProcessRole.LIVE) == await started(first, ProcessRole.LIVE)


def test_a_root_key_that_is_set_to_nothing_lies_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT_KEY", str(tmp_path / "elsewhere"))
    assert Settings(data=tmp_path).root_key_file == tmp_path / "elsewhere"
    monkeypatch.setenv("HOLDFAST_ROOT_KEY", "")
    assert Settings(data=tmp_path).root_key_file == tmp_path / "root.key"
