"""What is said to somebody who asks while no listener is on duty."""

from __future__ import annotations

import httpx

from listening.talking import Stage
from town import on_sqlite

pytestmark = on_sqlite
NOBODY = "No listener is here just now."


async def test_that_no_listener_is_on_duty_is_said_before_and_after_asking(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash = talks.town.ash
    asking = await client.get("/listening", headers=ash.bearer)
    assert NOBODY in asking.text
    await talks.ask(ash)
    waiting = await client.get("/listening/waiting", headers=ash.bearer)
    assert NOBODY in waiting.text
    assert 'data-look="nobody"' in waiting.text, "the page looks anew when that changes"
    await talks.on_duty(talks.town.cedar)
    waiting = await client.get("/listening/waiting", headers=ash.bearer)
    assert NOBODY not in waiting.text
    assert 'data-look="nobody"' not in waiting.text


async def test_a_listener_who_asks_does_not_count_as_somebody_there_for_them(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    cedar = talks.town.cedar
    await talks.on_duty(cedar)
    mine = await client.get("/listening", headers=cedar.bearer)
    other = await client.get("/listening", headers=talks.town.ash.bearer)
    assert NOBODY in mine.text
    assert NOBODY not in other.text


async def test_the_rooms_lead_back_to_where_one_waits_and_no_longer_offer_to_ask(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash = talks.town.ash
    before = await client.get("/rooms", headers=ash.bearer)
    await talks.ask(ash)
    after = await client.get("/rooms", headers=ash.bearer)
    ways = ('href="/listening"', 'href="/listening/waiting"')
    assert [way in before.text for way in ways] == [True, False]
    assert [way in after.text for way in ways] == [False, True]
