"""Who froze what is kept about them is left out of what is made from it; asking for help is not."""

from __future__ import annotations

import httpx
import pytest

from circles.gathering import wish
from holdfast.circles.queries.wishes import waiting_rows
from holdfast.kit.ids import MemberId
from listening.talking import set_stage
from members.freezing import froze, thawed
from members.walking import visit
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite
from two import talk_of_two


async def waits(town: Town) -> set[MemberId]:
    async with town.house.workshop.reading() as work:
        return {row.member_id for row in await waiting_rows(work)}


@pytest.mark.full
@mostly_on_sqlite
async def test_nobody_looks_for_a_circle_for_them_and_their_wish_stays(town: Town) -> None:
    ash, birch = town.ash.member.id, town.birch.member.id
    await wish(town, town.ash)
    await wish(town, town.birch)
    assert await waits(town) == {ash, birch}
    await froze(town, town.ash)
    assert await waits(town) == {birch}
    await thawed(town, town.ash)
    assert await waits(town) == {ash, birch}


@pytest.mark.full
@on_sqlite
async def test_nobody_who_wants_to_be_heard_is_sent_to_them(town: Town) -> None:
    talks = await set_stage(town)
    await talks.on_duty(town.cedar)
    await froze(town, town.cedar)
    await talks.ask(town.birch)
    assert await talks.offers(town.cedar) == []
    await thawed(town, town.cedar)
    await talks.look(minutes=1)
    assert len(await talks.offers(town.cedar)) == 1


@pytest.mark.full
@on_sqlite
async def test_they_can_ask_for_a_listener_and_are_heard(town: Town) -> None:
    talks = await set_stage(town)
    await talks.on_duty(town.cedar)
    await froze(town, town.ash)
    slug = await talks.two(town.ash, town.cedar)
    await town.say(town.ash, "I can still be heard", slug)


@on_sqlite
async def test_between_two_what_was_said_before_is_out_of_sight_and_talk_goes_on(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash, "Said before")
    await froze(town, town.ash)
    clock.pass_time(seconds=1)
    await talk.say(town.ash, "Said after")
    await town.house.reactions.look()
    assert await talk.texts(town.birch.actor) == ["(author)", "Said after"]
    await thawed(town, town.ash)
    assert await talk.texts(town.birch.actor) == ["Said before", "Said after"]


@on_sqlite
async def test_a_room_says_before_they_write_that_nothing_goes_out_and_where_that_ends(
    town: Town, client: httpx.AsyncClient
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    await froze(town)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "nothing is said in a room until you take that back" in page.said
    assert "/me/freeze" in page.links
    await thawed(town)
    assert "/me/freeze" not in (await visit(client, f"/rooms/{NIGHT}")).links
