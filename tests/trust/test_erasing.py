"""E1: after an erasure no plain byte and no usable key is left, and every neighbour is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.erasing.receipts import receipt_of
from holdfast.erasing.tables import ErasureKeyRow, ErasureRow
from holdfast.kit.house import House
from holdfast.messages.actions import edit_message, erase_with_words
from holdfast.messages.rules import NonceTaken
from sealing.test_on_disk import bytes_below
from town import StillClock, Town, on_sqlite
from trust.erased import (
    NOTE,
    WORDS,
    as_it_lies,
    erasing_of,
    keys_left,
    plain_in,
    take_back,
    two_minutes_later,
    words_in,
)


async def erasures(house: House) -> list[ErasureRow]:
    async with house.workshop.reading() as work:
        return list(await work.db.scalars(select(ErasureRow).order_by(ErasureRow.id)))


@pytest.mark.full
async def test_e1_a_message_is_gone_with_its_key_and_its_neighbours_stay(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    await town.say(town.ash, "one neighbour", note="beside it")
    erased = await town.say(town.ash, WORDS, note=NOTE)
    await town.say(town.ash, "another neighbour")
    before = await as_it_lies(house, erased.seq or 0)
    assert await keys_left(house, before.key.id) == [before.key]
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)
    assert await keys_left(house, before.key.id) == []
    files = bytes_below(house.settings.data)
    assert before.key.wrapped not in files
    assert plain_in(house.settings.data, WORDS, NOTE) == []
    assert await words_in(town, town.birch) == [
        ("one neighbour", None),
        ("", "author"),
        ("another neighbour", None),
    ]
    (done,) = await erasures(house)
    assert done.done_at is not None


async def test_e1_the_search_for_the_key_would_find_it_before(town: Town) -> None:
    erased = await town.say(town.ash, WORDS)
    before = await as_it_lies(town.house, erased.seq or 0)
    assert before.key.wrapped in bytes_below(town.house.settings.data)


@pytest.mark.full
@on_sqlite
async def test_e1_on_sqlite_the_sealed_bytes_go_too(town: Town, clock: StillClock) -> None:
    erased = await town.say(town.ash, WORDS)
    before = await as_it_lies(town.house, erased.seq or 0)
    assert before.text in bytes_below(town.house.settings.data)
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)
    assert before.text not in bytes_below(town.house.settings.data)


@pytest.mark.full
async def test_many_removals_of_one_bucket_within_two_minutes_are_one_new_sealing(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    said = [await town.say(town.ash, f"Message {number}") for number in range(8)]
    first = await as_it_lies(house, said[0].seq or 0)
    erasing = erasing_of(house)
    for one in said[:5]:
        await take_back(town, town.ash, one.seq or 0)
        await erasing.look()
        clock.pass_time(seconds=10)
    assert await keys_left(house, first.key.id) == [first.key]
    clock.pass_time(seconds=60)
    assert await erasing.look() == 5
    kept = await as_it_lies(house, said[7].seq or 0)
    assert (kept.key.seat, kept.key.day, kept.key.generation) == (
        first.key.seat,
        first.key.day,
        first.key.generation + 1,
    )
    assert erasing.anew.sealed_anew == 3


@pytest.mark.full
async def test_words_that_were_changed_on_the_way_go_with_every_key_they_had(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    clock.pass_time(hours=21, minutes=10)  # ten minutes before midnight, UTC
    await town.say(town.ash, "a neighbour of the first day")
    erased = await town.say(town.ash, WORDS)
    first = await as_it_lies(house, erased.seq or 0)
    clock.pass_time(minutes=12)
    seat = await town.seat(town.ash)
    await edit_message(
        house.ledger, seat, seq=erased.seq or 0, nonce="edit-0001", text=f"{WORDS} too", note=None
    )
    second = await as_it_lies(house, erased.seq or 0)
    assert first.key.day + 1 == second.key.day
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)
    assert await keys_left(house, first.key.id, second.key.id) == []
    assert ("a neighbour of the first day", None) in await words_in(town, town.birch)


@pytest.mark.full
async def test_a_repeated_nonce_is_known_again_under_the_new_key(
    town: Town, clock: StillClock
) -> None:
    kept = await town.say(town.ash, "I am still here", nonce="nonce-kept", note="heavy")
    erased = await town.say(town.ash, WORDS, nonce="nonce-gone")
    changed = await town.say(town.ash, "first", nonce="nonce-edit")
    seat, house = await town.seat(town.ash), town.house

    async def edit(words: str) -> object:
        return await edit_message(
            house.ledger, seat, seq=changed.seq or 0, nonce="edit-0001", text=words, note=None
        )

    await edit("second")
    await take_back(town, town.ash, erased.seq or 0)
    await two_minutes_later(town, clock)
    again = await town.say(town.ash, "I am still here", nonce="nonce-kept", note="heavy")
    assert (again.seq, again.first) == (kept.seq, False)
    with pytest.raises(NonceTaken):
        await town.say(town.ash, "other words", nonce="nonce-kept")
    with pytest.raises(NonceTaken):
        await town.say(town.ash, WORDS, nonce="nonce-gone")
    assert not (await edit("second")).first  # type: ignore[attr-defined]
    with pytest.raises(NonceTaken):
        await edit("third")


@pytest.mark.full
async def test_e1_who_erases_themselves_leaves_no_key_and_no_word(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    said = await town.say(town.ash, WORDS, note=NOTE)
    await town.say(town.birch, "mine stays")
    before = await as_it_lies(house, said.seq or 0)
    receipt = await erase_with_words(house.ledger, town.ash.member)
    assert (receipt.done, receipt.held, receipt.counts) == (
        True,
        False,
        {"messages": 1, "rooms": 1},
    )
    assert await keys_left(house, before.key.id) == []
    assert before.key.wrapped not in bytes_below(house.settings.data)
    assert plain_in(house.settings.data, WORDS, NOTE) == []
    assert await words_in(town, town.birch) == [("", "author"), ("mine stays", None)]
    (row,) = await erasures(house)
    assert (row.member_id, row.marks, receipt_of(row)) == (None, "", receipt)
    async with house.workshop.reading() as work:
        assert list(await work.db.scalars(select(ErasureKeyRow))) == []


@pytest.mark.full
@on_sqlite
async def test_who_erases_themselves_waits_for_no_other_erasure(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys of a large room take a while; nobody is seen for that long."""
    monkeypatch.setattr("holdfast.erasing.jobs.PATIENCE", 0.05)
    house, erasing = town.house, erasing_of(town.house)
    await town.say(town.ash, WORDS)
    await erasing._turn.acquire()  # the clock is at it, and has much to do
    try:
        receipt = await erase_with_words(house.ledger, town.ash.member)
        assert not receipt.done
        assert await words_in(town, town.birch) == [("", "author")]
    finally:
        erasing._turn.release()
    assert erasing.wake.is_set()
    await erasing.look()
    assert [row.done_at is not None for row in await erasures(house)] == [True]
