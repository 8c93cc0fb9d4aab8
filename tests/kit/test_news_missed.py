"""News is forgotten after a while; who was away for longer sees that, and begins anew."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, func, select

from holdfast.kit.errors import NotKept
from holdfast.kit.glances import Asked
from holdfast.kit.listening import CURRENT
from holdfast.kit.news import NewsRow, forget_old_news
from holdfast.kit.work import Event
from holdfast.settings import Settings
from kit.newsroom import Two, left, process
from town import StillClock


@pytest.fixture
async def two(settings: Settings, clock: StillClock) -> AsyncIterator[Two]:
    """Two processes on one database."""
    here, there = await process(settings, clock), await process(settings, clock)
    yield here, there
    await here.workshop.close()
    await there.workshop.close()


async def test_what_everybody_heard_is_forgotten_after_ten_minutes(
    two: Two, clock: StillClock
) -> None:
    here, there = two
    await here.tell(left(1))
    clock.pass_time(minutes=8)
    await here.tell(left(2))
    await there.hears()
    assert await here.hears() == []
    assert await here.words() >= 2
    clock.pass_time(minutes=3)
    await forget_old_news(here.workshop)
    assert await here.words() == 1
    clock.pass_time(minutes=8)
    await forget_old_news(here.workshop)
    assert (await here.words(), await here.rows()) == (0, 1), "the newest is a number, no more"
    await there.tell(left(3))
    assert await here.hears() == [left(3)]
    assert await there.hears() == []


async def test_where_nothing_is_to_be_forgotten_nothing_is_written(
    two: Two, clock: StillClock
) -> None:
    here, _ = two
    await here.tell(left(1))
    clock.pass_time(minutes=11)
    await forget_old_news(here.workshop)
    works = here.workshop.work
    here.workshop.work = None  # type: ignore[method-assign, assignment]
    await forget_old_news(here.workshop)
    here.workshop.work = works  # type: ignore[method-assign]
    await here.tell(left(2))
    assert await here.words() == 1


async def test_numbers_do_not_begin_anew_when_everything_was_forgotten(two: Two) -> None:
    here, there = two
    await here.tell(left(1))
    await there.hears()
    async with here.workshop.work() as work:
        before = await work.db.scalar(select(func.max(NewsRow.id))) or 0
        await work.db.execute(delete(NewsRow))
    await here.tell(left(2))
    async with here.workshop.work() as work:
        assert (await work.db.scalar(select(func.max(NewsRow.id))) or 0) > before


@pytest.mark.parametrize("more", [[], [left(4)]], ids=["all was forgotten", "some was"])
async def test_who_was_away_for_longer_than_news_is_kept_begins_anew(
    two: Two, clock: StillClock, more: list[Event]
) -> None:
    here, there = two
    anew = list[int]()

    async def start_over() -> None:
        anew.append(1)

    there.listening.start_over = start_over
    await here.tell(left(1))
    clock.pass_time(minutes=30)
    await forget_old_news(here.workshop)
    assert (await there.hears(), anew) == ([], []) or anew == [1]
    anew.clear()
    await here.tell(left(2), left(3))
    clock.pass_time(minutes=11)
    await here.tell(*more)
    await forget_old_news(here.workshop)
    assert (await there.hears(), anew) == ([], [1])
    await here.tell(left(5))
    assert (await there.hears(), anew) == ([left(5)], [1])


async def test_who_could_not_read_all_of_it_anew_tries_until_it_can(
    two: Two, clock: StillClock
) -> None:
    here, there = two
    tries = list[int]()

    async def start_over() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise NotKept

    there.listening.start_over = start_over
    await here.tell(left(1), left(2), left(3))
    clock.pass_time(minutes=11)
    await forget_old_news(here.workshop)
    for _ in range(2):
        with pytest.raises(NotKept):
            await there.hears()
    assert await there.hears() == []
    assert await there.hears() == []
    assert len(tries) == 3


async def test_a_process_knows_how_long_it_has_heard_no_news(two: Two) -> None:
    here, _ = two
    listening, read = here.listening, list[int]()
    listening.when_read = lambda: read.append(1)
    assert listening.is_current(), "it does not listen yet, and tells nobody anything"
    listening.go_on()
    assert listening.is_current()
    listening._read_at -= 2 * CURRENT
    assert not listening.is_current()
    await listening.read()
    assert (listening.is_current(), read) == (True, [1])
    glances = here.workshop.glances_ahead
    listening._read_at -= 2 * CURRENT
    here.workshop.glances_ahead = Silent()
    with pytest.raises(NotKept):
        await listening.read()
    assert (listening.is_current(), read) == (False, [1])
    here.workshop.glances_ahead = glances
    await listening.close()


class Silent:
    """A database that does not answer."""

    async def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        raise NotKept

    async def several(self, *asked: Asked) -> list[list[tuple[object, ...]]]:
        raise NotKept

    async def close(self) -> None:
        """There is nothing to close."""
