"""What lies on disk: sealed words, wrapped keys, and not one word anyone said."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sqlalchemy import select, text

from holdfast.app.tables import TABLES
from holdfast.kit.house import House
from holdfast.kit.ids import SeatId
from holdfast.messages.actions import edit_message
from holdfast.messages.queries import messages_before
from holdfast.messages.tables import MessageRow
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.seam import day_of
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite

WORDS = "Nachtkerze blooms at three-seventeen"
NOTE = "a note about Meadowsweet"


def shapes(words: str) -> dict[str, bytes]:
    """Every shape in which words could lie in a file by mistake."""
    plain = words.encode()
    return {
        "utf-8": plain,
        "utf-16": words.encode("utf-16-le"),
        "utf-32": words.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        # base64 of it inside something longer, in any of the three phases
        **{f"base64 {n}": base64.b64encode(b"x" * n + plain)[4:-4] for n in range(3)},
        "reversed": plain[::-1],
    }


def bytes_below(folder: Path) -> bytes:
    """Everything in the data folder: the database, its log, the key, the locks."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.full
@on_sqlite
async def test_no_word_lies_in_the_data_folder_in_any_shape(town: Town) -> None:
    said = await town.say(town.ash, f"{WORDS} and again", note=NOTE)
    answer = await town.say(town.birch, "I know", reply_to=said.seq)
    assert answer.seq == 2
    kept = bytes_below(town.house.settings.data)
    for words in (WORDS, NOTE):
        found = [shape for shape, sought in shapes(words).items() if sought in kept]
        assert found == []


@on_sqlite
async def test_the_search_would_find_words_that_were_not_sealed(town: Town) -> None:
    for shape, sought in shapes(WORDS).items():
        if not shape.startswith("base64"):
            (town.house.settings.data / "leak").write_bytes(b"..." + sought + b"...")
            assert sought in bytes_below(town.house.settings.data), shape
    (town.house.settings.data / "leak").write_bytes(base64.b64encode(f"so: {WORDS}!".encode()))
    kept = bytes_below(town.house.settings.data)
    assert any(sought in kept for shape, sought in shapes(WORDS).items() if "base64" in shape)


@pytest.mark.parametrize("table", ["messages", "changes"])
async def test_no_column_of_the_database_holds_a_word(town: Town, table: str) -> None:
    said = await town.say(town.ash, WORDS, note=NOTE)
    await _edit(town, said.seq or 0, f"{WORDS} indeed")
    async with town.house.workshop.reading() as work:
        rows = (await work.db.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
    assert rows
    kept = b"".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
    )
    assert WORDS.encode() not in kept
    assert NOTE.encode() not in kept


async def _edit(town: Town, seq: int, words: str) -> None:
    seat = await town.seat(town.ash)
    await edit_message(town.house.ledger, seat, seq=seq, nonce="edit-0001", text=words, note=None)


async def keys_of(house: House, seat: SeatId) -> list[KeptKey]:
    store = house.ledger.keyring.store
    return sorted(await store.named(await store.of_seats([seat])), key=lambda key: key.day)


@mostly_on_sqlite
async def test_there_is_one_key_for_each_room_seat_and_day(town: Town, clock: StillClock) -> None:
    seat, today = await town.seat(town.ash), day_of(clock.now())
    await town.say(town.ash, "one")
    await town.say(town.ash, "two")
    assert [key.day for key in await keys_of(town.house, seat.id)] == [today]
    clock.pass_time(days=1)
    await town.say(town.ash, "three")
    await town.say(town.birch, "four")
    mine = await keys_of(town.house, seat.id)
    assert [key.day for key in mine] == [today, today + 1]
    other = await keys_of(town.house, (await town.seat(town.birch)).id)
    assert len({key.id for key in [*mine, *other]}) == 3


@mostly_on_sqlite
async def test_what_was_said_over_several_days_is_read_together(
    town: Town, clock: StillClock
) -> None:
    for day in range(4):
        await town.say(town.ash, f"day {day}")
        clock.pass_time(days=1)
    assert await all_words(town) == [f"day {day}" for day in range(4)]


async def all_words(town: Town) -> list[str]:
    async with town.house.workshop.reading() as work:
        room = (await town.seat(town.birch, NIGHT)).room_id
        said = await messages_before(work, town.reader(town.birch), room, None, 50)
    return [message.text for message in said]


async def test_a_destroyed_key_opens_nothing_any_more(town: Town) -> None:
    await town.say(town.ash, "mine")
    await town.say(town.birch, "yours")
    seat = await town.seat(town.ash)
    async with town.house.workshop.work() as work:
        keyring = town.house.ledger.keyring
        await keyring.drop(work, await keyring.store.of_seats([seat.id]))
    assert await keys_of(town.house, seat.id) == []
    assert await all_words(town) == ["", "yours"]


async def test_a_key_is_on_disk_before_anything_is_sealed_with_it(town: Town) -> None:
    seat, today = await town.seat(town.ash), day_of(town.house.workshop.clock.now())
    await town.house.ledger.keyring.fetch(seat.id, today)
    (key,) = await keys_of(town.house, seat.id)
    said = await town.say(town.ash, "one")
    async with town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(MessageRow).where(MessageRow.seq == said.seq))).one()
    assert row.key_id == key.id


@pytest.mark.full
@mostly_on_sqlite
async def test_no_key_lies_in_the_database(town: Town) -> None:
    await town.say(town.ash, "one")
    (key,) = await keys_of(town.house, (await town.seat(town.ash)).id)
    async with town.house.workshop.reading() as work:
        for table in TABLES:
            rows = await work.db.execute(select(table.__table__))
            values = [value for row in rows for value in row if isinstance(value, bytes)]
            assert all(key.wrapped not in value for value in values), table
