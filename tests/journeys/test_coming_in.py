"""Someone comes in at night, with scripts off, and is heard; and someone finds another door."""

from __future__ import annotations

import re

import httpx
import pytest

from members.walking import Page, inside, send, visit
from serving import Served
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite

HELLO = "I can’t sleep again. It helps to read that others are awake."


@pytest.mark.full
@mostly_on_sqlite
async def test_someone_comes_in_at_night_is_heard_leaves_and_comes_back(
    served: Served, town: Town, clock: StillClock
) -> None:
    birch = await served.line(town.birch)
    await birch.enter(NIGHT)
    async with httpx.AsyncClient(base_url=served.url) as phone:
        first = await visit(phone, "/")
        assert first.headings == ["Somewhere steady to talk"]
        assert "A program reads all that is sent" in first.said

        words = phrase_on(await send(phone, await inside(phone), "/come-in/words"))
        name = await sit_down(phone)
        room = await send(phone, await visit(phone, f"/rooms/{NIGHT}"), SAY, text=HELLO)
        assert HELLO in room.said

        heard = await birch.hear_next("posted")
        assert (heard["text"], heard["author"]["pseudonym"]) == (HELLO, name)

        await phone.post("/leave")
        assert dict(phone.cookies) == {}
        assert (await visit(phone, f"/rooms/{NIGHT}")).status == 401

    clock.pass_time(days=1)
    async with httpx.AsyncClient(base_url=served.url) as another_device:
        page = await visit(another_device, "/sign-in")
        rooms = await send(another_device, page, "/sign-in", phrase=words)
        assert f"/rooms/{NIGHT}" in rooms.links
        room = await visit(another_device, f"/rooms/{NIGHT}")
        assert HELLO in room.said
        assert name in room.said


SAY = f"/rooms/{NIGHT}/messages"


async def sit_down(phone: httpx.AsyncClient) -> str:
    """Go into the night room, look at one more name, and keep that one there."""
    page = await send(phone, await visit(phone, "/rooms"), f"/rooms/{NIGHT}/seat")
    offered = name_on(page)
    page = await send(phone, page, f"/rooms/{NIGHT}/name", again="yes")
    assert name_on(page) != offered
    await send(phone, page, f"/rooms/{NIGHT}/name")
    return name_on(page)


def name_on(page: Page) -> str:
    found = re.search(r"<b[^>]*><bdi>([^<]+)</bdi></b>", page.html)
    assert found
    return found[1]


def phrase_on(page: Page) -> str:
    return " ".join(re.findall(r"<li><b>([a-z]+)</b></li>", page.html))


@on_sqlite
async def test_a_fifteen_year_old_is_shown_who_is_there_for_them(
    served: Served, town: Town
) -> None:
    async with httpx.AsyncClient(base_url=served.url) as phone:
        page = await visit(phone, "/come-in")
        page = await send(phone, page, "/come-in", age="13-15")
        assert "You did nothing wrong" in page.said
        help_page = await visit(phone, "/help/young?country=GB")
        assert help_page.said.index("Childline") < help_page.said.index("Samaritans")
        assert (await visit(phone, "/come-in")).headings == page.headings
        assert (await visit(phone, "/rooms")).status == 401
