"""What the page says to somebody who waits for a listener."""

from __future__ import annotations

import httpx

from holdfast.listening.tables import WaitRow
from listening.talking import Stage
from town import on_sqlite

pytestmark = on_sqlite
COUNTED = "We counted 5 people to whom somebody came at this hour, in the last four weeks."


async def test_the_waiting_page_says_whose_waits_it_counted_or_that_it_cannot_say(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    now, ash = talks.clock.now(), talks.town.ash
    await talks.on_duty(talks.town.cedar)
    await talks.ask(ash)
    await talks.declines(talks.town.cedar)
    page = await client.get("/listening/waiting", headers=ash.bearer)
    assert "We can’t say how long it takes just now." in page.text
    assert "We counted" not in page.text
    async with talks.town.house.workshop.work() as work:
        for seconds in (60, 120, 180, 240, 900):
            work.db.add(WaitRow(day=now.date(), hour=now.hour, seconds=seconds))
    page = await client.get("/listening/waiting", headers=ash.bearer)
    assert "people waited about 3 minutes" in page.text
    assert COUNTED in page.text
