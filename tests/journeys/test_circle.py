"""Finding a circle with scripts off: sitting in, joining, meeting, leaving; and how one ends."""

from __future__ import annotations

import re

import httpx
import pytest

from circles.gathering import asked, circle_with, slug_of, waiting
from holdfast.circles.jobs import form_circles, look_at_circles
from holdfast.circles.queries.circles import circle_named
from holdfast.meetings.actions.planning import plan_meeting
from holdfast.rights.rules import System
from town import Person, StillClock, Town, newcomers, on_sqlite

pytestmark = on_sqlite


async def sees(client: httpx.AsyncClient, person: Person, path: str) -> str:
    page = await client.get(path, headers=person.bearer)
    assert page.status_code == 200, (path, page.status_code)
    return page.text


async def presses(
    client: httpx.AsyncClient, person: Person, path: str, **form: str
) -> tuple[str, str]:
    """Where it leads, and what stands there."""
    done = await client.post(path, headers=person.bearer, data=form)
    assert done.status_code == 303, (path, done.status_code, done.text[:300])
    there = done.headers["location"]
    return there, await sees(client, person, there)


@pytest.mark.full
async def test_finding_sitting_in_joining_meeting_and_leaving(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    others = await newcomers(town.house, 4)
    slug = await circle_with(town, *others, themes=("grief",), pace="quiet", name="Quiet Water")
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        at = clock.now().replace(hour=20, minute=0)
        await plan_meeting(work, System(), room_id=found[1].id, starts_at=at, minutes=60)

    # she chooses what is closest, and sees a circle and why
    html = await sees(client, town.ash, "/circles?theme=grief&pace=quiet&language=en&closer=50")
    assert "Quiet Water" in html
    assert "You chose Grief; it comes up here often" in html

    # she reads about it, says the five promises, and sits in for the meeting of today
    assert "Sit in once" in await sees(client, town.ash, f"/circles/{slug}")
    said = {"promises": "yes", "part": "evening"}
    room, html = await presses(client, town.ash, f"/circles/{slug}/sit-in", **said)
    assert room == f"/rooms/{slug}"
    assert "You are sitting in until" in html
    await town.say(town.ash, "Hello. I only sit in tonight.", slug)
    assert "sitting in" in await sees(client, others[0], f"/rooms/{slug}")

    # she stays
    _, html = await presses(client, town.ash, f"/circles/{slug}/join", **said)
    assert "You are one of the circle now" in html
    assert "Sunday, 20:00" in html

    # the meeting begins by the clock, and she can take part
    clock.pass_time(hours=17, minutes=21)
    await town.house.reactions.meetings.look()
    assert "Opening round" in await sees(client, town.ash, room)

    # weeks later she goes, quietly; a day later they learn that a place is free
    there, _ = await presses(client, town.ash, f"/circles/{slug}/leave")
    assert there == "/circles?said=left"
    assert "A place is free here" not in await sees(client, others[0], f"/circles/{slug}")
    clock.pass_time(hours=25)
    await look_at_circles(town.house.workshop)
    assert "A place is free here" in await sees(client, others[0], f"/circles/{slug}")


@pytest.mark.full
async def test_wishing_being_asked_beginning_and_coming_to_an_end(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    _, html = await presses(
        client, town.ash, "/circles/wish", theme="grief", language="en", part="evening"
    )
    assert "You are waiting for a circle" in html
    others = await waiting(town, 3, themes=("grief",))
    await form_circles(town.house.workshop, seed=1)
    assert "There may be a circle for you" in await sees(client, town.ash, "/circles")
    html = await sees(client, town.ash, "/me/notices")
    assert "There may be a circle for you" in html

    number = await asked(town, town.ash)
    for person in (*others, town.ash):
        _, html = await presses(
            client, person, f"/circles/asked/{number}/yes", promises="yes", weeks="6"
        )
    slug = await slug_of(town.house, town.ash)
    assert "Your circle has begun" in html
    await town.say(town.ash, "I am glad that we begin.", slug)

    clock.pass_time(days=36)
    await look_at_circles(town.house.workshop)
    assert "In the last meeting you could say what you take along" in await sees(
        client, town.ash, f"/circles/{slug}"
    )
    clock.pass_time(days=7)
    await look_at_circles(town.house.workshop)
    html = await sees(client, town.ash, f"/circles/{slug}")
    assert "Thank you for these weeks" in html
    assert "I am glad that we begin." in await sees(client, town.ash, f"/rooms/{slug}")

    clock.pass_time(days=28)
    await look_at_circles(town.house.workshop)
    html = await sees(client, town.ash, "/circles/how")
    number_of = re.search(r'action="(/circles/how/\d+)"', html)
    assert number_of is not None
    answer = await client.post(number_of[1], headers=town.ash.bearer, data={"answer": "better"})
    assert "Wish for a circle again" in answer.text
