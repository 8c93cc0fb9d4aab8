"""The pages of circles: finding one, being asked, and the circle itself; without scripts."""

from __future__ import annotations

import re

import httpx
import pytest

from circles.gathering import asked, circle_with, may_host_now, slug_of, waiting, wish, wishes_left
from holdfast.circles.actions.ending import end_circle
from holdfast.circles.jobs import form_circles
from holdfast.circles.queries.circles import circle_named
from holdfast.rights.rules import System
from holdfast.rooms.actions import set_pause
from holdfast.rooms.rules.stops import Stop
from town import NIGHT, Person, Town, newcomers, on_sqlite

pytestmark = on_sqlite


async def page(client: httpx.AsyncClient, person: Person, path: str) -> str:
    response = await client.get(path, headers=person.bearer)
    assert response.status_code == 200, (path, response.status_code, response.text[:500])
    return response.text


async def send(client: httpx.AsyncClient, person: Person, path: str, **form: str) -> httpx.Response:
    return await client.post(path, headers=person.bearer, data=form)


@pytest.mark.full
async def test_choosing_keeps_nothing_until_somebody_waits(
    client: httpx.AsyncClient, town: Town
) -> None:
    html = await page(client, town.ash, "/circles?theme=grief&pace=quiet&language=en&closer=0")
    assert re.search(r'value="grief" checked', html)
    assert await wishes_left(town) == 0
    done = await send(client, town.ash, "/circles/wish", theme="grief", language="en")
    assert done.headers["location"] == "/circles?said=waiting"
    assert await wishes_left(town) == 1
    assert "You are waiting for a circle" in await page(client, town.ash, "/circles")
    await send(client, town.ash, "/circles/withdraw")
    assert await wishes_left(town) == 0


@pytest.mark.full
async def test_a_circle_that_suits_is_shown_with_its_reasons_and_no_names(
    client: httpx.AsyncClient, town: Town
) -> None:
    people = await newcomers(town.house, 5)
    slug = await circle_with(town, *people, themes=("grief",), pace="quiet", name="Quiet Water")
    seat = await town.seat(people[0], slug)
    html = await page(client, town.ash, "/circles?theme=grief&pace=quiet&language=en&closer=50")
    assert "Quiet Water" in html
    assert "5 people, 3 places left" in html
    assert "You chose Grief; it comes up here often" in html
    assert seat.author.pseudonym not in html
    assert "Quiet Water" not in await page(client, town.ash, "/circles?language=es&closer=50")


async def test_words_that_are_refused_stay_in_the_form(
    client: httpx.AsyncClient, town: Town
) -> None:
    response = await send(
        client, town.ash, "/circles/wish", language="en", words="Write to ash@example.org"
    )
    assert response.status_code == 400
    assert "Write to ash@example.org" in response.text
    assert await wishes_left(town) == 0


@pytest.mark.full
async def test_who_is_paused_can_look_and_finds_no_way_in(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), name="Quiet Water")
    assert f"/circles/{slug}#sit-in" in await page(client, town.ash, "/circles")
    async with town.house.workshop.work() as work:
        stop = Stop(None, "kind", 1)  # type: ignore[arg-type]
        await set_pause(work, System(), member_id=town.ash.member.id, stop=stop)
    html = await page(client, town.ash, "/circles")
    assert "Quiet Water" in html
    assert f"/circles/{slug}#sit-in" not in html
    assert "Joining is closed to you just now" in html
    refused = await send(client, town.ash, f"/circles/{slug}/join", promises="yes")
    assert refused.status_code == 403


@pytest.mark.full
async def test_reading_about_a_circle_sitting_in_and_joining(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), name="Quiet Water")
    assert "What is said here stays here." in await page(client, town.ash, f"/circles/{slug}")
    refused = await send(client, town.ash, f"/circles/{slug}/sit-in")
    assert refused.status_code == 400
    assert "say yes to them first" in refused.text
    said = {"promises": "yes", "part": "evening"}
    done = await send(client, town.ash, f"/circles/{slug}/sit-in", **said)
    assert done.headers["location"] == f"/rooms/{slug}"
    assert "You are sitting in until" in await page(client, town.ash, f"/rooms/{slug}")
    assert "You are sitting in until" in await page(client, town.ash, f"/circles/{slug}")
    done = await send(client, town.ash, f"/circles/{slug}/join", **said)
    assert "You are one of the circle now" in await page(client, town.ash, done.headers["location"])


@pytest.mark.full
async def test_who_sits_in_a_circle_finds_it_again_wherever_rooms_are_listed(
    client: httpx.AsyncClient, town: Town
) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people, name="Quiet Water")
    await town.say(people[1], "Mine sleeps on me and nowhere else.", slug)
    way = f'href="/rooms/{slug}"'
    for path in ("/rooms", f"/rooms/{slug}"):
        assert way in await page(client, people[0], path), path
    mine = (await page(client, people[0], "/rooms")).split('id="yours"')[1].split("</nav>")[0]
    assert "Quiet Water" in mine
    assert "1 new message" in mine
    assert "Quiet Water" not in await page(client, town.ash, "/rooms")
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await end_circle(work, System(), room_id=found[1].id)
    assert way not in await page(client, people[0], "/rooms")


@pytest.mark.full
async def test_a_circle_that_is_not_theirs_is_not_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await end_circle(work, System(), room_id=found[1].id)
    there = await client.get(f"/circles/{slug}", headers=town.ash.bearer)
    nowhere = await client.get("/circles/circle-nowhere", headers=town.ash.bearer)
    assert there.status_code == nowhere.status_code == 404
    assert there.text == nowhere.text


@pytest.mark.full
async def test_being_asked_and_saying_yes(client: httpx.AsyncClient, town: Town) -> None:
    people = await waiting(town, 4)
    await form_circles(town.house.workshop, seed=1)
    number = await asked(town, people[0])
    html = await page(client, people[0], "/circles/asked")
    assert "Would you like to begin with 3 others?" in html
    assert "You chose Anxiety; so did everyone here" in html
    without = await send(client, people[0], f"/circles/asked/{number}/yes")
    assert without.status_code == 400
    said = [
        await send(client, person, f"/circles/asked/{number}/yes", promises="yes", weeks="7")
        for person in people
    ]
    slug = await slug_of(town.house, people[0])
    assert said[-1].headers["location"] == f"/circles/{slug}?said=begun"
    html = await page(client, people[3], f"/circles/{slug}?said=begun")
    assert "Your circle has begun" in html
    assert "Week 1 of 7" in html
    assert "It begins here" in await page(client, people[3], f"/rooms/{slug}")


@pytest.mark.full
async def test_saying_no_and_being_asked_no_more(client: httpx.AsyncClient, town: Town) -> None:
    people = await waiting(town, 4)
    await form_circles(town.house.workshop, seed=1)
    number = await asked(town, people[0])
    done = await send(client, people[0], f"/circles/asked/{number}/no")
    assert done.headers["location"] == "/circles?said=no"
    assert "Nobody is asked just now" in await page(client, people[1], "/circles/asked")


@pytest.mark.full
async def test_the_host_has_a_list_of_themes_and_others_have_not(
    client: httpx.AsyncClient, town: Town
) -> None:
    people = await newcomers(town.house, 4)
    await may_host_now(town, people[0])
    slug = await circle_with(town, *people, themes=("grief",))
    assert "Choose this theme" in await page(client, people[0], f"/circles/{slug}")
    assert "Choose this theme" not in await page(client, people[1], f"/circles/{slug}")
    await send(client, people[0], f"/circles/{slug}/theme", theme="grief-days")
    assert "Days that are harder than others" in await page(client, people[1], f"/rooms/{slug}")
    inside = await page(client, people[1], f"/circles/{slug}")
    assert "Days that are harder than others" in inside
    assert "data-theme" not in inside  # the theme of a week is none of the page's colours
    refused = await send(client, people[1], f"/circles/{slug}/theme", theme="rest")
    assert refused.status_code == 403


@pytest.mark.full
async def test_calling_somebody_is_shown_and_leaving_is_quiet(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug = await circle_with(town, town.ash, town.birch, *await newcomers(town.house, 3))
    done = await send(client, town.ash, f"/circles/{slug}/call")
    assert "We have called somebody" in await page(client, town.ash, done.headers["location"])
    name = (await town.seat(town.ash, slug)).author.pseudonym
    await send(client, town.ash, f"/circles/{slug}/leave")
    html = await page(client, town.birch, f"/circles/{slug}")
    assert name not in html
    assert "A place is free here" not in html
    gone = await client.get(f"/rooms/{slug}", headers=town.ash.bearer)
    assert gone.status_code == 404


@pytest.mark.full
async def test_an_ended_circle_is_read_and_not_written_in(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug = await circle_with(town, town.ash, *await newcomers(town.house, 3))
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await end_circle(work, System(), room_id=found[1].id)
    assert "This circle has ended" in await page(client, town.ash, f"/rooms/{slug}")
    html = await page(client, town.ash, f"/circles/{slug}")
    assert "Thank you for these weeks" in html
    assert "Call somebody" not in html


@pytest.mark.full
async def test_not_with_this_person_from_their_page_and_off_the_list_again(
    client: httpx.AsyncClient, town: Town
) -> None:
    seat = await town.seat(town.birch, NIGHT)
    html = await page(client, town.ash, f"/rooms/{NIGHT}/people/{seat.author.seat}/about")
    assert "Not in a circle with them" in html
    await send(client, town.ash, "/circles/apart", slug=NIGHT, handle=seat.author.seat)
    html = await page(client, town.ash, "/circles/apart")
    assert seat.author.pseudonym in html
    await send(client, town.ash, f"/circles/apart/{seat.id}/again")
    assert seat.author.pseudonym not in await page(client, town.ash, "/circles/apart")


@pytest.mark.full
async def test_own_words_come_back_to_who_wrote_them_alone(
    client: httpx.AsyncClient, town: Town
) -> None:
    await wish(town, town.ash, words="Grey since spring.")
    assert "Grey since spring." in await page(client, town.ash, "/circles")
    await wish(town, town.birch)
    assert "Grey since spring." not in await page(client, town.birch, "/circles")


@pytest.mark.full
async def test_how_are_you_four_weeks_later(client: httpx.AsyncClient, town: Town) -> None:
    from holdfast.circles.jobs import look_at_circles

    await circle_with(town, town.ash, *await newcomers(town.house, 3))
    for days in (42, 28):
        town.house.workshop.clock.pass_time(days=days)  # type: ignore[attr-defined]
        await look_at_circles(town.house.workshop)
    html = await page(client, town.ash, "/circles/how")
    number = re.search(r'action="/circles/how/(\d+)"', html)
    assert number is not None
    answer = await send(client, town.ash, f"/circles/how/{number[1]}", answer="harder")
    assert "You don’t have to go through that alone" in answer.text
    assert "Nothing is asked just now" in await page(client, town.ash, "/circles/how")
