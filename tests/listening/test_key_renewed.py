"""A key of one's own that is renewed elsewhere: each open line comes back by itself."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from holdfast.members.actions import new_phrase
from holdfast.members.actions.people import open_session
from holdfast.members.tables import SessionKind
from holdfast.rights.rules import Guest
from listening.talking import Stage
from serving import PATIENCE, Served
from town import Person, mostly_on_sqlite, on_sqlite
from two import as_who_comes


async def _elsewhere(talks: Stage, person: Person) -> Person:
    """Another session of theirs, which nobody showed the seven words to."""
    async with talks.town.house.workshop.work() as work:
        token = open_session(work, person.member.id, SessionKind.KEPT)
    return Person(Guest(), token)


async def _renewed(talks: Stage, person: Person, there: Person) -> None:
    """New words are made there: a new key begins."""
    member = await as_who_comes(talks.town.house, there.token)
    async with talks.town.house.workshop.work() as work:
        await new_phrase(work, member, root=talks.town.house.root)
    await talks.settled()


@mostly_on_sqlite
async def test_lines_with_the_old_key_are_told_and_closed_and_no_others_are(
    served: Served, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    hers, his = await served.line(ash), await served.line(cedar)
    for line in (hers, his):
        await line.enter(slug)
    assert (await his.post("I am here", slug))["event"] == "accepted"
    assert (await hers.hear_next("posted"))["text"] == "I am here"
    await _renewed(talks, ash, await _elsewhere(talks, ash))
    told = await hers.hear_next("listening")
    assert (told["what"], told["room"]) == ("renewed", slug)
    async with asyncio.timeout(PATIENCE):
        assert await hers.closing() == 1001
    assert (await his.post("Take your time", slug))["event"] == "accepted"


@pytest.mark.full
@on_sqlite
async def test_the_page_that_comes_back_leads_to_the_words_that_open_it(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash = talks.town.ash
    await talks.on_duty(talks.town.cedar)
    page = f"/rooms/{await talks.two(ash, talks.town.cedar)}"
    there = await _elsewhere(talks, ash)
    assert (await client.get(page, headers=ash.bearer)).status_code == 200
    await _renewed(talks, ash, there)
    again = await client.get(page, headers={**ash.bearer, "accept": "text/html"})
    assert again.headers["location"].startswith("/me/own-key?back=")
    assert (await client.get(page, headers=there.bearer)).status_code == 200
