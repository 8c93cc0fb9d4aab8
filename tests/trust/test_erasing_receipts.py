"""Receipts: what went, when, and what is still held; known again, and never when changed."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from holdfast.erasing.receipts import checked, signed
from holdfast.messages.actions import erase_with_words
from members.walking import Page
from town import ORIGIN, StillClock, Town, on_sqlite
from trust.erased import WORDS, take_back, two_minutes_later
from trust.holding import Holding

OWN = {"origin": ORIGIN}
LETTERS = re.compile(r"<textarea[^>]*readonly[^>]*>([^<]+)</textarea>")


@pytest.mark.full
async def test_a_message_taken_back_has_a_receipt_that_says_how_far_it_is(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    said = await town.say(town.ash, WORDS)
    await take_back(town, town.ash, said.seq or 0)
    [mine] = (await client.get("/api/v1/me/erasures", headers=town.ash.bearer)).json()
    assert (mine["what"], mine["messages"], mine["held"], mine["done"]) == (
        "message",
        1,
        False,
        False,
    )
    assert WORDS not in str(mine)
    await two_minutes_later(town, clock)
    given = {"receipt": mine["receipt"]}
    again = await client.post("/api/v1/receipts", json=given, headers=OWN)
    assert again.json() == mine | {"done": True}
    assert (await client.get("/api/v1/me/erasures", headers=town.birch.bearer)).json() == []


@pytest.mark.full
@on_sqlite
async def test_who_erases_everything_is_given_a_receipt_once_and_it_is_known_again(
    town: Town, client: httpx.AsyncClient
) -> None:
    await town.say(town.ash, WORDS)
    client.cookies.set("holdfast", town.ash.token)
    page = await client.post("/me/erase", data={"sure": "yes"}, headers=OWN)
    assert page.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert "Everything about you is erased" in page.text
    found = LETTERS.search(page.text)
    assert found is not None
    client.cookies.clear()
    letters = html.unescape(found[1])
    known = await client.post("/receipts", data={"receipt": f" {letters}\n"}, headers=OWN)
    assert "This receipt is ours" in known.text
    assert "1 message" in known.text
    assert "Backups of keys" not in known.text


@pytest.mark.full
@on_sqlite
async def test_who_goes_while_words_are_held_reads_that_first_and_not_that_all_is_gone(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    await Holding(town, clock).begins()
    await town.say(town.ash, WORDS)
    client.cookies.set("holdfast", town.ash.token)
    page = Page(await client.post("/me/erase", data={"sure": "yes"}, headers=OWN))
    assert page.headings == ["You have left, and what we may erase is erased"]
    assert "Everything about you is erased" not in page.html
    assert page.said.index("Still held:") < page.said.index("Everything else about you is gone")
    receipt = page.said[page.said.index("Your receipt") :]
    assert receipt.index("Still held:") < receipt.index("What went:")
    assert "Everything about you, 2 messages" in receipt
    assert "Your words are out of sight for everyone in every room." in receipt
    assert "everyone in the room" not in receipt


@pytest.mark.full
@on_sqlite
async def test_a_receipt_of_everything_comes_with_the_answer_for_programs(
    town: Town, client: httpx.AsyncClient
) -> None:
    gone = await client.delete("/api/v1/me", headers=town.ash.bearer)
    assert (gone.status_code, gone.json()["what"], gone.json()["done"]) == (200, "person", True)


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("at", [0, 10, 60, -1])
async def test_a_receipt_of_which_one_letter_was_changed_is_not_ours(
    town: Town, client: httpx.AsyncClient, at: int
) -> None:
    root = town.house.root
    letters = signed(root, await erase_with_words(town.house.ledger, town.ash.member))
    assert checked(root, letters) is not None
    other = "A" if letters[at] != "A" else "B"
    changed = list(letters)
    changed[at] = other
    assert checked(root, "".join(changed)) is None
    page = await client.post("/receipts", data={"receipt": "".join(changed[1:])}, headers=OWN)
    assert "We don’t know this receipt" in page.text


@on_sqlite
@pytest.mark.parametrize("given", ["", ".", "a.b", "é.ü", "x" * 3_000, "." + "A" * 43])
async def test_what_is_no_receipt_at_all_breaks_nothing(
    client: httpx.AsyncClient, given: str
) -> None:
    page = await client.post("/receipts", data={"receipt": given}, headers=OWN)
    assert page.status_code < 500
    assert "This receipt is ours" not in page.text


@pytest.mark.full
@on_sqlite
async def test_the_list_of_what_i_erased_says_it_in_plain_words(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    assert "You have taken nothing back." in (await client.get("/me/erasures")).text
    said = await town.say(town.ash, WORDS)
    await take_back(town, town.ash, said.seq or 0)
    page = (await client.get("/me/erasures")).text
    assert "One message</li>" in page
    assert "Its key goes within two minutes." in page
    await two_minutes_later(town, clock)
    page = (await client.get("/me/erasures")).text
    assert "The key is gone. Nobody can read it, and neither can we." in page
    assert WORDS not in page
