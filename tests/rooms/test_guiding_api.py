"""Guiding a room through the JSON API: who may, what comes back, and what is no request."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from rooms.guided import guide
from rooms.sitting import hired, on_shift
from town import NIGHT, Town, mostly_on_sqlite, on_sqlite

AT = f"/api/v1/rooms/{NIGHT}"
SOON = "2026-11-22T03:40:00Z"


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_set_comes_back_and_stands_in_the_room_for_its_members(
    town: Town, client: httpx.AsyncClient
) -> None:
    said = await town.say(town.ash, "one")
    dahlia = await on_shift(town)
    answer = None
    for what, body in (
        ("topic", {"topic": "Tea", "until": SOON}),
        ("slow", {"seconds": 60, "until": SOON}),
        ("pin", {"seq": said.seq}),
    ):
        answer = await client.post(f"{AT}/{what}", json=body, headers=dahlia.bearer)
        assert answer.status_code == 200, answer.text
    assert answer is not None
    assert answer.json() == {
        "topic": "Tea",
        "topic_until": "2026-11-22T03:40:00.000Z",
        "pinned": said.seq,
        "slow": 60,
        "slow_until": "2026-11-22T03:40:00.000Z",
        "second": None,
    }
    room = (await client.get(AT, headers=town.birch.bearer)).json()
    assert (room["topic"], room["pinned"], room["slow"]) == ("Tea", said.seq, 60)
    every = (await client.get("/api/v1/rooms", headers=town.birch.bearer)).json()["items"]
    assert [one["topic"] for one in every if one["slug"] == NIGHT] == ["Tea"]


@mostly_on_sqlite
async def test_a_question_put_twice_under_one_nonce_is_one_question(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    body = {"text": "What helped you?", "nonce": "question-1", "pin": True}
    answers = [
        await client.post(f"{AT}/question", json=body, headers=dahlia.bearer) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["seq"] == answers[1].json()["seq"] == (await guide(town)).pinned


@pytest.mark.full
@mostly_on_sqlite
async def test_today_names_those_who_are_new_in_this_room(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    found = (await client.get(f"{AT}/today", headers=dahlia.bearer)).json()["items"]
    names = {(await town.seat(who)).author.pseudonym for who in (town.ash, town.birch)}
    assert {one["pseudonym"] for one in found} == names
    assert {key for one in found for key in one} == {"seat", "pseudonym", "at", "is_new"}


@pytest.mark.full
@mostly_on_sqlite
async def test_who_may_not_guide_is_told_nothing_and_who_is_off_shift_is_told_why(
    town: Town, client: httpx.AsyncClient
) -> None:
    body = {"topic": "Milk", "until": SOON}
    dahlia, kim = await on_shift(town), await hired(town, name="Kim")
    assert (await client.post(f"{AT}/topic", json=body, headers=dahlia.bearer)).is_success
    for who in (town.ash, town.elm):
        answer = await client.post(f"{AT}/topic", json=body, headers=who.bearer)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = await client.post(f"{AT}/topic", json=body, headers=kim.bearer)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_on_shift")
    elsewhere = await client.post("/api/v1/rooms/no-room/topic", json=body, headers=dahlia.bearer)
    assert elsewhere.status_code == 404


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("topic", {"topic": "Tea"}),
        ("topic", {"until": SOON}),
        ("topic", {"topic": "Tea", "until": "2026-11-22T03:40:00"}),
        ("topic", {"topic": "Tea", "until": SOON, "for": "ever"}),
        ("topic", {"topic": "x" * 121, "until": SOON}),
        ("topic", {"topic": "Tea", "until": "2027-11-22T03:40:00Z"}),
        ("pin", {"seq": 0}),
        ("pin", {"seq": "1"}),
        ("slow", {"seconds": 60}),
        ("slow", {"seconds": 3, "until": SOON}),
        ("slow", {"seconds": -1, "until": SOON}),
        ("question", {"text": "", "nonce": "question-1"}),
        ("question", {"text": "Hello", "nonce": "x"}),
        ("question", {"text": "x" * 4_001, "nonce": "question-1"}),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    town: Town, client: httpx.AsyncClient, what: str, body: dict[str, Any]
) -> None:
    dahlia = await on_shift(town)
    before = await guide(town)
    answer = await client.post(f"{AT}/{what}", json=body, headers=dahlia.bearer)
    assert answer.status_code in (400, 413, 422), answer.text
    assert await guide(town) == before
