"""News of the house: what one process did is heard by every other one, once, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text

from holdfast.kit.errors import NotKept
from holdfast.kit.facts import FactRow
from holdfast.kit.glances import AT_ONCE
from holdfast.kit.news import NewsRow
from holdfast.kit.work import Event
from holdfast.settings import Settings
from kit.newsroom import Process, Two, left, process
from town import StillClock, on_postgresql


@pytest.fixture
async def two(settings: Settings, clock: StillClock) -> AsyncIterator[Two]:
    """Two processes on one database."""
    here, there = await process(settings, clock), await process(settings, clock)
    yield here, there
    await here.workshop.close()
    await there.workshop.close()


async def test_what_one_process_did_is_heard_once_by_the_other_and_not_again_by_itself(
    two: Two,
) -> None:
    here, there = two
    await here.tell(left(1), left(2))
    assert here.heard == [left(1), left(2)], "its own at once"
    assert await there.hears() == [left(1), left(2)]
    assert await there.hears() == []
    assert await here.hears() == []
    await there.tell(left(3))
    assert await here.hears() == [left(3)]


async def test_what_was_told_before_a_process_came_is_not_news_to_it(
    two: Two, settings: Settings, clock: StillClock
) -> None:
    here, there = two
    await here.tell(left(1))
    late = await process(settings, clock)
    assert await late.hears() == []
    await here.tell(left(2))
    assert await late.hears() == [left(2)]
    assert await there.hears() == [left(1), left(2)]
    await late.workshop.close()


async def test_a_work_that_tells_nothing_writes_nothing_and_one_that_breaks_neither(
    two: Two,
) -> None:
    here, there = two
    rang = list[int]()
    here.workshop.ring = lambda: rang.append(1)
    before = await here.rows()
    async with here.workshop.work() as work:
        work.db.add(FactRow(name="quiet", value=b"x"))
    assert (await here.rows(), rang) == (before, [])
    with pytest.raises(RuntimeError):
        await _break_off(here)
    assert await here.rows() == before
    assert await there.hears() == []
    await here.tell(left(1), left(2))
    assert (await here.rows(), rang) == (before + 2, [1])


async def _break_off(process: Process) -> None:
    async with process.workshop.work() as work:
        work.announce(left(0))
        await process.news.write(work)
        raise RuntimeError


@on_postgresql
async def test_news_that_is_committed_out_of_order_is_heard_all_the_same(two: Two) -> None:
    here, there = two
    async with here.workshop.work() as slow:
        for event in [left(1), left(2)]:
            slow.announce(event)
        await here.news.write(slow)
        slow.events.clear()
        await here.tell(left(3))
        assert await there.hears() == [left(3)], "the numbers before it are not there yet"
    assert await there.hears() == [left(1), left(2)]
    assert await there.hears() == []


@on_postgresql
async def test_a_number_that_never_comes_is_not_asked_for_for_ever(
    two: Two, clock: StillClock
) -> None:
    here, there = two
    await here.tell(left(1))
    await there.hears()
    with pytest.raises(RuntimeError):
        await _break_off(here)
    await here.tell(left(3))
    assert await there.hears() == [left(3)]
    assert there.listening._missing
    clock.pass_time(seconds=61)
    await there.hears()
    assert not there.listening._missing


async def test_more_news_than_fit_in_one_reading_is_heard_in_order(two: Two) -> None:
    here, there = two
    told = [left(number) for number in range(1_200)]
    await here.tell(*told)
    assert await there.hears() == told


async def test_one_who_cannot_bear_to_hear_keeps_nobody_else_from_it(two: Two) -> None:
    here, there = two

    def broken(event: Event) -> None:
        raise RuntimeError

    there.workshop.everywhere.insert(0, broken)
    await here.tell(left(1))
    assert await there.hears() == [left(1)]


async def test_whoever_keeps_what_was_decided_last_hears_that_last_and_nobody_else_hears_it_twice(
    two: Two,
) -> None:
    here, there = two
    kept = list[Event]()
    for hearers in (here.workshop.everywhere, here.workshop.keepers):
        hearers.append(kept.append)
    await here.tell(left(0))
    await here.hears()
    assert kept == [left(0)], "nobody else decided anything"
    await there.tell(left(1))
    await here.tell(left(2))
    assert await here.hears() == [left(1)]
    assert kept == [left(0), left(2), left(1), left(2)]
    await here.hears()
    assert len(kept) == 4


async def test_what_is_decided_while_the_news_is_read_was_decided_after_what_is_read(
    two: Two,
) -> None:
    here, there = two
    kept = list[Event]()
    for hearers in (here.workshop.everywhere, here.workshop.keepers):
        hearers.append(kept.append)
    await there.tell(left(1))
    rows = await here.listening._rows()
    await here.tell(left(2))
    here.listening._hear_of(rows)
    assert kept[-1] == left(1)
    await here.hears()
    assert kept[-1] == left(2)


async def test_the_words_of_an_event_cannot_be_read_without_the_root_key(two: Two) -> None:
    here, there = two
    await here.tell(left(4_711))
    async with here.workshop.reading() as work:
        body = await work.db.scalar(select(NewsRow.body).order_by(NewsRow.id.desc()).limit(1))
    assert body is not None
    assert b"4711" not in body
    assert there.news.read(here.news.node, "SeatLeft", body) == left(4_711)
    assert there.news.read(here.news.node, "RoomClosed", body) is None, "sealed as what it is"
    assert there.news.read(there.news.node, "SeatLeft", body) is None
    assert there.news.not_ours == 2


async def test_what_a_newer_process_tells_is_counted_and_passed_over(two: Two) -> None:
    here, there = two
    await here.tell(left(1))
    async with here.workshop.work() as work:
        await work.db.execute(text("UPDATE house_news SET kind = 'FromTomorrow'"))
    await here.tell(left(2))
    assert await there.hears() == [left(2)]
    assert there.news.not_ours == 1


async def test_where_nobody_knows_whether_it_was_committed_one_hears_oneself(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = two

    async def commit_and_lose_the_answer() -> None:
        async with here.workshop.work() as work:
            work.announce(left(1))
            commit = work.db.commit

            async def then_gone() -> None:
                await commit()
                raise OSError

            monkeypatch.setattr(work.db, "commit", then_gone)

    with pytest.raises(NotKept):
        await commit_and_lose_the_answer()
    assert here.heard == []
    assert await here.hears() == [left(1)]
    assert await here.hears() == []
    assert await there.hears() == [left(1)]


@on_postgresql
async def test_a_crowd_at_the_doors_holds_no_news_up(two: Two) -> None:
    here, there = two
    async with here.workshop.work() as work:
        await work.db.execute(text("LOCK TABLE members IN ACCESS EXCLUSIVE MODE"))
        ask = there.workshop.glances.rows
        crowd = [asyncio.create_task(ask("SELECT id FROM members")) for _ in range(AT_ONCE + 1)]
        while await waiting(here) < AT_ONCE:
            continue
        await here.tell(left(1))
        assert await there.hears() == [left(1)]
        assert not any(one.done() for one in crowd)
    await asyncio.gather(*crowd)


async def waiting(process: Process) -> int:
    """How many questions wait for somebody else's lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    ((count,),) = await process.workshop.glances.rows(asked + " AND datname = current_database()")
    return int(count)
