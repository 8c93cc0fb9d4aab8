"""What this process hears of the others, and what it does when it missed too much of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from holdfast.community.jobs import learn
from holdfast.desk.jobs import know_how_long
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.listening import Listening
from holdfast.kit.news import News
from holdfast.kit.work import Workshop
from holdfast.reactions.takingup import LATELY


async def in_the_news(workshop: Workshop, news: News) -> Listening:
    """Take a place in the news, before anything is read into memory; and write them, too."""
    workshop.news = news
    listening = Listening(workshop, news)
    await listening.begin()
    return listening


@asynccontextmanager
async def hearing(house: House, listening: Listening) -> AsyncIterator[None]:
    """Hear what the other processes do for as long as the house is open."""

    async def start_over() -> None:
        await read_anew(house)

    listening.start_over = start_over
    house.bus.hear_bell = listening.wake
    house.workshop.ring = house.bus.ring
    await _take_up(house, listening)
    listening.go_on()
    try:
        yield
    finally:
        await listening.close()


async def _take_up(house: House, listening: Listening) -> None:
    """What a process that was killed a moment ago left undone is done now."""
    with suppress(HoldfastError):
        since = house.workshop.clock.now() - LATELY
        await house.reactions.take_up(await listening.lately(since))


async def read_anew(house: House) -> None:
    """Too much was missed: memory is read anew, and whoever is connected comes back and reads."""
    await house.reactions.read_anew()
    async with house.workshop.reading() as work:
        await house.pager.learn(work)
    await learn(house.workshop, house.community)
    await know_how_long(house.workshop, house.community)
    await house.witness.follow()
    house.floor.in_doubt(set(house.floor.hub.topics))
    for line in list(house.floor.lines):
        line.close(1001)
