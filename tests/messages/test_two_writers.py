"""Two processes write into the same rooms of one PostgreSQL: one order, each nonce once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from holdfast.kit.ids import SeatId
from holdfast.messages.actions import post_message, prepared_to_post, respond_to_message
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Kept, NotKnown
from holdfast.messages.ledger.postgresql import PostgresStore
from holdfast.messages.rules import NonceTaken, Response, drafted
from holdfast.rooms.access import Seat
from holdfast.sealing.events import KeysRenewed
from holdfast.sealing.seam import Keyring, day_of
from messages.hearing import loaded
from town import EVENING, NIGHT, StillClock, Town, newcomers, on_postgresql, unlimited, written

Answers = dict[SeatId, list[Accepted | Kept]]


class Desk:
    """One process's ledger, with keys and a store of its own, and what it told."""

    def __init__(self, house: House) -> None:
        self.told: list[Entry] = []
        self.keyring = Keyring(house.root, house.ledger.keyring.store)
        self.store = PostgresStore(house.workshop.database.pulse, self.keyring)
        self.ledger = Ledger(
            self.store, house.workshop, self.keyring, house.limits, self.told.extend
        )
        self.ledger.signal_rows = house.ledger.signal_rows

    async def say(self, seat: Seat, words: str, nonce: str = "") -> Accepted | Kept:
        draft = drafted(nonce or f"nonce-{words.replace(' ', '-')}", words)
        return await post_message(self.ledger, seat, draft)


@asynccontextmanager
async def desks(house: House, number: int = 2) -> AsyncIterator[Sequence[Desk]]:
    """Several processes at work on one database."""
    there = [Desk(house) for _ in range(number)]
    yield there
    for desk in there:
        await desk.ledger.drained()
        await desk.store.close()


async def order_of(house: House) -> dict[int, list[int]]:
    """Every seq that was taken, by room; with the head that the room has."""
    async with house.workshop.reading() as work:
        taken = await work.db.execute(
            text(
                "SELECT room_id, seq FROM messages WHERE seq IS NOT NULL"
                " UNION ALL SELECT room_id, seq FROM changes ORDER BY 1, 2"
            )
        )
        found: dict[int, list[int]] = {}
        for room, seq in taken:
            found.setdefault(room, []).append(seq)
        heads = await work.db.execute(text("SELECT id, head FROM rooms WHERE head > 0"))
        assert {room: seqs[-1] for room, seqs in found.items()} == dict(heads.all())
    return found


def is_dense(seqs: Sequence[int]) -> bool:
    return list(seqs) == list(range(1, len(seqs) + 1))


@on_postgresql
@unlimited
@pytest.mark.slow
async def test_two_thousand_posts_of_two_processes_have_one_order_and_each_nonce_once(
    town: Town,
) -> None:
    people = await newcomers(town.house, 20, NIGHT, EVENING)
    seats = [await town.seat(person, slug) for person in people for slug in (NIGHT, EVENING)]
    async with desks(town.house) as (here, there):

        async def speak(desk: Desk, seat: Seat) -> list[Accepted | Kept]:
            return [await desk.say(seat, f"turn {turn}") for turn in range(25)]

        async def speak_all(desk: Desk, first: list[Seat], then: list[Seat]) -> Answers:
            told = await asyncio.gather(*(speak(desk, seat) for seat in first))
            more = await asyncio.gather(*(speak(desk, seat) for seat in then))
            return dict(zip([seat.id for seat in (*first, *then)], [*told, *more], strict=True))

        these, those = seats[:20], seats[20:]
        answers, again = await asyncio.gather(
            speak_all(here, these, those), speak_all(there, those, these)
        )  # every nonce is sent by both, and one of them is the first
        assert await order_of_both(here, there, town) == 1_000
    for first, second in ((answers[seat.id], again[seat.id]) for seat in seats):
        for one, other in zip(first, second, strict=True):
            assert one.seq == other.seq
            assert one.first is not other.first


async def order_of_both(here: Desk, there: Desk, town: Town) -> int:
    """Everything is told once, by the process that wrote it, under the seq it has on disk."""
    found = await order_of(town.house)
    assert all(is_dense(seqs) for seqs in found.values())
    told = sorted((entry.room_id, entry.seq) for desk in (here, there) for entry in desk.told)
    assert told == sorted((room, seq) for room, seqs in found.items() for seq in seqs)
    assert here.told, "both of them wrote"
    assert there.told, "both of them wrote"
    return len(told)


@on_postgresql
@unlimited
async def test_what_one_process_says_comes_after_what_the_other_said(town: Town) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    async with desks(town.house) as (here, there):
        seqs = []
        for turn in range(3):
            seqs.append((await here.say(ash, f"here {turn}")).seq)
            seqs.append((await there.say(birch, f"there {turn}")).seq)
        assert seqs == [1, 2, 3, 4, 5, 6]
        assert [entry.seq for entry in here.told] == [1, 3, 5]
        assert [entry.seq for entry in there.told] == [2, 4, 6]
    words = [message["text"] for message in (await loaded(town.house, ash)).values()]
    assert words == ["here 0", "there 0", "here 1", "there 1", "here 2", "there 2"]


@on_postgresql
@unlimited
async def test_a_batch_waits_for_the_pen_and_takes_the_seqs_that_come_then(town: Town) -> None:
    ash, url = await town.seat(town.ash), town.house.workshop.database.url
    async with desks(town.house, 1) as (here,):
        await here.say(ash, "one")
        other = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(False))
        async with other.transaction():
            await other.execute("UPDATE rooms SET head = head + 5 WHERE id = $1", ash.room_id)
            saying = asyncio.create_task(here.say(ash, "two"))
            await waits_for_the_pen(other)
        assert (await saying).seq == 7
        await other.close()


async def waits_for_the_pen(connection: Any) -> None:
    """Wait until somebody's statement is under way and waits for a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    while not await connection.fetchval(f"{asked} AND wait_event_type = 'Lock'"):
        pass


@on_postgresql
@unlimited
async def test_a_nonce_taken_elsewhere_meanwhile_is_answered_as_it_stands(town: Town) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    async with desks(town.house) as (here, there):
        first = await here.say(ash, "one and the same", "nonce-of-ash")
        again, other = await asyncio.gather(
            there.say(ash, "one and the same", "nonce-of-ash"), there.say(birch, "another")
        )
        assert (again.seq, again.first) == (first.seq, False)
        assert (other.seq, other.first) == (2, True)
        with pytest.raises(NonceTaken):
            await there.say(ash, "other words", "nonce-of-ash")


@on_postgresql
@unlimited
async def test_two_processes_that_make_a_key_of_the_same_day_share_the_first(town: Town) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    async with desks(town.house) as (here, there):
        draft = drafted("nonce-before", ".")
        await asyncio.gather(
            *(
                prepared_to_post(desk.ledger, seat, draft)
                for desk in (here, there)
                for seat in (ash, birch)
            )
        )
        await asyncio.gather(here.say(ash, "one"), there.say(ash, "two"), there.say(birch, "three"))
    store = town.house.ledger.keyring.store
    assert len(await store.of_seats([ash.id, birch.id])) == 2
    words = {message["text"] for message in (await loaded(town.house, ash)).values()}
    assert words == {"one", "two", "three"}


@on_postgresql
@unlimited
async def test_words_sealed_with_a_retired_key_are_not_kept_and_those_sealed_anew_are(
    town: Town,
) -> None:
    ash, day = await town.seat(town.ash), day_of(town.house.workshop.clock.now())
    async with desks(town.house) as (here, there):
        await there.say(ash, "before")
        async with town.house.workshop.work() as work:
            old = await here.keyring.kept_key(work, ash.id, day)
            await here.keyring.renew(work, [old])
            await here.keyring.retire(work, [old])
        with pytest.raises(NotKept):
            await there.say(ash, "by one who has not heard of it")
        there.keyring.hear(KeysRenewed((old,)))
        assert (await there.say(ash, "by one who has")).seq == 2
    words = {message["text"] for message in (await loaded(town.house, ash)).values()}
    assert words == {"before", "by one who has"}


@on_postgresql
@unlimited
async def test_a_connection_that_ends_under_way_leaves_a_doubt_and_nothing_twice(
    town: Town,
) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    url = town.house.workshop.database.url
    async with desks(town.house) as (here, there):
        await here.say(ash, "before")
        doubted: list[set[int]] = []
        here.ledger.on_doubt = doubted.append
        other = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(False))
        async with other.transaction():
            await other.execute("UPDATE rooms SET head = head WHERE id = $1", ash.room_id)
            saying = asyncio.create_task(here.say(ash, "in doubt"))
            await waits_for_the_pen(other)
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            with pytest.raises(NotKnown):
                await saying
        await other.close()
        assert doubted == [{ash.room_id}]
        assert (await there.say(birch, "meanwhile")).seq == 2
        again = await here.say(ash, "in doubt")
        assert (again.seq, again.first) == (3, True)
    assert is_dense((await order_of(town.house))[ash.room_id])


@on_postgresql
@unlimited
async def test_words_with_a_sign_of_danger_go_at_once_too_with_what_follows(town: Town) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    async with desks(town.house, 1) as (here,):
        done = await asyncio.gather(
            here.say(ash, "good morning everyone"),
            here.say(birch, "i want to kill myself tonight"),
            here.say(ash, "how are you"),
        )
    assert [isinstance(outcome, Kept) for outcome in done] == [False, True, False]
    async with town.house.workshop.reading() as work:
        signals = await work.db.scalar(text("SELECT count(*) FROM signals"))
        held = await work.db.scalar(text("SELECT why FROM held"))
    assert (signals, held) == (1, "concern")
    assert is_dense((await order_of(town.house))[ash.room_id])


@on_postgresql
@unlimited
async def test_counts_told_by_one_process_are_not_told_again_by_the_other(
    town: Town, clock: StillClock
) -> None:
    ash, birch = await town.seat(town.ash), await town.seat(town.birch)
    async with desks(town.house) as (here, there):
        said = await here.say(ash, "good morning")
        assert said.seq is not None
        await respond_to_message(
            there.ledger, birch, seq=said.seq, nonce="nonce-resp", response=Response.STRENGTH,
            on=True,
        )  # fmt: skip
        await written(town.house)
        here.ledger.fold_soon(ash.room_id, said.seq)
        await here.ledger.caught_up()
        await there.ledger.caught_up()
        told = [type(entry).__name__ for desk in (here, there) for entry in desk.told]
    assert told.count("MessageResponded") == 1
