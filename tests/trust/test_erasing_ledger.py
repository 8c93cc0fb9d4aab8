"""The erasure ledger: the same in a file and in a cluster of its own; late, but never left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from holdfast.erasing.marks import Mark, Marker, read_marks, written
from holdfast.erasing.tombstones import TombstoneFile, Tombstones, TombstoneTable
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import MemberId, MessageId, RoomId
from town import StillClock, Town, on_sqlite
from trust.erased import erasing_of, take_back, two_minutes_later, words_in

ONE, OTHER = Mark("message", b"1" * 32), Mark("person", b"2" * 32)


@pytest.fixture(params=["file", "table"])
async def ledger(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[Tombstones, Tombstones]]:
    """The ledger as two processes have it."""
    if request.param == "file":
        both: tuple[Tombstones, Tombstones] = TombstoneFile(tmp_path), TombstoneFile(tmp_path)
    else:
        url = request.getfixturevalue("postgres_url")
        both = TombstoneTable(url), TombstoneTable(url)
    yield both
    for one in both:
        await one.close()


@pytest.fixture
def postgres_template() -> str:
    """An empty database: nothing prepares a cluster of the keystore."""
    return "template1"


async def test_what_one_process_wrote_another_knows_and_the_latest_time_stands(
    ledger: tuple[Tombstones, Tombstones], clock: StillClock
) -> None:
    here, there = ledger
    first = clock.now()
    await here.add([ONE, OTHER], first)
    await here.add([], first)
    later = first + timedelta(hours=1)
    await there.add([ONE], later)
    await here.add([ONE], first)
    assert await here.known() == await there.known() == {ONE: later, OTHER: first}


@pytest.mark.full
@on_sqlite
async def test_where_the_ledger_does_not_answer_the_clock_writes_it_later(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await town.say(town.ash, "please forget this")
    erasing, add = erasing_of(town.house), town.house.erasing.parts.tombstones.add

    async def no(*_: object) -> None:
        raise NotKept

    monkeypatch.setattr(erasing.parts.tombstones, "add", no)
    await take_back(town, town.ash, said.seq or 0)
    assert await words_in(town, town.birch) == [("", "author")]
    assert await erasing.look(now=True) == 0
    assert await erasing.parts.tombstones.known() == {}
    monkeypatch.setattr(erasing.parts.tombstones, "add", add)
    await two_minutes_later(town, clock)
    assert [mark.kind for mark in await erasing.parts.tombstones.known()] == ["message"]


def test_the_same_thing_has_the_same_mark_and_nothing_else_has_it(clock: StillClock) -> None:
    here, again, elsewhere = (Marker(RootKey(bytes([n]) * 32)) for n in (1, 1, 2))
    now = clock.now()

    def marks(marker: Marker) -> list[Mark]:
        return [
            marker.message(MessageId(b"1" * 16)),
            marker.message(MessageId(b"2" * 16)),
            marker.person(MemberId(1), now),
            marker.person(MemberId(1), now + timedelta(seconds=1)),
            marker.person(MemberId(2), now),
            marker.seat("1" * 22),
            marker.room(RoomId(1), "night"),
            marker.room(RoomId(1), "day"),
            marker.day(RoomId(1), "night", 20_000),
            marker.day(RoomId(1), "night", 20_001),
        ]

    assert marks(here) == marks(again)
    assert len({*marks(here), *marks(elsewhere)}) == 20
    assert read_marks(written(marks(here))) == marks(here)
