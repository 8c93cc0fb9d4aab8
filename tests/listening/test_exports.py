"""What each of the two is handed over of a talk: nothing that is the other's."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from holdfast.listening.actions import end_session, give_feedback, note_concern, write_note
from holdfast.rights.rules import System
from listening.talking import SENTENCE, Stage
from town import Person, mostly_on_sqlite

pytestmark = mostly_on_sqlite
NOTE = "Went slowly, likes the quiet."


async def _tables(client: httpx.AsyncClient, person: Person) -> dict[str, Any]:
    answer = await client.get("/api/v1/me/export", headers=person.bearer)
    found: dict[str, Any] = answer.json()["tables"]
    return found


@pytest.mark.full
async def test_nobody_is_handed_what_the_other_said_felt_or_answered(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar, house = talks.town.ash, talks.town.cedar, talks.town.house
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    await talks.town.say(ash, "limestone", slug)
    await talks.town.say(cedar, "moonstone", slug)
    await write_note(house.ledger, cedar.member, slug=slug, text=NOTE)
    async with house.workshop.work() as work:
        await note_concern(work, System(), member_id=ash.member.id, concern=2)
        await end_session(work, ash.member, slug=slug)
        await give_feedback(work, ash.member, slug=slug, heard=0, safe=0, again=0)
    mine, theirs = await _tables(client, ash), await _tables(client, cedar)
    assert "limestone" in json.dumps(mine)
    assert "moonstone" in json.dumps(theirs)
    for words, told in (("moonstone", mine), (NOTE, mine), ("limestone", theirs)):
        assert words not in json.dumps(told)
    assert SENTENCE not in json.dumps(theirs)
    (talk,) = theirs["listening_sessions"]
    assert not {"concern", "has_answered", "was_hard", "asker_again"} & set(talk)
    assert "listening_feedback" not in theirs


async def test_a_listener_is_not_told_that_who_asks_gave_cause_for_concern_elsewhere(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    await talks.ask(ash)
    async with talks.town.house.workshop.work() as work:
        await note_concern(work, System(), member_id=ash.member.id, concern=2)
    answer = await client.get("/api/v1/listening/offers", headers=cedar.bearer)
    (offer,) = answer.json()["items"]
    assert offer["words"] == SENTENCE
    assert "concern" not in offer
