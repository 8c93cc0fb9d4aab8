"""The ledger: everything accepted is on disk once and in order, whatever the disk does."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import text

from holdfast.kit.errors import HoldfastError, NotKept
from holdfast.kit.house import House
from holdfast.messages.actions import post_message, respond_to_message
from holdfast.messages.actions import say as say_at_once
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import (
    Accepted,
    Outcome,
    Post,
    Ticket,
    Waiting,
    Written,
)
from holdfast.messages.rules import NonceTaken, Response, drafted
from holdfast.rooms.access import Seat
from live.together.network import FakeBus, Network
from messages.hearing import Ear, loaded, replayed
from town import StillClock, Town, on_sqlite, unlimited, written


class BadDisk:
    """A store that breaks where it is told to, in front of the real one."""

    def __init__(self, house: House) -> None:
        self._real = house.ledger._store
        self.breaks: Callable[[list[Waiting]], Exception | None] = lambda _: None
        self.batches: list[int] = []

    async def write(self, batch: list[Waiting]) -> Written:
        self.batches.append(len(batch))
        if broken := self.breaks(batch):
            raise broken
        result: Written = await self._real.write(batch)
        return result


@pytest.fixture
def told() -> list[Entry]:
    """What the ledger told."""
    return []


@pytest.fixture
def disk(town: Town) -> BadDisk:
    return BadDisk(town.house)


@pytest.fixture
def ledger(town: Town, disk: BadDisk, told: list[Entry]) -> Ledger:
    """The ledger of the house, writing through a disk that can be told to break."""
    house = town.house
    return Ledger(disk, house.workshop, house.ledger.keyring, house.limits, told.extend)


async def say(ledger: Ledger, seat: Seat, words: str, nonce: str = "") -> Outcome:
    try:
        return await post_message(ledger, seat, drafted(nonce or f"nonce-{words}", words))
    except HoldfastError as refusal:
        return refusal


async def outcome_of(ticket: Ticket) -> Outcome:
    try:
        return await ticket
    except HoldfastError as refusal:
        return refusal


def bad(batch: list[Waiting]) -> Exception | None:
    """Breaks on a batch that holds the bad words."""
    found = any(isinstance(entry, Post) and entry.plain == "bad" for entry in batch)
    return sqlite3.OperationalError("disk I/O error") if found else None


@unlimited
async def test_of_a_batch_that_fails_only_the_bad_entry_is_refused(
    town: Town, ledger: Ledger, disk: BadDisk, told: list[Entry]
) -> None:
    disk.breaks, seat = bad, await town.seat(town.ash)
    await say(ledger, seat, "first")
    words = ["one", "two", "bad", "three", "four"]
    tickets = [say_at_once(ledger, seat, drafted(f"nonce-{word}", word)) for word in words]
    done = [await outcome_of(ticket) for ticket in tickets]
    assert [isinstance(outcome, NotKept) for outcome in done] == [w == "bad" for w in words]
    assert max(disk.batches) > 1, "they were committed together first"
    kept = [m["text"] for m in (await loaded(town.house, seat)).values()]
    assert kept == ["first", "one", "two", "three", "four"]
    assert [entry.seq for entry in told] == [1, 2, 3, 4, 5]
    assert ledger.not_kept == 1


async def test_what_was_not_kept_can_be_said_again_under_its_nonce(
    town: Town, ledger: Ledger, disk: BadDisk, told: list[Entry]
) -> None:
    seat = await town.seat(town.ash)
    disk.breaks = lambda _: OSError("no space left on device")
    refused = await say(ledger, seat, "hello")
    assert isinstance(refused, NotKept)
    assert (refused.code, refused.help) == ("not_kept", True)
    assert told == []
    disk.breaks = lambda _: None
    again = await say(ledger, seat, "hello")
    assert isinstance(again, Accepted)
    assert (again.seq, again.first) == (1, True)


@on_sqlite
@unlimited
async def test_a_disk_that_is_really_full_refuses_goes_on_reading_and_heals(town: Town) -> None:
    seat, ledger = await town.seat(town.ash), town.house.ledger
    await say(ledger, seat, "before")
    database = ledger._store._db
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count={pages}")
    done = [await say(ledger, seat, "long" * 900, f"nonce-{n:03}") for n in range(40)]
    refused = [outcome for outcome in done if isinstance(outcome, NotKept)]
    assert refused
    kept = 1 + len(done) - len(refused)
    assert len(await loaded(town.house, seat)) == kept
    database.execute("PRAGMA max_page_count=1000000")
    healed = await say(ledger, seat, "after")
    assert isinstance(healed, Accepted)
    assert healed.seq == kept + 1


@unlimited
async def test_while_one_batch_is_written_the_others_wait_and_go_together(
    town: Town, ledger: Ledger, disk: BadDisk
) -> None:
    seat = await town.seat(town.ash)
    await say(ledger, seat, "first")
    tickets = [say_at_once(ledger, seat, drafted(f"nonce-{n:03}", "x")) for n in range(50)]
    assert [(await ticket).seq for ticket in tickets] == list(range(2, 52))
    assert disk.batches == [1, 50]


# ---------------------------------------------------------------- nonces


async def test_said_twice_with_one_nonce_it_is_said_once(town: Town, clock: StillClock) -> None:
    first = await town.say(town.ash, "hello", nonce="nonce-0001")
    clock.pass_time(days=3)  # under another key by now
    again = await town.say(town.ash, "hello", nonce="nonce-0001")
    assert (again.seq, again.at, again.first) == (first.seq, first.at, False)
    assert len(await loaded(town.house, await town.seat(town.ash))) == 1


async def test_other_words_under_a_used_nonce_are_refused_and_the_first_stay(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "hello", nonce="nonce-0001")
    clock.pass_time(days=1)
    for more in ({"text": "other"}, {"text": "hello", "note": "n"}):
        with pytest.raises(NonceTaken):
            await town.say(town.ash, nonce="nonce-0001", **more)
    said = await loaded(town.house, await town.seat(town.ash))
    assert [message["text"] for message in said.values()] == ["hello"]


async def test_after_a_restart_a_nonce_is_still_known(town: Town) -> None:
    await town.say(town.ash, "hello", nonce="nonce-0001")
    ring = town.house.ledger.keyring
    ring.forget_all()  # as after a restart: no key is in hand
    again = await town.say(town.ash, "hello", nonce="nonce-0001")
    assert (again.seq, again.first) == (1, False)
    ring.forget_all()
    with pytest.raises(NonceTaken):
        await town.say(town.ash, "other", nonce="nonce-0001")


@unlimited
async def test_one_nonce_sent_many_times_at_once_is_one_message(town: Town) -> None:
    seat = await town.seat(town.ash)
    done = await asyncio.gather(
        *(say(town.house.ledger, seat, "hello", "nonce-0001") for _ in range(20))
    )
    assert all(isinstance(outcome, Accepted) for outcome in done)
    assert {outcome.seq for outcome in done if isinstance(outcome, Accepted)} == {1}
    assert sum(outcome.first for outcome in done if isinstance(outcome, Accepted)) == 1


async def test_two_people_may_use_the_same_nonce(town: Town) -> None:
    mine = await town.say(town.ash, "hello", nonce="nonce-0001")
    yours = await town.say(town.birch, "hello too", nonce="nonce-0001")
    assert (mine.seq, yours.seq) == (1, 2)


# ---------------------------------------------------------------- responses


async def respond(town: Town, seq: int, on: bool = True) -> Accepted:
    return await respond_to_message(
        town.house.ledger,
        await town.seat(town.birch),
        seq=seq,
        nonce="by-the-api",
        response=Response.WITH_YOU,
        on=on,
    )


async def counts_told(town: Town) -> list[dict[str, int]]:
    await written(town.house)
    events = await replayed(town.house, await town.seat(town.ash))
    return [event["counts"] for event in events if event["event"] == "responded"]


@pytest.mark.full
@on_sqlite
async def test_the_first_response_is_told_at_once_and_the_next_ones_a_second_later(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "hello")
    await respond(town, 1)
    assert await counts_told(town) == [{"with_you": 1}]
    clock.pass_time(seconds=0.2)
    for on in (False, True, False):
        await respond(town, 1, on=on)
    assert await counts_told(town) == [{"with_you": 1}]
    ear = Ear()
    town.house.floor.hub.join((await town.seat(town.ash)).room_id, ear)
    async with asyncio.timeout(5):
        await ear.something.wait()  # the timer is the event loop's own
    assert await counts_told(town) == [{"with_you": 1}, {}]


async def test_a_response_that_changes_nothing_is_not_told(town: Town, clock: StillClock) -> None:
    await town.say(town.ash, "hello")
    await respond(town, 1, on=False)
    await respond(town, 1)
    clock.pass_time(seconds=5)
    await respond(town, 1)
    assert await counts_told(town) == [{"with_you": 1}]


async def test_counts_that_were_not_told_before_a_stop_are_remembered(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "hello")
    await respond(town, 1)
    await written(town.house)
    await respond(town, 1, on=False)  # too soon to be told
    async with town.house.workshop.reading() as work:
        waiting = (await work.db.execute(text("SELECT room_id, seq FROM unfolded"))).all()
    seat = await town.seat(town.ash)
    assert [tuple(row) for row in waiting] == [(seat.room_id, 1)]


async def test_what_is_committed_leaves_for_the_other_processes_before_it_is_told_here(
    town: Town, disk: BadDisk
) -> None:
    house, order = town.house, list[str]()
    bus = FakeBus(Network())
    ledger = Ledger(
        disk, house.workshop, house.ledger.keyring, house.limits,
        lambda entries: order.extend("here" for _ in entries), bus=bus,
    )  # fmt: skip

    def left(*_: object) -> None:
        asyncio.get_running_loop().call_soon(order.append, "left")

    bus.tell_room = left  # type: ignore[method-assign, assignment]
    await say(ledger, await town.seat(town.ash), "hello")
    assert order == ["left", "here"]
