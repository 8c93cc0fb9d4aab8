"""When an escalation is closed, no page goes on saying that somebody is there."""

from __future__ import annotations

import httpx

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import close_escalation, grant, join_escalation
from holdfast.crisis.rules.steps import Outcome
from holdfast.rights.rules import Role
from members.walking import visit
from town import NIGHT, Town, appoint, mostly_on_sqlite

SOMEONE = ("is here for you", "is here with you", "We are getting someone for you")


async def says_someone(client: httpx.AsyncClient, path: str) -> bool:
    """Whether the page says that somebody is there or on the way."""
    said = (await visit(client, path)).said
    return any(words in said for words in SOMEONE)


async def is_cared_for(client: httpx.AsyncClient, path: str) -> bool:
    """Whether the page has the card of somebody who is looked after, on shift or not."""
    said = (await visit(client, path)).said
    return "Go to your side space" in said or "I’m safe, it came out wrong" in said


@mostly_on_sqlite
async def test_closed_the_pages_say_so_and_new_words_bring_somebody_to_the_same_place(
    client: httpx.AsyncClient, town: Town
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        fern = await appoint(work, Role.LEAD)
        side = f"/rooms/{await join_escalation(work, sam.actor, escalation_id=1)}"
    for path in (side, f"/rooms/{NIGHT}"):
        assert await says_someone(client, path)
        assert await is_cared_for(client, path)
    async with town.house.workshop.work() as work:
        asked = await close_escalation(
            work, sam.actor, escalation_id=1, how=Outcome.SAFE, check_in_hours=24
        )
        assert asked is not None
        await grant(work, fern.actor, escalation_id=1, approval=asked.row)
    await town.house.reactions.settled()
    for path in (side, f"/rooms/{NIGHT}"):
        assert not await says_someone(client, path)
        assert not await is_cared_for(client, path)
    over = await visit(client, side)
    assert "You can write here at any time" in over.said
    assert "Nobody from here is awake" not in over.said
    assert over.form(f"{side}/messages").fields
    await speak(town, town.ash, GOODBYE, nonce="nonce-0000-0002")
    await town.house.reactions.settled()
    for path in (side, f"/rooms/{NIGHT}"):
        assert await is_cared_for(client, path)
