"""A listener whose own key is shut in this visit: the page says what comes first, and the way."""

from __future__ import annotations

import httpx
import pytest

from holdfast.members.actions.people import open_session
from holdfast.members.tables import MemberRow, SessionKind
from listening.talking import Stage
from town import on_sqlite

pytestmark = on_sqlite
FIRST = "First, your seven words"
WAY = "/me/own-key?back=/listening/duty"


async def shut_visit(stage: Stage) -> dict[str, str]:
    """Cedar on another device, where nobody typed the seven words."""
    async with stage.town.house.workshop.work() as work:
        token = open_session(work, stage.town.cedar.member.id, SessionKind.KEPT)
    return {"authorization": f"Bearer {token}", "accept": "text/html"}


@pytest.mark.full
async def test_with_a_shut_key_the_seven_words_come_before_a_yes(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    offer = (await talks.offers(talks.town.cedar))[0]
    opened = await client.get("/listening/duty", headers=talks.town.cedar.bearer)
    assert f'action="/listening/offers/{offer.id}"' in opened.text
    assert 'value="yes"' in opened.text
    assert FIRST not in opened.text
    shut = await client.get("/listening/duty", headers=await shut_visit(talks))
    assert FIRST in shut.text
    assert WAY in shut.text
    assert f'action="/listening/offers/{offer.id}"' in shut.text, "they can still say no"
    assert 'value="yes"' not in shut.text


async def test_with_a_shut_key_nobody_is_asked_to_go_on_duty_before_the_words(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    opened = await client.get("/listening/duty", headers=talks.town.cedar.bearer)
    assert 'action="/listening/duty"' in opened.text
    shut = await client.get("/listening/duty", headers=await shut_visit(talks))
    assert 'action="/listening/duty"' not in shut.text
    assert WAY in shut.text
    words = await client.get("/me/own-key", headers=await shut_visit(talks))
    assert 'class="btn" href="/rooms"' in words.text, "whoever has no words at hand can go on"


@pytest.mark.full
async def test_a_yes_that_comes_all_the_same_is_answered_with_the_way(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    offer = (await talks.offers(talks.town.cedar))[0]
    path, form = f"/listening/offers/{offer.id}", {"answer": "yes"}
    refused = await client.post(path, data=form, headers=await shut_visit(talks))
    assert refused.status_code == 403
    assert FIRST in refused.text
    assert "not open to you" not in refused.text
    taken = await client.post(path, data=form, headers=talks.town.cedar.bearer)
    assert taken.headers["location"].startswith("/rooms/talk-")


@pytest.mark.full
async def test_who_has_no_seven_words_is_not_told_to_type_them(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar)
    visit = await shut_visit(talks)
    assert "Type my seven words" in (await client.get("/listening", headers=visit)).text
    async with talks.town.house.workshop.work() as work:
        row = await work.db.get_one(MemberRow, talks.town.cedar.member.id)
        row.phrase_lookup = None
    for path in ("/listening", "/listening/duty"):
        page = await client.get(path, headers=visit)
        assert "Type my seven words" not in page.text
        assert 'href="/me#words"' in page.text
