"""Sitting in, joining, leaving: who may, who may not, and that nothing is half-made."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from circles.gathering import ENGLISH, circle_with, wish, wishes_left
from holdfast.circles.access import circle_inside, circle_to_see
from holdfast.circles.actions.ending import end_circle, end_sit_ins, tell_of_free_seats
from holdfast.circles.actions.joining import join_circle, leave_circle, sit_in_once
from holdfast.circles.actions.wishing import keep_apart
from holdfast.circles.queries.circles import circle_named, sitters_of
from holdfast.circles.rules.agreement import NotAgreed
from holdfast.circles.rules.refusals import (
    CircleOver,
    EnoughCircles,
    NoSeat,
    OtherLanguage,
    SatInAlready,
)
from holdfast.circles.rules.times import EVERY_SLOT
from holdfast.circles.tables import CircleSeatRow
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.errors import NotFound
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import block_member
from holdfast.messages.tables import BlockKind
from holdfast.rights.rules import System
from holdfast.rooms.actions import set_pause
from holdfast.rooms.rules.stops import Paused, Stop
from holdfast.rooms.tables import SeatRow
from holdfast.screening.concern import Concern
from town import NIGHT, Person, Town, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite


async def join(town: Town, person: Person, slug: str, *, speaks: frozenset[str] = ENGLISH) -> None:
    async with town.house.workshop.work() as work:
        await join_circle(
            work, person.actor, slug=slug, promises=True, speaks=speaks, slots=EVERY_SLOT
        )


async def sit_in(town: Town, person: Person, slug: str) -> None:
    async with town.house.workshop.work() as work:
        await sit_in_once(
            work, person.actor, slug=slug, promises=True, speaks=ENGLISH, slots=EVERY_SLOT
        )


async def leave(town: Town, person: Person, slug: str) -> None:
    async with town.house.workshop.work() as work:
        await leave_circle(work, person.actor, slug=slug)


async def here(town: Town, slug: str) -> int:
    """How many are of a circle."""
    async with town.house.workshop.reading() as work:
        found = await circle_named(work, slug)
        assert found is not None
        return sum(one.is_one_of_them for one in await sitters_of(work, found[1].id))


async def sits(town: Town, person: Person, slug: str) -> bool:
    async with town.house.workshop.reading() as work:
        try:
            await circle_inside(work, person.actor, slug)
        except NotFound:
            return False
        return True


async def end(town: Town, slug: str) -> None:
    async with town.house.workshop.work() as work:
        found = await circle_named(work, slug)
        assert found is not None
        await end_circle(work, System(), room_id=found[1].id)


@pytest.mark.full
async def test_who_joins_is_one_of_the_circle_and_waits_no_more(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await wish(town, town.ash)
    await join(town, town.ash, slug)
    await join(town, town.ash, slug)
    assert await here(town, slug) == 5
    assert await wishes_left(town) == 0


@pytest.mark.full
async def test_nobody_joins_or_sits_in_without_the_promises(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    for door in (join_circle, sit_in_once):
        async with town.house.workshop.work() as work:
            with pytest.raises(NotAgreed):
                await door(work, town.ash.actor, slug=slug, promises=False, speaks=ENGLISH)
    await join(town, town.ash, slug)
    assert await sits(town, town.ash, slug)


@pytest.mark.full
async def test_a_full_circle_has_no_seat(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 7))
    await join(town, town.ash, slug)
    with pytest.raises(NoSeat):
        await join(town, town.birch, slug)
    with pytest.raises(NoSeat):
        await sit_in(town, town.birch, slug)
    assert not await sits(town, town.birch, slug)
    await leave(town, town.ash, slug)
    await join(town, town.birch, slug)


@pytest.mark.full
async def test_of_two_who_take_the_last_seat_at_once_one_gets_it(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 7))
    people = [town.ash, town.birch, town.cedar, town.stranger]
    done = await asyncio.gather(
        *(join(town, person, slug) for person in people), return_exceptions=True
    )
    assert [type(one) for one in done if one is not None] == [NoSeat] * 3
    assert await here(town, slug) == 8


@pytest.mark.full
async def test_another_class_of_age_finds_no_circle(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await join(town, town.birch, slug)
    async with town.house.workshop.work() as work:
        (await work.db.get_one(MemberRow, town.ash.member.id)).age_band = "16-17"
    with pytest.raises(NotFound):
        await join(town, town.ash, slug)
    with pytest.raises(NotFound):
        await sit_in(town, town.ash, slug)


@pytest.mark.full
@pytest.mark.parametrize("mine", [True, False])
async def test_a_blocked_pair_finds_no_circle_of_the_other_both_ways(
    town: Town, *, mine: bool
) -> None:
    slug = await circle_with(town, town.birch, *await newcomers(town.house, 3))
    who, whom = (town.ash, town.birch) if mine else (town.birch, town.ash)
    seat = await town.seat(whom, NIGHT)
    await join(town, town.cedar, slug)
    async with town.house.workshop.work() as work:
        handle, kind = seat.author.seat, BlockKind.BLOCK
        await block_member(work, who.actor, slug=NIGHT, handle=handle, kind=kind)
    with pytest.raises(NotFound):
        await join(town, town.ash, slug)
    async with town.house.workshop.reading() as work:
        with pytest.raises(NotFound):
            await circle_to_see(work, town.ash.actor, slug)


@pytest.mark.full
async def test_not_with_this_person_holds_at_the_door(town: Town) -> None:
    slug = await circle_with(town, town.birch, *await newcomers(town.house, 3))
    seat = await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        await circle_to_see(work, town.ash.actor, slug)
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
    with pytest.raises(NotFound):
        await sit_in(town, town.ash, slug)


@pytest.mark.full
async def test_another_language_is_said_in_words(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4), language="es")
    with pytest.raises(OtherLanguage):
        await join(town, town.ash, slug)
    await join(town, town.ash, slug, speaks=frozenset({"en", "es"}))


@pytest.mark.full
async def test_who_is_paused_may_look_and_not_come_in(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await join(town, town.birch, slug)
    async with town.house.workshop.work() as work:
        stop = Stop(None, "kind", 1)  # type: ignore[arg-type]
        await set_pause(work, System(), member_id=town.ash.member.id, stop=stop)
    async with town.house.workshop.reading() as work:
        assert (await circle_to_see(work, town.ash.actor, slug)).room.slug == slug
    for door in (join, sit_in):
        with pytest.raises(Paused):
            await door(town, town.ash, slug)


@pytest.mark.full
async def test_at_most_two_at_high_concern_sit_together(town: Town) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    async with town.house.workshop.work() as work:
        seat = (await work.db.scalars(select(SeatRow).limit(1))).one()
        for person in (*people[:2], town.ash):
            row = EscalationRow(
                member_id=person.member.id,
                concern=int(Concern.HIGH),
                raised_at=work.clock.now(),
                room_id=seat.room_id,
            )
            work.db.add(row)
    await join(town, town.birch, slug)
    with pytest.raises(NoSeat):
        await join(town, town.ash, slug)


@pytest.mark.full
async def test_a_circle_that_there_is_not_and_one_that_ended_long_ago_look_alike(
    town: Town,
) -> None:
    people = await newcomers(town.house, 4)
    slug = await circle_with(town, *people)
    await end(town, slug)
    with pytest.raises(NotFound):
        await join(town, town.ash, slug)
    with pytest.raises(NotFound):
        await join(town, town.ash, "circle-nowhere")
    with pytest.raises(CircleOver):  # who sat there knows it
        await join(town, people[0], slug)


@pytest.mark.full
async def test_one_sits_in_once_for_a_day(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await sit_in(town, town.ash, slug)
    assert await sits(town, town.ash, slug)
    assert await here(town, slug) == 4
    town.house.workshop.clock.pass_time(hours=25)  # type: ignore[attr-defined]
    async with town.house.workshop.work() as work:
        assert await end_sit_ins(work, System()) == 1
    assert not await sits(town, town.ash, slug)
    with pytest.raises(SatInAlready):
        await sit_in(town, town.ash, slug)
    await join(town, town.ash, slug)
    assert await here(town, slug) == 5


@pytest.mark.full
async def test_who_sat_in_joins_with_the_same_name_or_goes(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await sit_in(town, town.ash, slug)
    await sit_in(town, town.birch, slug)
    name = (await town.seat(town.ash, slug)).author.pseudonym
    await join(town, town.ash, slug)
    await leave(town, town.birch, slug)
    async with town.house.workshop.work() as work:
        assert await end_sit_ins(work, System()) == 0
    assert (await town.seat(town.ash, slug)).author.pseudonym == name
    assert not await sits(town, town.birch, slug)


@pytest.mark.full
async def test_two_circles_are_enough(town: Town) -> None:
    for _ in range(2):
        await join(town, town.ash, await circle_with(town, *await newcomers(town.house, 4)))
    third = await circle_with(town, *await newcomers(town.house, 4))
    with pytest.raises(EnoughCircles):
        await join(town, town.ash, third)
    await join(town, town.birch, third)


@pytest.mark.full
async def test_who_leaves_is_told_of_a_day_later_and_never_named(town: Town) -> None:
    slug = await circle_with(town, town.ash, *await newcomers(town.house, 4))
    await leave(town, town.ash, slug)
    assert not await sits(town, town.ash, slug)
    async with town.house.workshop.work() as work:
        assert await tell_of_free_seats(work, System()) == 0
    town.house.workshop.clock.pass_time(hours=25)  # type: ignore[attr-defined]
    async with town.house.workshop.work() as work:
        assert await tell_of_free_seats(work, System()) == 1
        assert await tell_of_free_seats(work, System()) == 0


async def test_that_somebody_agreed_stands_with_their_seat(town: Town) -> None:
    slug = await circle_with(town, *await newcomers(town.house, 4))
    await join(town, town.ash, slug)
    seat = await town.seat(town.ash, slug)
    async with town.house.workshop.reading() as work:
        how = await work.db.get_one(CircleSeatRow, seat.id)
    assert how.agreed_at == town.house.workshop.clock.now()
