"""The member's page of what was decided, by plain forms and without JavaScript."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import HIGH
from moderation.measuring import RUDE, Hand
from town import NIGHT, ORIGIN, Person, Town, on_sqlite

PAGE = "/me/measures"


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.fixture
def ash(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash's browser."""
    client.cookies.set("holdfast", town.ash.token)
    client.headers["origin"] = ORIGIN
    return client


@pytest.mark.full
@on_sqlite
async def test_a_member_sees_what_why_until_when_and_asks_for_a_second_look(
    hand: Hand, maren: Person, ash: httpx.AsyncClient
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, rewrite="Could we go on?")
    page = (await ash.get(PAGE)).text
    for words in (RUDE, "Be kind", "Could we go on?", "Ask for a second look"):
        assert words in page
    assert "Maren" not in page
    assert "Said it to a newcomer" not in page, "the reason is for staff"
    asked = await ash.post(f"{PAGE}/{row.id}/appeal", data={"words": "I meant the buses."})
    assert asked.headers["location"] == f"{PAGE}?saved=asked#saved"
    page = (await ash.get(asked.headers["location"])).text
    assert "I meant the buses." in page
    assert "You have an answer by" in page
    noor = await hand.hires(name="Noor")
    await hand.judges(noor, 1, upheld=True, answer="We misread it.")
    page = (await ash.get(PAGE)).text
    assert "We are sorry." in page
    assert "We misread it." in page


@pytest.mark.full
@on_sqlite
async def test_with_one_tap_it_is_said_as_it_was_offered(
    hand: Hand, maren: Person, ash: httpx.AsyncClient
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, rewrite="Could we go on?")
    room = (await ash.get(f"/rooms/{NIGHT}")).text
    assert RUDE not in room
    assert 'href="/me/measures"' in room, "my own place in the room says where to ask why"
    said = await ash.post(f"{PAGE}/{row.id}/anew")
    assert said.headers["location"].startswith(f"/rooms/{NIGHT}#m")
    assert "Could we go on?" in (await ash.get(f"/rooms/{NIGHT}")).text
    assert "You said it anew" in (await ash.get(PAGE)).text


@on_sqlite
async def test_words_of_an_appeal_that_is_refused_come_back_with_the_page(
    hand: Hand, maren: Person, ash: httpx.AsyncClient
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    long = "I would like to explain. " * 100
    page = await ash.post(f"{PAGE}/{row.id}/appeal", data={"words": long})
    assert page.status_code == 422
    assert long.strip() in page.text


@pytest.mark.full
@on_sqlite
async def test_an_appeal_that_sounds_hard_shows_the_way_to_people(
    hand: Hand, maren: Person, ash: httpx.AsyncClient
) -> None:
    row = await hand.takes_here(maren, "pause", hand.town.ash)
    page = await ash.post(f"{PAGE}/{row.id}/appeal", data={"words": HIGH}, follow_redirects=True)
    assert "That sounds very hard." in page.text
    assert 'href="/help"' in page.text


@pytest.mark.full
@on_sqlite
async def test_a_hushed_member_finds_the_reason_where_they_would_write(
    hand: Hand, maren: Person, ash: httpx.AsyncClient
) -> None:
    assert "but not write" not in (await ash.get(f"/rooms/{NIGHT}")).text
    await hand.takes_here(maren, "hush", hand.town.ash)
    page = (await ash.get(f"/rooms/{NIGHT}")).text
    assert "You can read here, but not write, until 04:40" in page
    assert "Be kind" in page
    assert 'name="text"' in page, "words are still heard before they are refused"
