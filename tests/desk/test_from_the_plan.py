"""What the desk shows of somebody who wrote a goodbye into their own plan: where, and not what."""

from __future__ import annotations

import httpx

from crisis.voice import GOODBYE
from holdfast.rights.rules import Role
from members.walking import send, visit
from town import Town, appoint, mostly_on_sqlite
from wellbeing.planning import SIGN, write


@mostly_on_sqlite
async def test_the_card_says_where_it_was_written_and_not_what(
    client: httpx.AsyncClient, town: Town
) -> None:
    await write(town, town.ash, "signs", SIGN)
    await write(town, town.ash, "signs", GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        client.cookies.set("holdfast", (await appoint(work, Role.CRISIS_MODERATOR)).token)
    queue = await visit(client, "/desk")
    assert "/desk/escalations/1" in queue.links
    card = await visit(client, "/desk/escalations/1")
    assert "It was written in the safety plan, which only they read" in card.said
    beside = await send(client, card, "/desk/escalations/1/join")
    assert beside.status == 200
    for page in (queue, card, beside):
        assert GOODBYE not in page.said
        assert SIGN not in page.said
