"""Calling people where several do it at once, and where a stop came between."""

from __future__ import annotations

import asyncio

import pytest

from holdfast.kit.house import House
from holdfast.notices.jobs import climb
from holdfast.notices.senders import Answer
from holdfast.rights.rules import Role
from notices.calling import Calling
from notices.telephones import REACHED
from town import StillClock, mostly_on_sqlite

SAM = "https://a/sam"


@pytest.fixture
def calling(house: House, clock: StillClock) -> Calling:
    return Calling(house, clock)


@pytest.mark.full
@mostly_on_sqlite
async def test_two_workers_call_nobody_twice(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    await calling.pages()
    job = (calling.house.workshop, calling.pager, calling.clock.now())
    await asyncio.gather(climb(*job), climb(*job))
    assert calling.paper.heard() == [SAM]


async def test_of_many_who_raise_the_same_at_once_one_does(calling: Calling) -> None:
    pages = await asyncio.gather(*(calling.pages() for _ in range(8)))
    assert len(set(pages)) == 1


@mostly_on_sqlite
async def test_nobody_waits_for_somebody_elses_dead_line(calling: Calling) -> None:
    await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.pages(about="escalation:1")
    await calling.pages(about="escalation:2")
    both, rang = asyncio.Event(), []

    async def ring(to: object) -> Answer:
        rang.append(to)
        if len(rang) == 2:
            both.set()
        await both.wait()  # the first line is dead until the second was called
        return REACHED

    calling.paper.push = ring  # type: ignore[method-assign]
    async with asyncio.timeout(20):
        await calling.heard()
    assert len(rang) == 2


@pytest.mark.full
async def test_calls_cut_off_by_a_stop_are_made_again(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    await calling.pages()

    class CutOff(Exception):
        pass

    async def stopped(to: object) -> None:
        raise CutOff

    whole, calling.paper.push = calling.paper.push, stopped  # type: ignore[assignment]
    with pytest.raises(CutOff):
        await calling.heard()
    calling.paper.push = whole  # type: ignore[method-assign]
    assert await calling.heard(seconds=14) == []
    assert await calling.heard(seconds=1) == [SAM]
