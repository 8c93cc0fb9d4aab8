"""What a circle shows when it is short, when it plans its ending, and when it is over."""

from __future__ import annotations

import httpx
import pytest

from circles.gathering import ENGLISH, circle_with
from holdfast.circles.actions.ending import end_circle, look_at_courses
from holdfast.circles.actions.joining import leave_circle, sit_in_once
from holdfast.circles.actions.proposing import plan_first_meetings
from holdfast.circles.queries.circles import circle_named, sitters_of
from holdfast.circles.rules.times import EVERY_SLOT
from holdfast.kit.errors import NotFound
from holdfast.rights.rules import System
from town import Person, StillClock, Town, newcomers, on_sqlite

pytestmark = on_sqlite
LATER = "After two weeks this circle would plan its ending."


async def _page(client: httpx.AsyncClient, person: Person, path: str) -> str:
    answer = await client.get(path, headers=person.bearer)
    assert answer.status_code == 200
    return answer.text


async def _circle(town: Town) -> tuple[str, list[Person]]:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await plan_first_meetings(work, System(), circle=found[0])
    return slug, people


async def test_the_meetings_of_a_circle_are_about_the_theme_of_their_week(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug, people = await _circle(town)
    page = await _page(client, people[0], f"/rooms/{slug}/meetings")
    assert "The theme of that week" in page
    assert "No theme" not in page.partition("<ul")[2].partition("</ul>")[0]


@pytest.mark.slow
async def test_a_short_circle_that_plans_its_ending_promises_no_weeks_and_no_later_meetings(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    slug, people = await _circle(town)
    async with town.house.workshop.work() as work:
        await leave_circle(work, people[3].member, slug=slug)
        await look_at_courses(work, System())
    path = f"/circles/{slug}"
    short = await _page(client, people[0], path)
    assert LATER in short
    meetings = short.count('<li class="row row-s wrap"><b>')
    clock.pass_time(days=15)
    async with town.house.workshop.work() as work:
        await look_at_courses(work, System())
    ending = await _page(client, people[0], path)
    assert "This circle ends on" in ending
    assert LATER not in ending
    assert 0 < ending.count('<li class="row row-s wrap"><b>') < meetings - 2


@pytest.mark.slow
async def test_over_it_shows_no_week_and_who_only_sat_in_is_there_no_more(
    client: httpx.AsyncClient, town: Town
) -> None:
    slug, people = await _circle(town)
    async with town.house.workshop.work() as work:
        await sit_in_once(
            work, town.ash.actor, slug=slug, promises=True, speaks=ENGLISH, slots=EVERY_SLOT
        )
    assert (await town.seat(town.ash, slug)).slug == slug
    path = f"/circles/{slug}"
    assert "This week" in await _page(client, people[0], path)
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await end_circle(work, System(), room_id=found[1].id)
    over = await _page(client, people[0], path)
    assert "Thank you for these weeks." in over
    assert "This week" not in over
    assert "sitting in" not in over
    assert "Then you can no longer read it here." in over
    with pytest.raises(NotFound):
        await town.seat(town.ash, slug)
    async with town.house.workshop.reading() as work:
        assert len(await sitters_of(work, found[1].id)) == len(people)
