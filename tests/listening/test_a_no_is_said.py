"""What is said of a no to a hand-over, and of answers that are missing after a talk."""

from __future__ import annotations

import httpx

from holdfast.listening.actions import (
    end_session,
    propose_hand_over,
    refuse_hand_over,
    someone_else,
)
from listening.talking import Stage, another_listener
from town import on_sqlite

pytestmark = on_sqlite
SAID_NO = "They said no to the lines before."
OPEN = "Please answer all three, or none."


async def test_a_listener_reads_in_the_room_that_their_lines_were_refused(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    before = await client.get(f"/rooms/{slug}", headers=cedar.bearer)
    assert SAID_NO not in before.text
    await propose_hand_over(talks.town.house.ledger, cedar.member, slug=slug, text="Slowly, please")
    async with talks.town.house.workshop.work() as work:
        await refuse_hand_over(work, ash.member, slug=slug)
    after = await client.get(f"/rooms/{slug}", headers=cedar.bearer)
    assert SAID_NO in after.text
    theirs = await client.get(f"/rooms/{slug}", headers=ash.bearer)
    assert SAID_NO not in theirs.text


async def test_what_is_missing_in_three_answers_is_said_at_the_top_and_the_others_stay(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    fresh = await client.get(f"/listening/{slug}/goodbye", headers=ash.bearer)
    assert fresh.status_code == 200
    assert 'href="#feedback"' not in fresh.text
    page = await client.post(f"/listening/{slug}/feedback", data={"heard": "1"}, headers=ash.bearer)
    assert page.status_code == 422
    assert page.text.index(OPEN) < page.text.index("Take a moment</h1>")
    assert 'href="#feedback"' in page.text
    assert 'name="heard" value="1" checked' in page.text


async def test_a_talk_of_somebody_without_rooms_has_no_heading_over_nothing(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    newcomer = await another_listener(talks)
    slug = await talks.two(talks.town.ash, newcomer)
    heading = "<h2>Rooms</h2>"
    seated = await client.get(f"/rooms/{slug}", headers=talks.town.ash.bearer)
    assert heading in seated.text
    alone = await client.get(f"/rooms/{slug}", headers=newcomer.bearer)
    assert "<h2>Yours</h2>" in alone.text
    assert heading not in alone.text


async def test_after_not_this_person_the_listener_is_not_asked_to_meet_again(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    again = "Talk with each other again?"
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar, most=2)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await someone_else(work, ash.member, talks.town.house.ledger.keyring, slug=slug)
    parted = await client.get(f"/listening/{slug}/goodbye", headers=cedar.bearer)
    assert "Take a moment" in parted.text
    assert again not in parted.text
    other = await talks.two(talks.town.birch, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, cedar.member, slug=other)
    ended = await client.get(f"/listening/{other}/goodbye", headers=cedar.bearer)
    assert again in ended.text


async def test_who_says_it_was_hard_comes_back_to_the_answer(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    said = await client.post(f"/listening/{slug}/hard", headers=cedar.bearer)
    assert said.headers["location"] == f"/listening/{slug}/goodbye#hard"
    page = await client.get(f"/listening/{slug}/goodbye", headers=cedar.bearer)
    assert 'id="hard"' in page.text
    assert "Nobody new comes to you before that." in page.text
