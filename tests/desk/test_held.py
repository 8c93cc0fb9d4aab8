"""Held posts at the desk: read one by one, let into the room or given back; decided once."""

from __future__ import annotations

import re

import pytest

from crisis.voice import speak
from desk.sitting import Desk
from holdfast.desk.pages.shown import HELD as HELD_WORDS
from holdfast.messages.queries.held import held_posts
from holdfast.messages.tables import Why as Held
from holdfast.rights.rules import Role
from members.walking import Page
from town import NIGHT, Person, Town, mostly_on_sqlite, on_sqlite

CONTACT = "You can write to me at heron.night@example.org if it gets late."
THREAT = "I know where you live and I am going to hurt you."
HELD = "/desk/held"


@pytest.fixture
async def maren(desk: Desk) -> Person:
    return await desk.hires(Role.MODERATOR, "Maren")


async def asks_for_a_reader(desk: Desk, words: str = CONTACT) -> str:
    """Ash says it, and asks that somebody reads it first. The name by which the desk calls it."""
    await speak(desk.town, desk.town.ash, words, as_is=True)
    async with desk.town.house.workshop.reading() as work:
        [waiting] = await held_posts(work, desk.town.reader(desk.town.elm))
    return waiting.handle


async def decides(desk: Desk, who: Person, handle: str, what: str, **form: str) -> Page:
    address = f"{HELD}/{handle}/{what}"
    return Page(await desk.at(who).post(address, data=form or None, follow_redirects=True))


async def said_in_the_room(desk: Desk) -> list[tuple[int, str]]:
    answer = await desk.client.get(
        f"/api/v1/rooms/{NIGHT}/messages", headers=desk.town.birch.bearer
    )
    return [(item["seq"], item["text"]) for item in answer.json()["items"]]


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_let_into_the_room_takes_the_next_place_there(
    desk: Desk, maren: Person
) -> None:
    before = await said_in_the_room(desk)
    handle = await asks_for_a_reader(desk)
    page = await desk.opens(maren, HELD)
    assert CONTACT in page.said
    assert "A way to be reached, sent as it is" in page.said
    assert await said_in_the_room(desk) == before
    after = await decides(desk, maren, handle, "release")
    assert "Nothing is held." in after.said
    said = await said_in_the_room(desk)
    assert [text for _, text in said[len(before) :]] == [CONTACT]
    assert said[-1][0] == max(seq for seq, _ in said)
    assert await desk.record("held:released") == ["held:released"]


@on_sqlite
async def test_what_newcomers_write_while_they_are_read_first_can_be_let_in(
    desk: Desk, maren: Person
) -> None:
    """In a raid this page once broke, and nothing that waited could reach its room."""
    town = desk.town
    seat, ledger = await town.seat(town.ash), town.house.ledger
    ledger.read_first, ledger.is_newcomer = {seat.room_id}, lambda _: True
    await speak(town, town.ash, "Hello, I am new here")
    page = await desk.opens(maren, HELD)
    assert page.status == 200
    assert "Hello, I am new here" in page.said
    assert "New here" in page.said


@pytest.mark.parametrize("why", Held)
def test_the_desk_has_words_for_everything_that_holds_a_post(why: Held) -> None:
    assert HELD_WORDS[why]


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_given_back_reaches_its_writer_with_the_rule_and_another_way(
    desk: Desk, maren: Person, town: Town
) -> None:
    handle = await asks_for_a_reader(desk)
    asked = await desk.opens(maren, "/desk/held")
    assert 'name="rule" required><option value="">Choose<' in asked.html
    await decides(
        desk, maren, handle, "return", rule="private", suggestion="I am here late, most nights."
    )
    room = await desk.opens(town.ash, f"/rooms/{NIGHT}")
    assert "Someone read this and gave it back to you." in room.said
    assert "Keep each other private: no ways to be reached" in room.said
    assert "I am here late, most nights." in room.said
    [again] = [form for form in room.forms if form.fields.get("text", "").startswith("I am here")]
    await desk.client.post(again.action, data=again.fields)
    assert "I am here late, most nights." in [text for _, text in await said_in_the_room(desk)]
    assert CONTACT not in (await desk.opens(town.birch, f"/rooms/{NIGHT}")).said
    assert await desk.record("held:returned") == ["held:returned"]


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("first", ["release", "return"])
async def test_what_was_decided_is_not_decided_again(desk: Desk, maren: Person, first: str) -> None:
    handle = await asks_for_a_reader(desk)
    assert (await decides(desk, maren, handle, first, rule="private")).status == 200
    before = await said_in_the_room(desk), await desk.record("held:re")
    for what in ("release", "return"):
        refused = await decides(desk, maren, handle, what, rule="private")
        assert refused.status == 409
        assert re.search(r'role="alert">.*\w', refused.html)
    assert (await said_in_the_room(desk), await desk.record("held:re")) == before


@pytest.mark.full
@on_sqlite
async def test_what_may_hurt_to_read_is_covered_and_uncovering_it_stands_in_the_record(
    desk: Desk, maren: Person
) -> None:
    handle = await asks_for_a_reader(desk, THREAT)
    page = await desk.opens(maren, HELD)
    assert "These words may be hard to read." in page.said
    assert THREAT not in page.html
    assert f"{HELD}/{handle}/release" not in [form.action for form in page.forms]
    assert await desk.record("words:uncovered") == []
    shown = await desk.opens(maren, f"{HELD}?show={handle}")
    assert THREAT in shown.said
    assert f"{HELD}/{handle}/release" in [form.action for form in shown.forms]
    assert await desk.record("words:uncovered") == ["words:uncovered"]


@pytest.mark.full
@on_sqlite
async def test_a_rule_nobody_knows_and_a_post_that_is_not_there_change_nothing(
    desk: Desk, maren: Person
) -> None:
    handle = await asks_for_a_reader(desk)
    assert (await decides(desk, maren, handle, "return", rule="because")).status == 404
    assert (await decides(desk, maren, "0" * 32, "release")).status == 404
    assert (await decides(desk, maren, "no-handle", "release")).status in (400, 404, 422)
    assert CONTACT in (await desk.opens(maren, HELD)).said
    assert (await decides(desk, maren, handle, "return", rule="private")).status == 200
