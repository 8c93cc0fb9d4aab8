"""What a circle shows when it is short, when it plans its ending, and when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from circles.gathering import ENGLISH, circle_with, may_host_now
from holdfast.circles.actions.ending import end_circle, look_at_courses
from holdfast.circles.actions.joining import join_circle, leave_circle, sit_in_once
from holdfast.circles.actions.proposing import plan_first_meetings
from holdfast.circles.queries.circles import circle_named, sitters_of
from holdfast.circles.rules.times import EVERY_SLOT
from holdfast.kit.errors import NotFound
from holdfast.meetings.actions import move_meeting, plan_meeting
from holdfast.meetings.queries import meetings_to_come
from holdfast.meetings.rules.planning import Beyond
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


@pytest.mark.full
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
async def test_a_circle_that_ends_early_lists_no_meeting_after_its_end_and_all_when_it_goes_on(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    slug, people = await _circle(town)
    path = f"/rooms/{slug}/meetings"
    async with town.house.workshop.work() as work:
        await leave_circle(work, people[3].member, slug=slug)
        await look_at_courses(work, System())
    clock.pass_time(days=15)
    every = (await _page(client, people[0], path)).count('id="meeting-')
    async with town.house.workshop.work() as work:
        await look_at_courses(work, System())
        found = await circle_named(work, slug)
        assert found is not None
        ends_at = found[0].ends_at
    early = (await _page(client, people[0], path)).count('id="meeting-')
    assert 0 < early < every
    listed = (await client.get(f"/api/v1{path}", headers=people[0].bearer)).json()["items"]
    assert {datetime.fromisoformat(one["starts_at"]) < ends_at for one in listed} == {True}
    async with town.house.workshop.work() as work:
        await join_circle(
            work, town.ash.actor, slug=slug, promises=True, speaks=ENGLISH, slots=EVERY_SLOT
        )
    assert (await _page(client, people[0], path)).count('id="meeting-') == every


async def test_a_host_plans_and_moves_no_meeting_past_the_end_of_the_circle(
    town: Town, clock: StillClock
) -> None:
    (host, *others) = await newcomers(town.house, 4)
    await may_host_now(town, host)
    slug = await circle_with(town, host, *others)
    room = (await town.seat(host, slug)).room_id
    soon, late = clock.now() + timedelta(days=2), clock.now() + timedelta(days=43)
    async with town.house.workshop.work() as work:
        row = await plan_meeting(work, host.actor, room_id=room, starts_at=soon, minutes=60)
    with pytest.raises(Beyond):
        async with town.house.workshop.work() as work:
            await plan_meeting(work, host.actor, room_id=room, starts_at=late, minutes=60)
    with pytest.raises(Beyond):
        async with town.house.workshop.work() as work:
            await move_meeting(work, host.actor, meeting_id=row.id, starts_at=late)
    async with town.house.workshop.reading() as work:
        assert [one.starts_at.date() for one in await meetings_to_come(work, room)] == [soon.date()]


@pytest.mark.full
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
