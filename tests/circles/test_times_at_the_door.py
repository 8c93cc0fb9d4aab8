"""Two weekly times that all of them share: also for who comes to a circle by themselves."""

from __future__ import annotations

import httpx
import pytest

from circles.gathering import ENGLISH, circle_with, slug_of, waiting, wish, yes
from holdfast.circles.access import circle_inside
from holdfast.circles.actions.joining import join_circle, sit_in_once
from holdfast.circles.jobs import form_circles
from holdfast.circles.queries.circles import circle_named
from holdfast.circles.queries.proposals import proposal_to
from holdfast.circles.rules.refusals import NoSeat, NoTimes, OtherTimes
from holdfast.circles.rules.times import EVERY_SLOT, from_bits, slot_at
from holdfast.circles.tables import Said
from holdfast.kit.errors import NotFound
from holdfast.meetings.actions.planning import plan_meeting
from holdfast.rights.rules import System
from town import Person, StillClock, Town, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite
SLOTS = frozenset({1, 7, 13})


async def comes(
    town: Town, person: Person, slug: str, slots: frozenset[int] | None, *, looks: bool = False
) -> None:
    door = sit_in_once if looks else join_circle
    async with town.house.workshop.work() as work:
        await door(work, person.actor, slug=slug, promises=True, speaks=ENGLISH, slots=slots)


async def shares(town: Town, slug: str) -> frozenset[int]:
    """The weekly slots that suit everybody of a circle."""
    async with town.house.workshop.reading() as work:
        found = await circle_named(work, slug)
        assert found is not None
        return from_bits(found[0].slots)


async def sits(town: Town, person: Person, slug: str) -> bool:
    async with town.house.workshop.reading() as work:
        try:
            await circle_inside(work, person.actor, slug)
        except NotFound:
            return False
        return True


@pytest.mark.parametrize("looks", [True, False])
async def test_who_shares_one_weekly_time_gets_no_seat_and_who_shares_two_does(
    town: Town, *, looks: bool
) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=SLOTS)
    with pytest.raises(OtherTimes) as refused:
        await comes(town, town.ash, slug, frozenset({1, 2, 3}), looks=looks)
    assert refused.value.code == "other_times"
    assert not await sits(town, town.ash, slug)
    assert await shares(town, slug) == SLOTS
    await comes(town, town.ash, slug, frozenset({1, 7, 20}), looks=looks)
    assert await sits(town, town.ash, slug)


@pytest.mark.full
async def test_who_said_no_times_is_asked_for_them_first(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    for looks in (True, False):
        with pytest.raises(NoTimes):
            await comes(town, town.ash, slug, None, looks=looks)
    assert not await sits(town, town.ash, slug)
    await comes(town, town.ash, slug, EVERY_SLOT)


@pytest.mark.full
async def test_the_times_of_a_wish_count_where_nothing_else_was_said(
    town: Town, clock: StillClock
) -> None:
    evenings = frozenset({5, 11, 17})  # Monday to Wednesday, 20:00 UTC
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=evenings)
    await wish(town, town.ash, times=("morning",), zone="UTC")
    with pytest.raises(OtherTimes):
        await comes(town, town.ash, slug, None)
    await wish(town, town.ash, times=("evening",), zone="UTC")
    await comes(town, town.ash, slug, None)
    assert await shares(town, slug) == evenings


@pytest.mark.full
async def test_those_who_come_one_after_the_other_share_two_times_with_each_other(
    town: Town,
) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=frozenset({1, 7, 13, 19}))
    await comes(town, town.ash, slug, frozenset({1, 7}))
    assert await shares(town, slug) == frozenset({1, 7})
    with pytest.raises(OtherTimes):
        await comes(town, town.birch, slug, frozenset({13, 19}))
    await comes(town, town.birch, slug, frozenset({1, 7, 13}))


@pytest.mark.full
async def test_nobody_comes_who_would_miss_the_meeting_that_is_planned(
    town: Town, clock: StillClock
) -> None:
    at = clock.now().replace(hour=20, minute=0)
    slot = slot_at(at)
    others = {(slot + 6) % 42, (slot + 12) % 42}
    slug = await circle_with(
        town, *await newcomers(town.house, 4), slots=frozenset({slot, *others})
    )
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await plan_meeting(work, System(), room_id=found[1].id, starts_at=at, minutes=60)
    with pytest.raises(OtherTimes):
        await comes(town, town.ash, slug, frozenset(others))
    await comes(town, town.ash, slug, frozenset({slot, *others}))


@pytest.mark.full
async def test_an_offered_seat_is_taken_with_a_yes_and_keeps_the_shared_times(town: Town) -> None:
    evenings = frozenset({5, 11, 17, 23})
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=evenings)
    await wish(town, town.ash, times=("evening", "mon", "tue"), zone="UTC")
    await form_circles(town.house.workshop, seed=1)
    async with town.house.workshop.reading() as work:
        found = await proposal_to(work, town.ash.member.id)
    assert found is not None
    assert found[0].is_seat
    with pytest.raises(OtherTimes):  # a seat is kept for who can come on Monday and Tuesday
        await comes(town, town.birch, slug, frozenset({17, 23}))
    await yes(town, town.ash)
    assert await sits(town, town.ash, slug)
    assert await shares(town, slug) == frozenset({5, 11})
    async with town.house.workshop.reading() as work:
        answer = await work.db.get_one(type(found[1]), found[1].id)
    assert answer.said is Said.YES


@pytest.mark.slow
async def test_the_seats_of_those_who_have_not_answered_yet_are_kept_when_a_circle_begins(
    town: Town,
) -> None:
    people = await waiting(town, 6)
    await form_circles(town.house.workshop, seed=1)
    for person in people[:4]:
        await yes(town, person)
    slug = await slug_of(town.house, people[0])
    for person in await newcomers(town.house, 2):
        await comes(town, person, slug, EVERY_SLOT)
    with pytest.raises(NoSeat):
        await comes(town, town.ash, slug, EVERY_SLOT)
    for person in people[4:]:
        await yes(town, person)
        assert await sits(town, person, slug)


@pytest.mark.full
async def test_the_page_asks_for_times_and_says_where_they_do_not_fit(
    client: httpx.AsyncClient, town: Town
) -> None:
    slots = frozenset({5, 11, 17})
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=slots)
    path, who = f"/circles/{slug}", town.ash.bearer
    bare = await client.post(f"{path}/join", headers=who, data={"promises": "yes"})
    assert bare.status_code == 400
    assert "Please choose a part of the day" in bare.text
    wrong = {"promises": "yes", "part": "morning"}
    refused = await client.post(f"{path}/join", headers=who, data=wrong)
    assert refused.status_code == 409
    assert "This circle meets at times you didn’t choose" in refused.text
    assert 'value="morning" checked' in refused.text
    found = await client.get("/circles?part=morning&language=en&closer=50", headers=who)
    assert path not in found.text
    found = await client.get("/circles?part=evening&language=en&closer=50", headers=who)
    assert f"{path}?part=evening#sit-in" in found.text
    read = await client.get(f"{path}?part=morning", headers=who)
    assert "This circle meets at times you didn’t choose" in read.text
    right = {"promises": "yes", "part": "evening"}
    assert (await client.post(f"{path}/join", headers=who, data=right)).status_code == 303


@pytest.mark.full
async def test_programs_are_refused_by_the_same_codes(
    client: httpx.AsyncClient, town: Town
) -> None:
    slots = frozenset({5, 11, 17})
    slug = await circle_with(town, *await newcomers(town.house, 4), slots=slots)
    path, who = f"/api/v1/circles/{slug}/seat", town.ash.bearer
    codes = {}
    for times in ([], ["morning"]):
        said = {"promises": True, "times": times}
        refused = await client.put(path, headers=who, json=said)
        codes[len(times)] = refused.json()["code"]
    assert codes == {0: "no_times", 1: "other_times"}
    nowhere = {"promises": True, "times": ["evening"], "zone": "Nowhere/At_All"}
    assert (await client.put(path, headers=who, json=nowhere)).status_code in {400, 422}
    said = {"promises": True, "times": ["evening"], "zone": "UTC"}
    assert (await client.put(path, headers=who, json=said)).status_code == 204
