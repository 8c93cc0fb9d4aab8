"""The course of a circle by the clock: told, ended, forgotten, and asked after."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from circles.gathering import ENGLISH, circle_with, staff_of
from holdfast.circles.actions.ending import answer_check, end_circle, look_at_courses
from holdfast.circles.actions.hosting import about_call, call_somebody, visit_circle
from holdfast.circles.actions.joining import join_circle, leave_circle
from holdfast.circles.actions.proposing import plan_first_meetings
from holdfast.circles.jobs import look_at_circles
from holdfast.circles.queries.circles import circle_named, sitters_of
from holdfast.circles.queries.proposals import checks_of
from holdfast.circles.rules.times import EVERY_SLOT
from holdfast.circles.tables import CircleCheckRow, CircleRow
from holdfast.desk.jobs import Forgetting
from holdfast.kit.errors import NotFound
from holdfast.meetings.actions import plan_meeting
from holdfast.meetings.queries import meetings_to_come
from holdfast.meetings.tables import MeetingRow
from holdfast.messages.tables import MessageRow
from holdfast.notices.rules.telling import Kind
from holdfast.notices.tables import NoticeRow, PageRow
from holdfast.rights.rules import Role, System
from holdfast.rooms.access import NotOnShift
from holdfast.rooms.rules.guiding import RoomClosed
from holdfast.rooms.tables import RoomRow, RoomState
from holdfast.staff.actions.shifts import check_in
from town import Person, Town, appoint, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite


async def course(town: Town) -> None:
    async with town.house.workshop.work() as work:
        await look_at_courses(work, System())


async def told(town: Town, person: Person) -> list[Kind]:
    async with town.house.workshop.reading() as work:
        mine = NoticeRow.member_id == person.member.id
        return list(await work.db.scalars(select(NoticeRow.kind).where(mine)))


async def the_circle(town: Town) -> tuple[CircleRow, RoomRow]:
    async with town.house.workshop.reading() as work:
        circle = (await work.db.scalars(select(CircleRow))).one()
        return circle, await work.db.get_one(RoomRow, circle.room_id)


async def test_a_week_before_the_ending_it_is_told_once(town: Town) -> None:
    people = await newcomers(town.house, 4)
    await circle_with(town, *people)
    town.house.workshop.clock.pass_time(days=34)  # type: ignore[attr-defined]
    await course(town)
    assert await told(town, people[0]) == []
    town.house.workshop.clock.pass_time(days=2)  # type: ignore[attr-defined]
    await course(town)
    await course(town)
    assert await told(town, people[0]) == [Kind.CIRCLE_ENDING]


@pytest.mark.full
async def test_at_its_end_a_circle_can_be_read_and_nobody_writes(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    await town.say(people[0], "Thank you all for these weeks.", slug)
    town.house.workshop.clock.pass_time(days=42)  # type: ignore[attr-defined]
    await course(town)
    circle, room = await the_circle(town)
    assert (circle.ended_at, room.state) == (circle.ends_at, RoomState.CLOSED)
    assert Kind.CIRCLE_ENDED in await told(town, people[0])
    with pytest.raises(RoomClosed):
        await town.say(people[1], "One more thing.", slug)


@pytest.mark.full
async def test_a_circle_that_ends_leaves_no_meeting_behind(town: Town) -> None:
    people = await newcomers(town.house, 4)
    await circle_with(town, *people)
    circle, room = await the_circle(town)
    clock = town.house.workshop.clock
    async with town.house.workshop.work() as work:
        await plan_first_meetings(work, System(), circle=circle)
        for days in (1, 20):
            starts_at = clock.now() + timedelta(days=days, hours=1)
            await plan_meeting(work, System(), room_id=room.id, starts_at=starts_at, minutes=60)
    async with town.house.workshop.reading() as work:
        assert len(await meetings_to_come(work, room.id)) > 2
    async with town.house.workshop.work() as work:
        await end_circle(work, System(), room_id=room.id)
        await end_circle(work, System(), room_id=room.id)
    async with town.house.workshop.reading() as work:
        assert await meetings_to_come(work, room.id) == []
        ends = (await work.db.scalars(select(MeetingRow.ended_at))).all()
        assert set(ends) == {clock.now()}
    assert await told(town, people[0]) == [Kind.CIRCLE_ENDED], "of the ending, and no more"


@pytest.mark.full
async def test_its_words_go_two_weeks_after_the_ending(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    await town.say(people[0], "Thank you all for these weeks.", slug)
    town.house.workshop.clock.pass_time(days=42)  # type: ignore[attr-defined]
    await course(town)
    forgetting = Forgetting(town.house.workshop, town.house.ledger.keyring)
    town.house.workshop.clock.pass_time(days=13)  # type: ignore[attr-defined]
    assert await forgetting.look() == 0
    town.house.workshop.clock.pass_time(days=2)  # type: ignore[attr-defined]
    assert await forgetting.look() == 1
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(MessageRow.text))).all() == [None]


@pytest.mark.full
async def test_a_circle_keeps_its_words_while_it_goes_on(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people, weeks=8)
    await town.say(people[0], "Good to be here.", slug)
    town.house.workshop.clock.pass_time(days=50)  # type: ignore[attr-defined]
    assert await Forgetting(town.house.workshop, town.house.ledger.keyring).look() == 0


@pytest.mark.full
async def test_two_weeks_with_fewer_than_four_and_an_ending_is_planned(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    async with town.house.workshop.work() as work:
        await leave_circle(work, people[0].actor, slug=slug)
    town.house.workshop.clock.pass_time(days=15)  # type: ignore[attr-defined]
    await course(town)
    circle, _ = await the_circle(town)
    assert (circle.ends_at - town.house.workshop.clock.now()).days == 7
    assert await told(town, people[1]) == [Kind.CIRCLE_SHORT]
    async with town.house.workshop.work() as work:  # somebody comes, and it goes on
        await join_circle(
            work, town.ash.actor, slug=slug, promises=True, speaks=ENGLISH, slots=EVERY_SLOT
        )
    circle, _ = await the_circle(town)
    assert (circle.ends_at - circle.begun_at).days == 42
    assert circle.short_since is None


@pytest.mark.full
async def test_four_weeks_after_the_ending_each_is_asked_and_the_answer_is_kept_nowhere(
    town: Town,
) -> None:
    people = await newcomers(town.house, 4)
    await circle_with(town, *people)
    town.house.workshop.clock.pass_time(days=42)  # type: ignore[attr-defined]
    await look_at_circles(town.house.workshop)
    town.house.workshop.clock.pass_time(days=28)  # type: ignore[attr-defined]
    await look_at_circles(town.house.workshop)
    await look_at_circles(town.house.workshop)
    assert Kind.CIRCLE_CHECK in await told(town, people[0])
    async with town.house.workshop.work() as work:
        mine = (await checks_of(work, people[0].member.id))[0]
        with pytest.raises(NotFound):
            await answer_check(work, people[1].member, number=mine.id)
        await answer_check(work, people[0].member, number=mine.id)
        assert len((await work.db.scalars(select(CircleCheckRow))).all()) == 3
    town.house.workshop.clock.pass_time(days=15)  # type: ignore[attr-defined]
    await look_at_circles(town.house.workshop)
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(CircleCheckRow))).all() == []


@pytest.mark.full
async def test_whoever_is_called_comes_under_their_name_and_reads_from_then_on(
    town: Town,
) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    await town.say(people[0], "Before anybody came.", slug)
    async with town.house.workshop.work() as work:
        fern = await appoint(work, Role.SUPERVISOR, name="Fern")
        await call_somebody(work, people[0].actor, slug=slug)
        await call_somebody(work, people[0].actor, slug=slug)
    circle, _ = await the_circle(town)
    async with town.house.workshop.work() as work:
        pages = (await work.db.scalars(select(PageRow))).all()
        assert [page.about for page in pages] == [about_call(circle)]
        with pytest.raises(NotOnShift):
            await visit_circle(work, fern.actor, slug=slug)
        with pytest.raises(NotFound):
            await visit_circle(work, town.elm.actor, slug=slug)
    async with town.house.workshop.work() as work:
        await check_in(work, staff_of(fern), until=in_hours(town, 4))
    async with town.house.workshop.work() as work:
        await visit_circle(work, fern.actor, slug=slug)
    async with town.house.workshop.reading() as work:
        found = await circle_named(work, slug)
        assert found is not None
        assert "Fern" in [one.pseudonym for one in await sitters_of(work, found[1].id)]
        assert (await work.db.scalars(select(PageRow.acknowledged_at))).one() is not None


def in_hours(town: Town, hours: int) -> datetime:
    return town.house.workshop.clock.now() + timedelta(hours=hours)
