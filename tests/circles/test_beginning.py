"""From wishes to a circle: who is asked, who begins, and who goes on waiting."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from circles.gathering import asked, begun, may_host_now, slug_of, waiting, wish, wishes_left, yes
from holdfast.circles.actions.proposing import close_proposals, say_no, say_yes
from holdfast.circles.actions.wishing import keep_apart, withdraw_wish
from holdfast.circles.jobs import form_circles, look_at_circles
from holdfast.circles.queries.circles import circle_named, sitters_of
from holdfast.circles.queries.wishes import own_wish
from holdfast.circles.rules.agreement import NotAgreed
from holdfast.circles.rules.refusals import AskOver
from holdfast.circles.tables import CircleRow, PlacingRow, ProposalRow
from holdfast.kit.errors import NotFound
from holdfast.meetings.queries import next_meeting
from holdfast.notices.rules.telling import Kind
from holdfast.notices.tables import NoticeRow
from holdfast.rights.rules import System
from holdfast.rooms.tables import RoomKind, RoomRow
from town import NIGHT, Town, mostly_on_sqlite

pytestmark = mostly_on_sqlite


async def form(town: Town) -> int:
    return (await form_circles(town.house.workshop, seed=1)).asked


@pytest.mark.full
async def test_people_who_fit_are_asked_and_told(town: Town) -> None:
    people = await waiting(town, 5)
    assert await form(town) == 5
    assert len({await asked(town, person) for person in people} - {0}) == 1
    async with town.house.workshop.reading() as work:
        told = (await work.db.scalars(select(NoticeRow.kind))).all()
    assert told == [Kind.CIRCLE_ASKED] * 5
    assert await form(town) == 0  # nobody is asked twice at once


@pytest.mark.full
async def test_three_people_are_no_circle(town: Town) -> None:
    await waiting(town, 3)
    assert await form(town) == 0


@pytest.mark.full
async def test_a_circle_begins_when_four_have_said_yes_and_the_others_may_follow(
    town: Town,
) -> None:
    people = await waiting(town, 6)
    await form(town)
    for person in people[:3]:
        await yes(town, person)
    assert await slug_of(town.house, people[0]) == ""
    await yes(town, people[3])
    slug = await slug_of(town.house, people[0])
    assert slug.startswith("circle-")
    assert await slug_of(town.house, people[4]) == ""
    await yes(town, people[4])
    assert await slug_of(town.house, people[4]) == slug
    assert await wishes_left(town) == 1


@pytest.mark.full
async def test_a_circle_has_its_own_room_names_and_first_meetings(town: Town) -> None:
    slug, people = await begun(town)
    async with town.house.workshop.reading() as work:
        room = (await work.db.scalars(select(RoomRow).where(RoomRow.slug == slug))).one()
        meeting = await next_meeting(work, room.id)
        here = await sitters_of(work, room.id)
        circle = (await work.db.scalars(select(CircleRow))).one()
        placed = (await work.db.scalars(select(PlacingRow.placed))).all()
    assert (room.kind, room.age_band, room.language) == (RoomKind.CIRCLE, "18+", "en")
    assert len({one.pseudonym for one in here}) == len(people) == 5
    assert meeting is not None
    assert circle.themes == "anxiety loneliness"
    assert (circle.ends_at - circle.begun_at).days == 42
    assert placed == [True] * 5


@pytest.mark.full
async def test_how_long_it_lasts_is_what_most_of_them_chose(town: Town) -> None:
    people = await waiting(town, 4)
    await form(town)
    for person, weeks in zip(people, (8, 8, 7, 8), strict=True):
        await yes(town, person, weeks=weeks)
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(CircleRow.weeks))).one() == 8


@pytest.mark.full
async def test_who_may_host_becomes_the_host(town: Town) -> None:
    people = await waiting(town, 4)
    await may_host_now(town, people[2])
    await form(town)
    for person in people:
        await yes(town, person)
    slug = await slug_of(town.house, people[0])
    async with town.house.workshop.reading() as work:
        found = await circle_named(work, slug)
        assert found is not None
        here = {one.seat_id: one.member_id for one in await sitters_of(work, found[1].id)}
        assert here[found[0].host_id] == people[2].member.id  # type: ignore[index]


@pytest.mark.full
async def test_nobody_begins_without_saying_yes_to_the_promises(town: Town) -> None:
    people = await waiting(town, 4)
    await form(town)
    number = await asked(town, people[0])
    async with town.house.workshop.work() as work:
        with pytest.raises(NotAgreed):
            await say_yes(work, people[0].member, number=number, promises=False)
    await yes(town, people[0])


@pytest.mark.full
async def test_who_is_not_asked_cannot_answer(town: Town) -> None:
    people = await waiting(town, 4)
    await form(town)
    number = await asked(town, people[0])
    async with town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await say_yes(work, town.ash.member, number=number, promises=True)
        with pytest.raises(NotFound):
            await say_no(work, people[0].member, number=number + 77)


@pytest.mark.full
async def test_after_two_days_too_few_wait_on_with_the_time_they_have_waited(town: Town) -> None:
    people = await waiting(town, 5)
    await form(town)
    for person in people[:3]:
        await yes(town, person)
    async with town.house.workshop.reading() as work:
        before = await own_wish(work, people[0].member.id)
    town.house.workshop.clock.pass_time(hours=49)  # type: ignore[attr-defined]
    number = await asked(town, people[4])
    async with town.house.workshop.work() as work:
        with pytest.raises(AskOver):
            await say_yes(work, people[4].member, number=number, promises=True)
    async with town.house.workshop.work() as work:
        await close_proposals(work, System())
    async with town.house.workshop.reading() as work:
        after = await own_wish(work, people[0].member.id)
    assert before is not None
    assert after is not None
    assert (after.proposal_id, after.wished_at) == (None, before.wished_at)
    assert await wishes_left(town) == 5
    assert await form(town) == 5  # they can be asked again


@pytest.mark.full
async def test_who_says_no_is_not_asked_with_the_same_people_again(town: Town) -> None:
    people = await waiting(town, 4)
    await form(town)
    number = await asked(town, people[0])
    async with town.house.workshop.work() as work:
        await say_no(work, people[0].member, number=number)
    assert await asked(town, people[1]) == 0  # three are left: it is called off
    assert await form(town) == 0
    more = await waiting(town, 1)
    assert await form(town) == 4
    assert await asked(town, more[0])
    assert not await asked(town, people[0])


@pytest.mark.full
async def test_who_does_not_answer_twice_is_looked_for_no_more(town: Town) -> None:
    people = await waiting(town, 5)
    for _ in range(2):
        await form(town)
        for person in people[:4]:
            await wish(town, person)  # they changed something: a no, and they wait on
        town.house.workshop.clock.pass_time(days=15)  # type: ignore[attr-defined]
        async with town.house.workshop.work() as work:
            await close_proposals(work, System())
    async with town.house.workshop.reading() as work:
        assert await own_wish(work, people[4].member.id) is None
        told = (await work.db.scalars(select(NoticeRow.kind))).all()
    assert Kind.WISH_OVER in told


@pytest.mark.full
async def test_a_pair_that_stays_apart_is_never_asked_together(town: Town) -> None:
    people = [town.ash, town.birch, *await waiting(town, 3)]
    await wish(town, town.ash)
    await wish(town, town.birch)
    seat = await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
    assert await form(town) == 4
    assert 0 in {await asked(town, town.ash), await asked(town, town.birch)}
    assert all([await asked(town, person) for person in people[2:]])


async def test_taking_the_wish_back_is_a_no_to_what_is_asked(town: Town) -> None:
    people = await waiting(town, 4)
    await form(town)
    async with town.house.workshop.work() as work:
        await withdraw_wish(work, people[0].member)
    assert await asked(town, people[0]) == 0 or await wishes_left(town) == 3
    for person in people[1:]:
        await yes(town, person)
    assert await slug_of(town.house, people[1]) == ""


@pytest.mark.full
async def test_the_house_looks_for_circles_twice_a_day(town: Town) -> None:
    await waiting(town, 4)
    await look_at_circles(town.house.workshop)
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(ProposalRow))).all()) == 1
    await waiting(town, 4)
    await look_at_circles(town.house.workshop)
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(ProposalRow))).all()) == 1
    town.house.workshop.clock.pass_time(hours=12)  # type: ignore[attr-defined]
    await look_at_circles(town.house.workshop)
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(ProposalRow))).all()) == 2
