"""The community's own words: looked at first, kept, taken back; and what never changes."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from holdfast.audit.tables import AuditRow
from members.walking import Page, send, visit
from town import Town, mostly_on_sqlite, on_sqlite

HERE = "/desk/steward/wording"
WELCOME = f"{HERE}/welcome/en"
KIND = "You are among people from the coast."


async def elm_at(client: httpx.AsyncClient, town: Town, path: str) -> Page:
    client.cookies.set("holdfast", town.elm.token)
    return await visit(client, path)


async def as_a_guest(client: httpx.AsyncClient, path: str = "/") -> Page:
    client.cookies.delete("holdfast")
    return await visit(client, path)


@pytest.mark.full
@mostly_on_sqlite
async def test_own_words_are_looked_at_kept_and_taken_back(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, WELCOME)
    page = await send(client, page, WELCOME, words=KIND, do="look")
    assert "So it would look" in page.said
    assert KIND not in (await as_a_guest(client)).said
    page = await elm_at(client, town, WELCOME)
    page = await send(client, page, WELCOME, words=KIND, do="keep")
    assert "Your words stand there now." in page.said
    assert KIND in (await as_a_guest(client)).said
    await elm_at(client, town, WELCOME)
    page = await send(client, page, WELCOME, words="Others now.", do="keep")
    page = await send(client, page, f"{WELCOME}/undo")
    assert "What stood there before stands there again." in page.said
    assert KIND in (await as_a_guest(client)).said
    page = await elm_at(client, town, WELCOME)
    page = await send(client, page, WELCOME, do="ours")
    assert KIND not in (await as_a_guest(client)).said
    async with town.house.workshop.reading() as work:
        done = (await work.db.scalars(select(AuditRow.what))).all()
    assert list(done).count("wording:changed") == 4


@pytest.mark.full
@on_sqlite
async def test_own_words_can_hold_no_markup_and_stand_in_their_own_language(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, f"{HERE}/about/en")
    words = '<b>We</b> are\n\na "club"\nby the sea'
    page = await send(client, page, f"{HERE}/about/en", words=words, do="keep")
    around = await as_a_guest(client, "/around")
    assert "&lt;b&gt;We&lt;/b&gt; are</p>" in around.html
    assert "<b>We</b>" not in around.html
    client.cookies.set("holdfast-language", "es")
    assert '<p lang="en" dir="auto">by the sea</p>' in (await visit(client, "/around")).html


@on_sqlite
async def test_words_with_a_number_in_them_are_asked_about_before_they_stand_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    goodbye = f"{HERE}/goodbye/en"
    words = "Write to us at crew@example.org"
    page = await elm_at(client, town, goodbye)
    page = await send(client, page, goodbye, words=words, do="keep")
    assert "People may take it for somebody who answers" in page.said
    assert words not in (await as_a_guest(client, "/gone/signed-out")).said
    page = await elm_at(client, town, goodbye)
    page = await send(client, page, goodbye, words=words, do="keep", sure="yes")
    assert "Your words stand there now." in page.said
    assert words in (await as_a_guest(client, "/gone/signed-out")).said


@pytest.mark.full
@on_sqlite
async def test_what_does_not_fit_comes_back_with_what_was_written(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, WELCOME)
    for words in ("", " ", "x" * 161, "one\x07line"):
        page = await send(client, page, WELCOME, words=words, do="keep")
        assert page.status == 400
        assert "It takes between 1 and 160 characters." in page.said
        assert page.form(WELCOME).fields["words"] == words
    assert (await send(client, page, WELCOME, words=KIND, do="keep")).status == 200


@pytest.mark.full
@on_sqlite
async def test_words_about_danger_and_the_promises_have_no_page_to_change_them(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, HERE)
    assert "Every word about danger, and the help page" in page.said
    assert "The promises, and the questions before coming in" in page.said
    for name in ("help", "promises", "danger"):
        assert (await visit(client, f"{HERE}/{name}/en")).status == 404
    assert (await visit(client, f"{HERE}/welcome/xx")).status == 404
    assert (await visit(client, WELCOME)).status == 200
