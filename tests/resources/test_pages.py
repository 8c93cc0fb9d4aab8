"""The help page: for everyone, in every country, in every state, with nothing behind it."""

from __future__ import annotations

import gzip
import re
from datetime import date
from html.parser import HTMLParser

import httpx
import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotKept
from holdfast.resources.queries import countries, help_in, places
from holdfast.resources.rules.helplines import WORLD
from resources.days import StillDay

UNCHECKED = "Not yet checked by the people who run this place."


class Parts(HTMLParser):
    """The links, forms and scripts of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(found["href"])
        if "id" in found:
            self.ids.append(found["id"])
        if "style" in found or tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def said(self) -> str:
        return " ".join(self.words.split())


async def parts(visit: httpx.AsyncClient, path: str, **headers: str) -> Parts:
    answer = await visit.get(path, headers=headers)
    assert answer.status_code == 200
    return Parts(answer.text)


async def test_help_needs_no_database(visit: httpx.AsyncClient) -> None:
    workshop = visit._transport.app.state.house.workshop  # type: ignore[attr-defined]
    with pytest.raises(NotKept):
        async with workshop.reading() as work:
            await work.db.execute(text("SELECT 1"))
    page = await parts(visit, "/help?country=GB")
    assert page.links.count("tel:999") == 1
    assert "tel:116123" in page.links


@pytest.mark.parametrize("country", countries())
async def test_every_country_offers_its_emergency_number_its_lines_and_the_directory(
    visit: httpx.AsyncClient, country: str
) -> None:
    sheet = help_in(country, date(2026, 11, 22))
    page = await parts(visit, f"/help?country={country}")
    assert f"tel:{sheet.emergency.dial}" in page.links
    assert "https://findahelpline.com/" in page.links
    for shown in sheet.lines:
        for contact in shown.contacts:
            assert any(contact.dial in link for link in page.links), contact.number
    shown_links = " ".join(page.links)
    for hidden in sheet.hidden:
        if sheet.last_known and hidden.line is sheet.last_known.line:
            continue
        for contact in hidden.contacts:
            assert f":{contact.dial} " not in shown_links + " ", contact.number


@pytest.mark.parametrize("country", ["GB", "KE", "IT", ""])
async def test_every_number_says_that_nobody_here_has_checked_it(
    visit: httpx.AsyncClient, country: str
) -> None:
    answer = await visit.get("/help", params={"country": country})
    rows = len(re.findall(r"<li><div>", answer.text)) + answer.text.count('class="path warm full"')
    assert rows >= 2
    assert answer.text.count(UNCHECKED) == rows
    assert "Checked on" not in answer.text


async def test_a_text_line_opens_with_its_number_and_its_word(visit: httpx.AsyncClient) -> None:
    page = await parts(visit, "/help?country=GB")
    assert "sms:85258?body=SHOUT" in page.links
    assert "Text SHOUT to 85258" in page.said


async def test_without_a_country_the_picker_comes_first_and_every_country_is_there(
    visit: httpx.AsyncClient,
) -> None:
    answer = await visit.get("/help")
    page = Parts(answer.text)
    assert answer.text.index("Which country are you in?") < answer.text.index("path warm full")
    assert {f"in-{code}" for code in countries()} <= set(page.ids)
    assert {f"tel:{places()[code].emergency.dial}" for code in countries()} <= set(page.links)
    assert "call the emergency number you know" in page.said


@pytest.mark.parametrize("country", ["XX", "gb'", "<b>", "世", "001", "G" * 5000, "%00"])
async def test_a_country_we_do_not_know_is_somewhere_else(
    visit: httpx.AsyncClient, country: str
) -> None:
    somewhere = await visit.get("/help")
    unknown = await visit.get("/help", params={"country": country})
    assert unknown.status_code == 200
    assert unknown.text == somewhere.text


async def test_the_chosen_country_stays_chosen(visit: httpx.AsyncClient) -> None:
    answer = await visit.get("/help?country=fr")
    assert re.findall(r'<option value="(\w+)" selected>', answer.text) == ["FR"]


async def test_kenya_says_that_no_line_is_sure_and_italy_shows_the_last_known(
    visit: httpx.AsyncClient,
) -> None:
    kenya = await parts(visit, "/help?country=KE")
    assert "We don’t know a line here that we can be sure of" in kenya.said
    assert "tel:0722178177" not in kenya.links
    italy = await parts(visit, "/help?country=IT")
    assert "This is the last one we know of" in italy.said
    assert "Last seen on 22 November 2026." in italy.said
    assert "tel:0223272327" in italy.links


async def test_young_people_see_their_own_lines_first(visit: httpx.AsyncClient) -> None:
    grown = await visit.get("/help?country=GB")
    assert grown.text.index("Samaritans") < grown.text.index("Childline")
    young = await visit.get("/help/young?country=GB")
    assert young.text.index("Childline") < young.text.index("Samaritans")
    assert 'action="/help/young"' in young.text
    assert "tel:999" in Parts(young.text).links


@pytest.mark.full
async def test_words_about_danger_are_in_english_and_say_so(visit: httpx.AsyncClient) -> None:
    english = await visit.get("/help?country=ES", headers={"accept-language": "en"})
    assert 'lang="en" dir="ltr">I’m in danger' not in english.text
    spanish = await visit.get("/help?country=ES", headers={"accept-language": "es"})
    assert '<bdi lang="en" dir="ltr">I’m in danger, or I’ve hurt myself</bdi>' in spanish.text
    assert spanish.text.count("#languages") == 1


async def test_the_page_promises_nobody_and_sends_nobody(visit: httpx.AsyncClient) -> None:
    page = await parts(visit, "/help?country=GB")
    assert "nobody here can send help to you" in page.said
    assert "moderator" not in page.said.lower()
    assert "may show on a phone bill" in page.said


@pytest.mark.parametrize("path", ["/help", "/help?country=GB", "/help/young?country=JP"])
async def test_nothing_on_the_page_is_inline_and_no_id_comes_twice(
    visit: httpx.AsyncClient, path: str
) -> None:
    page = await parts(visit, path)
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))


async def test_a_page_is_drawn_once_and_asked_for_again_cheaply(visit: httpx.AsyncClient) -> None:
    first = await visit.get("/help?country=GB")
    assert first.headers["cache-control"] == "no-cache"
    again = await visit.get("/help?country=GB", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await visit.get("/help?country=FR", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


async def test_the_whole_world_fits_a_slow_phone(visit: httpx.AsyncClient) -> None:
    answer = await visit.get("/help", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < 16_000


async def test_tomorrow_the_page_is_drawn_anew_and_never_empty(
    visit: httpx.AsyncClient, day: StillDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = {"checked_by": "Elm", "checked_on": date(2026, 11, 20)}
    place = places()["GB"]
    lines = tuple(line.model_copy(update=checked) for line in place.helplines)
    known = {**places(), "GB": place.model_copy(update={"helplines": lines})}
    monkeypatch.setattr("holdfast.resources.queries.places", lambda *_: known)
    day.pass_days(1)
    fresh = await parts(visit, "/help?country=GB")
    assert fresh.said.count("Checked on 20 November 2026 by the people who run this place.") == 4
    day.pass_days(400)
    stale = await parts(visit, "/help?country=GB")
    assert "Last checked on 20 November 2026. It may have changed since." in stale.said
    assert "tel:999" in stale.links
    assert "https://findahelpline.com/" in stale.links
    assert "sms:85258?body=SHOUT" not in stale.links


async def test_the_world_is_not_offered_as_a_country(visit: httpx.AsyncClient) -> None:
    assert WORLD not in countries()
    assert f'value="{WORLD}"' not in (await visit.get("/help")).text
