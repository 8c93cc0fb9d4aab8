"""The bell: news is read at once, not only twice a second."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from holdfast.app.opening import open_house
from holdfast.app.roles import Process
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.rooms.events import SeatLeft
from holdfast.settings import Settings
from several.conftest import Two
from town import StillClock, on_postgresql

pytestmark = on_postgresql
LEFT = SeatLeft(RoomId(1), SeatId(999_999))


@pytest.fixture
def only_by_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads the news of their own accord."""
    monkeypatch.setattr("holdfast.kit.listening.READ_EVERY", 600)


async def test_news_is_read_when_the_bell_rings(
    only_by_the_bell: None, two: Two, settings: Settings, clock: StillClock, tmp_path: Path
) -> None:
    heard, of_it = list[Event](), asyncio.Event()

    def hear(event: Event) -> None:
        heard.append(event)
        of_it.set()

    two.there.workshop.everywhere.append(hear)
    two.there.listening.go_on()
    third = {
        "data": tmp_path / "third",
        "root_key": settings.root_key_file,
        "keys": settings.keys_folder,
    }
    process = Process(of_several=True)
    async with open_house(settings.model_copy(update=third), clock, process=process) as house:
        async with house.workshop.work() as work:
            work.announce(LEFT)
        async with asyncio.timeout(10):
            while LEFT not in heard:
                await of_it.wait()
                of_it.clear()
