"""One piece of work: one transaction, then one announcement; and what a bad disk comes to."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from holdfast.kit.errors import NotKept
from holdfast.kit.facts import FactRow
from holdfast.kit.house import House
from holdfast.kit.work import Event, Work
from town import on_postgresql, on_sqlite


class Happened(Event, frozen=True):
    what: str


async def count(house: House) -> int:
    async with house.workshop.reading() as work:
        return (await work.db.execute(select(func.count()).select_from(FactRow))).scalar_one()


def keep(work: Work, name: str) -> None:
    work.db.add(FactRow(name=name, value=b"x"))


async def test_what_was_done_is_kept_and_announced_once_and_after(house: House) -> None:
    heard: list[Event] = []
    house.workshop.hearers.append(heard.append)
    before = await count(house)
    async with house.workshop.work() as work:
        keep(work, "one")
        work.announce(Happened("one"))
        assert heard == []
    assert heard == [Happened("one")]
    assert await count(house) == before + 1


async def test_when_the_work_breaks_nothing_is_kept_and_nothing_announced(house: House) -> None:
    heard: list[Event] = []
    house.workshop.hearers.append(heard.append)
    before = await count(house)
    with pytest.raises(RuntimeError):
        await _break_off(house)
    assert heard == []
    assert await count(house) == before


async def _break_off(house: House) -> None:
    async with house.workshop.work() as work:
        keep(work, "one")
        work.announce(Happened("one"))
        await work.db.flush()
        raise RuntimeError


async def test_when_the_commit_fails_nothing_is_announced(house: House) -> None:
    heard: list[Event] = []
    house.workshop.hearers.append(heard.append)
    async with house.workshop.work() as work:
        keep(work, "one")
    with pytest.raises(IntegrityError):
        await _keep_again(house)
    assert heard == []


async def _keep_again(house: House) -> None:
    async with house.workshop.work() as work:
        keep(work, "one")
        work.announce(Happened("again"))


@on_sqlite
async def test_a_full_disk_is_a_refusal_in_words_and_heals(house: House) -> None:
    async with house.workshop.database.writer.connect() as db:
        pages = (await db.execute(text("PRAGMA page_count"))).scalar()
        await db.execute(text(f"PRAGMA max_page_count={pages}"))
    heard: list[Event] = []
    house.workshop.hearers.append(heard.append)
    with pytest.raises(NotKept) as refused:
        await _write_much(house)
    assert refused.value.status == 503
    assert heard == []
    assert await count(house)  # reading goes on
    async with house.workshop.database.writer.connect() as db:
        await db.execute(text("PRAGMA max_page_count=1000000"))
    await _write_much(house)
    assert heard == [Happened("much")]


async def _write_much(house: House) -> None:
    async with house.workshop.work() as work:
        work.db.add(FactRow(name="much", value=b"x" * 500_000))
        work.announce(Happened("much"))


@on_sqlite
async def test_the_reading_connections_cannot_write(house: House) -> None:
    with pytest.raises(NotKept) as refused:
        await _write_while_reading(house)
    assert refused.value.code == "not_read"


async def _write_while_reading(house: House) -> None:
    async with house.workshop.reading() as work:
        keep(work, "one")
        await work.db.flush()


@on_postgresql
async def test_a_database_that_is_gone_is_a_refusal_in_words_and_heals(
    house: House, settings: object
) -> None:
    async with house.workshop.reading() as work:
        mine = (await work.db.execute(text("SELECT current_database()"))).scalar()
    async with house.workshop.database.reader.connect() as db:
        await db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = :mine AND pid <> pg_backend_pid()"
            ),
            {"mine": mine},
        )
    assert await count(house)  # the pool looks before it hands out a connection
