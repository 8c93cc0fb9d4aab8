"""Reporting with plain forms: two doors, what happens now, and the way back."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import GOODBYE
from holdfast.moderation.rules.cases import Ground, Outcome
from members.walking import Page, send, visit
from moderation.reporting import Care
from town import NIGHT, Town, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


@pytest.fixture
def browser(client: httpx.AsyncClient, town: Town) -> httpx.AsyncClient:
    """Ash's browser."""
    client.cookies.set("holdfast", town.ash.token)
    return client


async def fill(browser: httpx.AsyncClient, path: str, **fields: str) -> Page:
    return Page(await browser.post(path, data=fields, follow_redirects=True))


@pytest.mark.full
async def test_a_message_is_reported_answered_and_listed_without_scripts(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch, "You are all pathetic")
    path = f"/rooms/{NIGHT}/messages/{seq}/report"
    page = await visit(browser, path)
    assert "You are all pathetic" in page.said
    assert "I’m worried about them" in page.said
    assert "This isn’t ok" in page.said
    assert "/help" in page.links
    assert page.forms[-1].offered == ["worried", "conduct"]
    page = await fill(browser, path, kind="conduct", words="It hurt me")
    assert page.headings == ["Thank you for telling us"]
    assert "What happens now" in page.said
    assert "It hurt me" in page.said
    assert "You don’t see that message any more." in page.said
    seat = (await town.seat(town.birch)).author.seat
    assert f"/rooms/{NIGHT}/people/{seat}/about" in page.links
    (mine,) = await care.mine(town.ash)
    maren = await care.hires()
    await care.claims(maren)
    page = await visit(browser, f"/me/reports/{mine.handle}")
    assert "Someone looked at it" in page.said
    await care.decides(maren, Outcome.NO_MEASURE, ground=Ground.WITHIN)
    page = await visit(browser, "/me/reports")
    assert "We looked and left it as it is. It is within what is ok here." in page.said
    assert "Maren" not in page.said
    page = await visit(browser, f"/me/reports/{mine.handle}")
    page = await send(browser, page, f"/me/reports/{mine.handle}/undo")
    assert "You see that message again." in page.said
    assert not (await care.mine(town.ash))[0].undone


@pytest.mark.full
@on_sqlite
async def test_taking_it_back_is_one_tap(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    page = await fill(browser, f"/rooms/{NIGHT}/messages/{seq}/report", kind="conduct")
    (mine,) = await care.mine(town.ash)
    page = await send(browser, page, f"/me/reports/{mine.handle}/undo")
    assert "You took it back." in page.said
    assert (await care.mine(town.ash))[0].undone
    assert "You took this back." in (await visit(browser, "/me/reports")).said


@pytest.mark.full
@on_sqlite
async def test_a_person_is_reported_as_the_room_knows_them(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    author = (await town.seat(town.birch)).author
    path = f"/rooms/{NIGHT}/people/{author.seat}/report"
    page = await visit(browser, f"{path}?kind=worried")
    assert author.pseudonym in page.said
    assert page.forms[-1].fields["kind"] == "worried"
    page = await fill(browser, path, kind="worried")
    assert page.headings == ["Thank you for telling us"]
    assert (await care.case()).worried == 1


@pytest.mark.full
@on_sqlite
async def test_nothing_written_is_lost_where_something_is_missing_or_too_much(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    path = f"/rooms/{NIGHT}/messages/{seq}/report"
    page = await fill(browser, path, words="It hurt me")
    assert (page.status, page.focused) == (422, "refused")
    assert "Please choose one of the two." in page.said
    assert "It hurt me" in page.said
    long = "It hurt me " * 100
    page = await fill(browser, path, kind="conduct", words=long)
    assert page.status == 413
    assert long.strip() in page.said
    assert page.forms[-1].fields["kind"] == "conduct"
    assert await care.cases() == []


@pytest.mark.full
@on_sqlite
async def test_a_goodbye_in_the_form_is_heard_and_says_who_may_come(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    path = f"/rooms/{NIGHT}/messages/{seq}/report"
    page = await fill(browser, path, kind="worried", words=GOODBYE)
    assert "That sounds very hard." in page.said
    assert "your side space" in page.said
    page = await fill(browser, path, words=GOODBYE + " now")  # no door chosen
    assert page.status == 422
    assert "/help" in page.links


@pytest.mark.full
@on_sqlite
async def test_what_is_not_there_looks_like_nothing(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch)
    made = await care.reports(town.birch, await care.says(town.ash))
    assert (await visit(browser, f"/rooms/{NIGHT}/messages/{seq}/report")).status == 200
    for path in (
        f"/rooms/{NIGHT}/messages/{seq + 99}/report",
        f"/rooms/evening/messages/{seq}/report",
        f"/rooms/{NIGHT}/people/nobody/report",
        f"/me/reports/{made.handle}",
        "/me/reports/nothing",
    ):
        page = await visit(browser, path)
        assert (page.status, page.headings) == (404, ["There is nothing at this address"])


@on_sqlite
async def test_a_list_of_none_says_how(browser: httpx.AsyncClient, town: Town) -> None:
    page = await visit(browser, "/me/reports")
    assert "You have not told us about anything." in page.said


@pytest.mark.full
@on_sqlite
async def test_a_message_under_a_content_note_stays_covered_on_the_form(
    browser: httpx.AsyncClient, care: Care, town: Town
) -> None:
    seq = await care.says(town.birch, "He hit me again", note="violence")
    page = await visit(browser, f"/rooms/{NIGHT}/messages/{seq}/report")
    assert "violence" in page.said
    assert "He hit me again" not in page.said
