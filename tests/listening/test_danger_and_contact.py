"""Danger and a way to be reached in one line: help goes first, and a person looks at the rest."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from holdfast.listening.tables import GuardCallRow, TryRow
from holdfast.messages.queries import Reader, messages_before
from holdfast.rooms.tables import RoomKind, RoomRow
from listening.talking import Stage
from town import Person, mostly_on_sqlite

pytestmark = mostly_on_sqlite
NUMBER = "my number is +44 7700 900123"
NOW = f"This is my goodbye. I am going to kill myself tonight, {NUMBER}"
GRAVE = f"I want to die. I keep thinking about killing myself. {NUMBER}"
SAID = "It goes to your side space instead."


async def _two(talks: Stage) -> str:
    await talks.on_duty(talks.town.cedar)
    return await talks.two(talks.town.ash, talks.town.cedar)


async def _read_by(talks: Stage, person: Person, slug: str) -> list[str]:
    seat = await talks.town.seat(person, slug)
    house = talks.town.house
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, person.actor)
        found = await messages_before(work, reader, seat.room_id, None, 50)
    return [message.text for message in found]


@pytest.mark.full
async def test_immediate_danger_is_sent_with_what_is_in_it_and_counts_for_a_listener(
    talks: Stage,
) -> None:
    slug = await _two(talks)
    for number, who in enumerate((talks.town.ash, talks.town.cedar, talks.town.cedar)):
        await talks.town.say(who, f"{NOW} {number}", slug, nonce=f"now-now-now-now-{number}")
        await talks.settled()
    assert len(await _read_by(talks, talks.town.ash, slug)) == 3
    (call,) = await talks.all(GuardCallRow)
    assert call.outcome is None, "a person decides what it was"


async def test_numbers_of_helplines_are_sent_and_never_count(talks: Stage) -> None:
    slug = await _two(talks)
    for number, line in enumerate(("116 123", "999", "0800 1111")):
        words = f"You said you have taken the pills. Please call {line} now"
        await talks.town.say(talks.town.cedar, words, slug, nonce=f"help-help-help-{number}")
        await talks.settled()
    assert len(await _read_by(talks, talks.town.ash, slug)) == 3
    assert await talks.all(TryRow) == []


@pytest.mark.full
async def test_a_refused_line_that_sounds_like_danger_is_in_the_side_space(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    slug = await _two(talks)
    refused = await client.put(
        f"/api/v1/rooms/{slug}/messages/grave-grave-grave",
        json={"text": GRAVE},
        headers=talks.town.ash.bearer,
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "contact_detail")
    await talks.settled()
    async with talks.town.house.workshop.reading() as work:
        side = (await work.db.scalars(select(RoomRow).filter_by(kind=RoomKind.SIDE))).one()
    assert await _read_by(talks, talks.town.ash, side.slug) == [GRAVE]
    assert GRAVE not in await _read_by(talks, talks.town.cedar, slug)


@pytest.mark.full
async def test_both_are_told_so_before_it_happens(client: httpx.AsyncClient, talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    assert SAID in (await client.get("/listening", headers=ash.bearer)).text
    assert SAID in (await client.get("/listening/duty", headers=cedar.bearer)).text
    slug = await _two(talks)
    for one in (ash, cedar):
        assert SAID in (await client.get(f"/rooms/{slug}", headers=one.bearer)).text
