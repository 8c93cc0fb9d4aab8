"""What this process hears of the others, and what it does when it missed too much of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from holdfast.community.jobs import learn
from holdfast.desk.jobs import know_how_long
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.listening import Listening
from holdfast.kit.news import News
from holdfast.kit.work import Workshop
from holdfast.reactions.takingup import LATELY, Told

log = structlog.get_logger()


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
    if (others := house.floor.hearing) is not None:
        others.is_current, listening.when_read = listening.is_current, others.go_on
    lately: Sequence[Told] = ()
    with suppress(HoldfastError):
        lately = await listening.lately(house.workshop.clock.now() - LATELY)
    listening.go_on()
    taking_up = asyncio.create_task(_take_up(house, lately))  # nobody waits for it at the door
    try:
        yield
    finally:
        taking_up.cancel()
        with suppress(asyncio.CancelledError):
            await taking_up
        await listening.close()


async def _take_up(house: House, lately: Sequence[Told]) -> None:
    """What a process that was killed a moment ago left undone is done now."""
    try:
        await house.reactions.take_up(lately)
    except HoldfastError:
        log.warning("taking_up.not_now")
    except Exception as broken:
        log.error("taking_up.broken", error=type(broken).__name__)


async def read_anew(house: House) -> None:
    """Too much was missed: memory is read anew, and whoever is connected comes back and reads."""
    house.ledger.keyring.forget_all()
    await house.reactions.read_anew()
    async with house.workshop.reading() as work:
        await house.pager.learn(work)
    await learn(house.workshop, house.community)
    await know_how_long(house.workshop, house.community)
    await house.witness.follow()
    house.floor.in_doubt({*house.floor.hub.topics, *house.floor.hub.resting})
    for line in list(house.floor.lines):
        line.close(1001)
    for page in list(house.floor.pages):
        page.come_back()
