"""Whether the other one of two is there just now: said on the page, by whether theirs is open."""

from __future__ import annotations

import httpx

from listening.talking import Stage
from serving import Served
from town import on_sqlite

pytestmark = on_sqlite


async def test_each_of_two_sees_whether_the_other_is_there(
    client: httpx.AsyncClient, served: Served, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    page = f"/rooms/{slug}/state"
    assert "not here just now" in (await client.get(page, headers=ash.bearer)).text
    his = await served.line(cedar)
    await his.enter(slug)
    seen = (await client.get(page, headers=ash.bearer)).text
    assert "is here now" in seen
    assert "not here just now" not in seen
    mine = (await client.get(page, headers=cedar.bearer)).text
    assert "is here now" not in mine, "of oneself nothing is said"
