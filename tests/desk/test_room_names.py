"""What rooms are called at the desk, and where a browser comes that asks for a page again."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import GOODBYE
from desk.sitting import Desk
from holdfast.desk.pages.room_names import room_words
from holdfast.rights.rules import Role
from members.walking import Page
from moderation.measuring import Hand
from town import NIGHT, Town, on_sqlite


@pytest.mark.full
@on_sqlite
async def test_a_side_space_is_not_called_the_readers_own(
    desk: Desk, town: Town, client: httpx.AsyncClient
) -> None:
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    await Hand(town).takes_here(sam, "pause", town.ash)
    said = f"/api/v1/rooms/{NIGHT}/messages/nonce-0000-0001"
    answer = await client.put(said, json={"text": GOODBYE}, headers=town.ash.bearer)
    assert answer.json()["code"] == "paused"
    await town.house.reactions.settled()
    for path in ("/desk", "/desk/escalations/1"):
        page = await desk.opens(sam, path)
        assert page.status == 200
        assert "Side space" in page.said
        assert "Your side space" not in page.said


def test_a_second_room_is_called_in_the_readers_language() -> None:
    assert room_words("Evening room", "en") == "Evening room"
    assert room_words("Evening room 2", "en") == "Evening room 2"
    assert room_words("Evening room 2", "es") != "Evening room 2"


@on_sqlite
async def test_at_the_door_too_rooms_are_called_in_the_readers_language(desk: Desk) -> None:
    juno = await desk.hires(Role.LEAD, "Juno")
    in_spanish = {"Accept-Language": "es"}
    page = Page(await desk.at(juno).get("/desk/coming-in", headers=in_spanish))
    assert room_words("Evening room", "es") in page.said
    assert "Evening room" not in page.said


@on_sqlite
async def test_a_browser_that_asks_again_for_what_was_shown_once_comes_to_where_it_began(
    desk: Desk,
) -> None:
    juno = await desk.hires(Role.LEAD, "Juno")
    for path in ("/desk/cases/1/measures", "/desk/glass/1/pages/1"):
        again = await desk.at(juno).get(path)
        assert again.status_code == 303
        assert again.headers["location"] == path[: path.index("/1/") + 2]
