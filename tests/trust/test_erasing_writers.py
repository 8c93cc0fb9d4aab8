"""No word is lost while others of its bucket are erased: many write as keys are made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import pytest
from sqlalchemy import select, text

from holdfast.erasing.jobs import Erasing
from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from holdfast.messages.actions import edit_message, post_message, remove_message
from holdfast.messages.rules import Draft
from holdfast.messages.tables import MessageRow
from holdfast.rooms.access import Seat
from holdfast.sealing.register import REGISTER
from several.conftest import Two, two
from town import StillClock, Town, on_postgresql
from trust.erased import as_it_lies, erasing_of, keys_left, take_back, two_minutes_later, words_in

__all__ = ["two"]
WRITERS, EACH = 16, 6
Answer = TypeVar("Answer")
unlimited = pytest.mark.parametrize("limits", ["off"], indirect=True)


async def patiently(do: Callable[[], Awaitable[Answer]]) -> Answer:
    """What was refused is sent again under the same nonce, as every client does."""
    while True:
        with suppress(NotKept):
            return await do()


async def write(house: House, seat: Seat, number: int, expected: dict[str, str]) -> None:
    """Say something, change some of it, take some of it back; what was acknowledged is expected."""
    for turn in range(EACH):
        words, nonce = f"writer {number} turn {turn}", f"w-{number:03}-{turn:03}"
        said = await patiently(partial(post_message, house.ledger, seat, Draft(nonce, words)))
        assert said.seq is not None
        expected[nonce] = words
        own: dict[str, Any] = {"seq": said.seq, "nonce": f"c-{nonce}"}
        if turn % 3 == 1:
            changed: dict[str, Any] = {"text": f"{words}, changed", "note": None}
            await patiently(partial(edit_message, house.ledger, seat, **own, **changed))
            expected[nonce] = f"{words}, changed"
        if turn % 3 == 2:
            await patiently(partial(remove_message, house.ledger, seat, **own))
            expected[nonce] = ""
        await asyncio.sleep(0)


async def seal_anew_all_the_while(erasing: Erasing, ending: asyncio.Event) -> None:
    while not ending.is_set():
        await erasing.look(now=True)
        await asyncio.sleep(0)


async def what_stands(town: Town) -> dict[str, str]:
    """Every message by its nonce, as anybody reads it."""
    async with town.house.workshop.reading() as work:
        rows = list(await work.db.scalars(select(MessageRow).order_by(MessageRow.seq)))
    read = await words_in(town, town.birch)
    return {row.nonce: words for row, (words, _) in zip(rows, read, strict=True)}


@pytest.mark.full
@unlimited
async def test_sixteen_writers_in_one_bucket_lose_no_word_while_it_is_sealed_anew(
    town: Town,
) -> None:
    house, expected, ending = town.house, dict[str, str](), asyncio.Event()
    seat = await town.seat(town.ash)
    sealing = asyncio.create_task(seal_anew_all_the_while(erasing_of(house), ending))
    await asyncio.gather(*(write(house, seat, one, expected) for one in range(WRITERS)))
    ending.set()
    await sealing
    await house.erasing.look(now=True)
    assert len(expected) == WRITERS * EACH
    assert await what_stands(town) == expected
    assert house.erasing.anew.sealed_anew > 0


@on_postgresql
@unlimited
async def test_writers_at_two_processes_lose_no_word(two: Two) -> None:
    expected, ending = dict[str, str](), asyncio.Event()
    here, there = await two.town.seat(two.town.ash), await two.town_there().seat(two.town.ash)
    for house in two.both:
        house.listening.go_on()
        erasing_of(house)
    two.here.erasing._grace = two.here.erasing.anew.grace = 0.05
    sealing = asyncio.create_task(seal_anew_all_the_while(two.here.erasing, ending))
    await asyncio.gather(
        *(write(two.here, here, one, expected) for one in range(WRITERS // 2)),
        *(write(two.there, there, one, expected) for one in range(WRITERS // 2, WRITERS)),
    )
    ending.set()
    await sealing
    assert await what_stands(two.town) == expected
    assert await what_stands(two.town_there()) == expected


@on_postgresql
async def test_a_process_that_slept_with_an_old_key_is_refused_and_not_believed(
    two: Two, clock: StillClock
) -> None:
    """Nothing that it says is acknowledged and then gone: it is told that it was not kept."""
    town, there = two.town, two.town_there()
    await town.say(town.ash, "one")
    erased = await town.say(town.ash, "two")
    await there.say(there.ash, "three")  # it has the key in hand
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)  # and hears nothing of all this
    with pytest.raises(NotKept):
        await there.say(there.ash, "four", nonce="nonce-four")
    await two.hear()
    await there.say(there.ash, "four", nonce="nonce-four")
    assert [words for words, _ in await words_in(there, there.birch)] == [
        "one",
        "",
        "three",
        "four",
    ]


@on_postgresql
async def test_words_written_past_the_ledger_with_a_key_that_is_gone_are_refused(
    town: Town, clock: StillClock
) -> None:
    kept = await town.say(town.birch, "stays")
    erased = await town.say(town.ash, "goes")
    before = await as_it_lies(town.house, erased.seq or 0)
    late = "UPDATE messages SET key_id = :key, text = :words WHERE seq = :seq"
    values = {"key": before.key.id, "words": b"late", "seq": kept.seq}
    await take_back(town, town.ash, erased.seq or 0)
    async with town.house.workshop.work() as work:
        await work.db.execute(text(late), values | {"key": bytes(16)})
        await work.db.rollback()
    await two_minutes_later(town, clock)
    with pytest.raises(NotKept):
        async with town.house.workshop.work() as work:
            await work.db.execute(text(late), values)
    assert ("stays", None) in await words_in(town, town.ash)


@on_postgresql
async def test_e1_on_postgresql_dead_rows_stay_and_nobody_can_open_them(
    town: Town, clock: StillClock, postgres_cluster: object
) -> None:
    erased = await town.say(town.ash, "Nachtkerze blooms at three-seventeen")
    before = await as_it_lies(town.house, erased.seq or 0)
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)
    async with town.house.workshop.work() as work:
        await work.db.execute(text("CHECKPOINT"))
        where = await work.db.scalar(text("SELECT pg_relation_filepath('messages')"))
    heap = (postgres_cluster.data / str(where)).read_bytes()  # type: ignore[attr-defined]
    assert before.text in heap, "the dead row is still there, or this proves nothing"
    assert await keys_left(town.house, before.key.id) == []
    assert b"Nachtkerze" not in heap


@on_postgresql
async def test_every_table_in_which_seats_seal_anything_refuses_a_key_that_is_gone(
    house: House,
) -> None:
    """Whoever puts a column into the register has its table guarded, by its own migration."""
    guards = (
        "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'no_retired_key_insert'"
    )
    async with house.workshop.reading() as work:
        rows = (await work.db.execute(text(guards))).all()
    found = {str(row[0]): str(row[1]) for row in rows}
    for (table, key), entry in REGISTER.items():
        wanted = "|".join((key, *entry.texts))
        assert wanted in found.get(table, ""), f"{table}.{key} is not guarded"
