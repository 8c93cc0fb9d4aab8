"""E3 and E5: no search finds what was erased, and no reply, page or export quotes it."""

from __future__ import annotations

import httpx
import pytest

from holdfast.messages.actions import erase_with_words
from holdfast.messages.queries import messages_found
from town import NIGHT, StillClock, Town
from trust.erased import NOTE, WORDS, take_back, two_minutes_later

DOORS = (
    f"/rooms/{NIGHT}",
    f"/rooms/{NIGHT}/history",
    f"/rooms/{NIGHT}/search?q=Nachtkerze",
    f"/api/v1/rooms/{NIGHT}/messages",
    "/api/v1/me/export",
    "/me/erasures",
)
both_ways = pytest.mark.parametrize("everything", [False, True], ids=["a-message", "everything"])


async def erase(town: Town, clock: StillClock, seq: int, *, everything: bool) -> None:
    if everything:
        await erase_with_words(town.house.ledger, town.ash.member)
    else:
        await take_back(town, town.ash, seq)
        await two_minutes_later(town, clock)


async def found(town: Town, words: str) -> list[int]:
    room = (await town.seat(town.birch)).room_id
    async with town.house.workshop.reading() as work:
        return [one.seq for one in await messages_found(work, town.reader(town.birch), room, words)]


@both_ways
async def test_e3_a_search_finds_it_before_and_nothing_after(
    town: Town, clock: StillClock, everything: bool
) -> None:
    said = await town.say(town.ash, WORDS)
    await town.say(town.birch, "a Nachtkerze of my own")
    assert len(await found(town, "nachtkerze")) == 2
    await erase(town, clock, said.seq or 0, everything=everything)
    assert await found(town, "nachtkerze") == [2]
    assert await found(town, "three-seventeen") == []


@pytest.mark.full
@both_ways
async def test_e5_no_reply_and_no_door_says_it_again(
    town: Town, client: httpx.AsyncClient, clock: StillClock, everything: bool
) -> None:
    said = await town.say(town.ash, WORDS)
    noted = await town.say(town.ash, "something heavy", note=NOTE)
    for one in (said, noted):
        await town.say(town.birch, "I hear you", reply_to=one.seq)

    async def read() -> str:
        pages = [await client.get(door, headers=town.birch.bearer) for door in DOORS[:4]]
        assert [page.status_code for page in pages] == [200] * 4
        return "".join(page.text for page in pages)

    before = await read()
    assert WORDS in before
    assert NOTE in before
    for one in (said, noted) if not everything else (said,):
        await erase(town, clock, one.seq or 0, everything=everything)
    after = await read()
    assert WORDS not in after
    assert NOTE not in after
    assert "I hear you" in after
