"""What was changed where it lies is noticed, shown as that, and counted; its neighbours open."""

from __future__ import annotations

import random

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from holdfast.messages.tables import MessageRow
from holdfast.sealing.seam import Place, Sealed, Unreadable
from town import NIGHT, Town, on_sqlite


async def items(client: httpx.AsyncClient, town: Town) -> list[dict[str, object]]:
    town.house.ledger.keyring.forget_all()
    page = await client.get(f"/api/v1/rooms/{NIGHT}/messages", headers=town.birch.bearer)
    assert page.status_code == 200
    found: list[dict[str, object]] = page.json()["items"]
    return found


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit turned round."""
    place, mask = divmod(bit, 8)
    return data[:place] + bytes([data[place] ^ (1 << mask)]) + data[place + 1 :]


@pytest.mark.full
async def test_a_changed_message_is_shown_as_unreadable_and_its_neighbours_are_read(
    client: httpx.AsyncClient, town: Town
) -> None:
    for words in ("one", "two", "three"):
        await town.say(town.ash, words)
    assert [item["text"] for item in await items(client, town)] == ["one", "two", "three"]
    async with town.house.workshop.work() as work:
        data = await work.db.scalar(select(MessageRow.text).where(MessageRow.seq == 2))
        assert data is not None
        changed = update(MessageRow).where(MessageRow.seq == 2).values(text=flipped(data, 200))
        await work.db.execute(changed)
    found = await items(client, town)
    assert [item["text"] for item in found] == ["one", "", "three"]
    assert [item.get("removed") for item in found] == [None, "unreadable", None]
    page = await client.get(f"/rooms/{NIGHT}", headers=town.birch.bearer)
    assert "These words can’t be read any more" in page.text
    figures = (await client.get("/metrics")).text
    assert "holdfast_words_unreadable_total 0.0" not in figures


async def test_a_changed_key_makes_its_words_unreadable_and_no_others(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, "one")
    await town.say(town.birch, "two")
    store = town.house.ledger.keyring.store
    (key,) = await store.named(await store.of_seats([(await town.seat(town.ash)).id]))
    await store.rewrap([replace(key, wrapped=flipped(key.wrapped, 300))])
    found = await items(client, town)
    assert [item.get("removed") for item in found] == ["unreadable", None]
    assert found[1]["text"] == "two"
    await store.rewrap([key])  # put back from a backup, it is read again
    assert [item["text"] for item in await items(client, town)] == ["one", "two"]


@on_sqlite
async def test_whichever_bit_of_a_sealed_word_is_turned_it_never_opens(town: Town) -> None:
    said = await town.say(town.ash, "a word that somebody may change")
    async with town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(MessageRow).where(MessageRow.seq == said.seq))).one()
    ring = town.house.ledger.keyring
    place = Place(row.room_id, row.id, row.seat_id)
    assert row.text is not None
    caught = 0
    for bit in random.Random(17).sample(range(len(row.text) * 8), 200):
        try:
            ring.open(Sealed(flipped(row.text, bit), row.key_id, place), town.ash.actor)
        except Unreadable:
            caught += 1
    assert (caught, ring.unreadable) == (200, 200)
