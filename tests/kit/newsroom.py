"""Two processes of one place, as far as news goes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from holdfast.kit.cipher import RootKey
from holdfast.kit.database import open_database
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.listening import Listening
from holdfast.kit.news import News, NewsRow
from holdfast.kit.work import Event, Workshop
from holdfast.rooms.events import SeatLeft
from holdfast.settings import Settings
from town import StillClock

ROOT = RootKey(bytes(range(32)))


@dataclass
class Process:
    """One process of the place, as far as news goes."""

    workshop: Workshop
    news: News
    listening: Listening
    heard: list[Event]

    async def tell(self, *events: Event) -> None:
        async with self.workshop.work() as work:
            for event in events:
                work.announce(event)

    async def hears(self) -> list[Event]:
        """What is new to it."""
        self.heard.clear()
        await self.listening.read()
        return list(self.heard)

    async def words(self) -> int:
        """How many there are that say something."""
        async with self.workshop.reading() as work:
            its = func.length(NewsRow.body) > 0
            return (await work.db.scalar(select(func.count()).where(its))) or 0

    async def rows(self) -> int:
        async with self.workshop.reading() as work:
            return (await work.db.scalar(select(func.count()).select_from(NewsRow))) or 0


async def process(settings: Settings, clock: StillClock) -> Process:
    workshop, heard = Workshop(open_database(settings.database), clock), list[Event]()
    workshop.everywhere.append(heard.append)
    workshop.news = news = News(ROOT)
    listening = Listening(workshop, news)
    await listening.begin()
    return Process(workshop, news, listening, heard)


def left(number: int) -> SeatLeft:
    return SeatLeft(RoomId(1), SeatId(number))


Two = tuple[Process, Process]
