"""E4 in earnest: killed with SIGKILL fifty times while it erases, and nothing half done is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from holdfast.app.opening import open_house
from holdfast.erasing.tables import ErasureKeyRow, ErasureRow
from holdfast.kit.clock import WallClock
from holdfast.kit.house import House
from holdfast.kit.ids import KeyId
from holdfast.messages.queries import messages_at
from holdfast.settings import Settings, Switch
from town import Town
from trust.erased import erasing_of, keys_left

PROGRAM = Path(__file__).with_name("erasing_life.py")
KILLS = 50


@pytest.fixture
def stage() -> str:
    """Everyone is in it: the house itself is opened by each life."""
    return "town"


class Lives:
    """What the lives were told, all together."""

    def __init__(self, settings: Settings, people: Path) -> None:
        self.settings, self.people = settings, people
        self.kept: set[int] = set()
        self.erased: dict[int, KeyId] = {}

    def live(self, number: int, random: Random) -> None:
        """One life, of some moments after it has opened."""
        tests = Path(__file__).parent.parent
        paths = {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent / "src")])}
        life = subprocess.Popen(
            [
                *(sys.executable, str(PROGRAM), str(self.settings.data)),
                *(self.settings.database_url, str(self.people), f"{number:03}"),
            ],
            env=os.environ | paths,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert life.stdout is not None
        told = iter(life.stdout.readline, "")
        assert next(told).strip() == "open"
        for _ in range(random.randrange(1, 12)):
            self._hear(next(told))
        life.kill()
        for line in told:
            self._hear(line)
        life.wait()

    def _hear(self, line: str) -> None:
        match line.split():
            case ["kept", seq]:
                self.kept.add(int(seq))
            case ["erased", seq, key]:
                self.erased[int(seq)] = KeyId(bytes.fromhex(key))


async def judge(house: House, lives: Lives, town: Town) -> None:
    """Every word that was acknowledged is there, and of what was erased nothing is."""
    erasing_of(house)
    await house.erasing.look(now=True)
    async with house.workshop.reading() as work:
        begun = list(await work.db.scalars(select(ErasureRow)))
        assert list(await work.db.scalars(select(ErasureKeyRow))) == []
    assert all(row.done_at is not None for row in begun)
    assert len(begun) >= len(lives.erased)
    reader, room = town.reader(town.birch), (await town.seat(town.birch)).room_id
    async with house.workshop.reading() as work:
        said = await messages_at(work, reader, room, [*lives.kept, *lives.erased])
    read = {one.seq: one for one in said}
    assert [seq for seq in lives.kept if not read[seq].text.startswith("kept")] == []
    assert [seq for seq in lives.erased if read[seq].text or not read[seq].removed] == []
    assert await keys_left(house, *lives.erased.values()) == []


@pytest.mark.slow
async def test_e4_killed_fifty_times_while_it_erases(
    settings: Settings, begun: Any, database: str
) -> None:
    random = Random("e4")
    settings = settings.model_copy(update={"limits": Switch.OFF, "coverage": Switch.OFF})
    lives = Lives(settings, begun(database).ready)
    for number in range(KILLS):
        lives.live(number, random)
    assert len(lives.erased) > KILLS
    async with open_house(settings, WallClock()) as house:
        await judge(house, lives, Town(house, **begun(database).people()))
