"""How far back a newcomer reads: the same on the page, by the API and on the live line."""

from __future__ import annotations

import httpx
import pytest

from holdfast.members.tables import StandingRow
from holdfast.messages.queries import Reader, messages_found
from holdfast.messages.queries.entries import entries_since
from holdfast.messages.queries.unseen import unseen_while_here
from holdfast.rights.rules import System
from holdfast.rooms.actions import open_history, take_seat
from holdfast.rooms.actions import seats as sitting
from town import NIGHT, Person, Town, mostly_on_sqlite, newcomers, unlimited

HERE = f"/rooms/{NIGHT}"
BEGINS = "so your reading begins here"


@pytest.fixture
async def long_talk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Ten lines were said in the night room; a newcomer reads the last four of them."""
    monkeypatch.setattr(sitting, "NEWCOMERS_READ", 4)
    for number in range(1, 11):
        await town.say(town.ash if number % 2 else town.birch, f"Line {number}.")
    return town


async def sits_down(town: Town, person: Person) -> None:
    async with town.house.workshop.work() as work:
        await take_seat(work, person.actor, slug=NIGHT)


async def read_by_api(client: httpx.AsyncClient, person: Person, query: str) -> list[str]:
    answer = await client.get(f"/api/v1{HERE}/messages?{query}", headers=person.bearer)
    assert answer.status_code == 200
    return [item["text"] for item in answer.json()["items"]]


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_a_newcomer_reads_what_was_said_lately_and_everything_since(
    long_talk: Town, client: httpx.AsyncClient
) -> None:
    town = long_talk
    (new,) = await newcomers(town.house, 1)
    await sits_down(town, new)
    lately = [f"Line {number}." for number in range(7, 11)]
    assert await read_by_api(client, new, "after=0") == lately
    assert await read_by_api(client, new, "before=8") == ["Line 7."]
    assert len(await read_by_api(client, town.ash, "after=0")) == 10
    for number in range(11, 20):
        await town.say(town.ash, f"Line {number}.")
    assert (await read_by_api(client, new, "after=0"))[:4] == lately
    assert len(await read_by_api(client, new, "after=0")) == 13


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_ten_newcomers_read_no_further_than_one(
    long_talk: Town, client: httpx.AsyncClient
) -> None:
    read = set[str]()
    for new in await newcomers(long_talk.house, 10):
        await sits_down(long_talk, new)
        read |= set(await read_by_api(client, new, "after=0"))
    assert read == {f"Line {number}." for number in range(7, 11)}


@mostly_on_sqlite
@unlimited
async def test_search_and_the_live_line_go_back_no_further_than_the_page(long_talk: Town) -> None:
    town, house = long_talk, long_talk.house
    (new,) = await newcomers(house, 1)
    await sits_down(town, new)
    seat = await town.seat(new)
    reader = Reader(house.ledger.keyring, new.actor)
    async with house.workshop.reading() as work:
        found = await messages_found(work, reader, seat.room_id, "line")
        whole = Reader(house.ledger.keyring, new.actor, whole=True)
        replay = await entries_since(work, whole, seat.room_id, 0, 100)
    assert len(found) == 4
    unseen = await unseen_while_here(house.workshop.glances, new.actor, seat.room_id)
    told = [getattr(unseen.shown(entry), "text", None) for entry in replay]
    assert told == [None] * 6 + [f"Line {number}." for number in range(7, 11)]


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_the_page_says_so_at_its_oldest_end_and_only_to_a_newcomer(
    long_talk: Town, client: httpx.AsyncClient
) -> None:
    town = long_talk
    (new,) = await newcomers(town.house, 1)
    await sits_down(town, new)
    theirs = (await client.get(HERE, headers=new.bearer)).text
    assert BEGINS in theirs
    assert "Line 7." in theirs
    assert "Line 6." not in theirs
    ours = (await client.get(HERE, headers=town.ash.bearer)).text
    assert BEGINS not in ours
    assert "Line 6." in ours
    earlier = (await client.get(f"{HERE}/history?before=9", headers=new.bearer)).text
    assert BEGINS in earlier
    assert "Line 8." in earlier
    assert "Line 6." not in earlier


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_who_is_no_newcomer_any_more_reads_back_as_far_as_anybody(
    long_talk: Town, client: httpx.AsyncClient
) -> None:
    town = long_talk
    new, old = await newcomers(town.house, 2)
    await sits_down(town, new)
    assert len(await read_by_api(client, new, "after=0")) == 4
    async with town.house.workshop.work() as work:
        await open_history(work, System(), members=[new.member.id])
        work.db.add(StandingRow(member_id=old.member.id, days=3, said=10, today=False))
    assert len(await read_by_api(client, new, "after=0")) == 10
    await sits_down(town, old)
    assert len(await read_by_api(client, old, "after=0")) == 10
