"""Meetings to come: planned, moved, cancelled, by those who may."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from circles.gathering import circle_with, may_host_now
from holdfast.circles.queries.circles import circle_of
from holdfast.kit.errors import Malformed, NotFound
from holdfast.meetings.access import NotTheHost
from holdfast.meetings.actions import cancel_meeting, move_meeting
from holdfast.meetings.queries import meetings_to_come
from holdfast.meetings.rules.planning import Taken, weekly
from holdfast.meetings.rules.rounds import Round
from holdfast.notices.rules.telling import Kind
from holdfast.rights.tables import RightRow
from holdfast.rooms.access import NotOnShift
from meetings.meeting import (
    a_circle,
    coming,
    lines,
    looks,
    now,
    planned,
    settled,
    told,
)
from rooms.guided import room_id
from rooms.sitting import hired, on_shift
from town import StillClock, Town, mostly_on_sqlite, on_sqlite


@pytest.mark.full
@mostly_on_sqlite
async def test_the_host_of_a_circle_plans_and_a_seat_alone_does_not(town: Town) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    await planned(town, town.ash, room)
    with pytest.raises(NotTheHost):
        await planned(town, town.birch, room, hours=5)
    with pytest.raises(NotFound):
        await planned(town, town.stranger, room, hours=5)
    async with town.house.workshop.work() as work:
        await work.db.execute(update(RightRow).values(ended_at=work.clock.now()))
    with pytest.raises(NotTheHost):
        await planned(town, town.ash, room, hours=5)


@mostly_on_sqlite
async def test_open_rooms_have_meetings_by_those_on_shift_who_guide_them(town: Town) -> None:
    room = await room_id(town)
    dahlia = await on_shift(town)
    row = await planned(town, dahlia, room, theme="Small things that went well")
    assert (await now(town, row)).theme == "Small things that went well"
    with pytest.raises(NotOnShift):
        await planned(town, await hired(town, name="Ines"), room, hours=5)
    for other in (town.ash, town.elm):
        with pytest.raises(NotFound):
            await planned(town, other, room, hours=5)


@on_sqlite
async def test_a_member_picks_a_theme_from_the_list(town: Town) -> None:
    room = await a_circle(town, host=town.ash)
    assert (await planned(town, town.ash, room, theme="nights")).theme == "nights"
    with pytest.raises(Malformed):
        await planned(town, town.ash, room, hours=5, theme="Why Birch is sad")


@on_sqlite
@pytest.mark.parametrize(("hours", "minutes"), [(-1, 60), (24 * 300, 60), (1, 10), (1, 300)])
async def test_a_meeting_has_a_time_to_come_and_a_length(
    town: Town, hours: float, minutes: int
) -> None:
    room = await a_circle(town, host=town.ash)
    await planned(town, town.ash, room, hours=30)
    with pytest.raises(Malformed):
        await planned(town, town.ash, room, hours=hours, minutes=minutes)


@on_sqlite
async def test_two_meetings_never_meet_in_one_room(town: Town) -> None:
    room = await a_circle(town, host=town.ash)
    await planned(town, town.ash, room, hours=2)
    with pytest.raises(Taken):
        await planned(town, town.ash, room, hours=2.5)
    await planned(town, town.ash, room, hours=4)


@mostly_on_sqlite
async def test_weekly_meetings_keep_their_hour_when_the_clocks_change(town: Town) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    room = await a_circle(town, host=town.ash)
    async with town.house.workshop.reading() as work:
        first = work.clock.now().astimezone(berlin).replace(hour=20, minute=0)
    at = weekly(first, (first + timedelta(days=150)).date(), "Europe/Berlin")
    assert {one.astimezone(berlin).hour for one in at} == {20}
    assert len({one.utcoffset() for one in (each.astimezone(berlin) for each in at)}) == 2
    until = (first + timedelta(days=21)).date()
    await planned(town, town.ash, room, until=until)
    async with town.house.workshop.reading() as work:
        found = await meetings_to_come(work, room)
    assert len(found) == 4
    assert {one.series_id for one in found} == {found[0].id}


@mostly_on_sqlite
async def test_a_moved_meeting_is_told_to_those_who_sit_there(
    town: Town, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    async with town.house.workshop.work() as work:
        later = work.clock.now() + timedelta(hours=3)
        await move_meeting(work, town.ash.actor, meeting_id=row.id, starts_at=later)
    await settled(town)
    clock.pass_time(hours=1)
    await looks(town)
    assert (await now(town, row)).round is Round.PLANNED
    assert "meeting_moved" in await lines(town, town.birch, room)
    assert await told(town, town.birch) == [Kind.MEETING_MOVED]
    with pytest.raises(NotTheHost):
        async with town.house.workshop.work() as work:
            await move_meeting(work, town.birch.actor, meeting_id=row.id, starts_at=later)


@mostly_on_sqlite
async def test_a_cancelled_meeting_is_not_and_its_series_goes_with_it_if_wished(
    town: Town,
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    async with town.house.workshop.reading() as work:
        until = (work.clock.now() + timedelta(days=28)).date()
    first = await planned(town, town.ash, room, until=until)
    async with town.house.workshop.work() as work:
        await cancel_meeting(work, town.ash.actor, meeting_id=first.id)
    second = await coming(town, room)
    assert second is not None
    assert second.id != first.id
    async with town.house.workshop.work() as work:
        await cancel_meeting(work, town.ash.actor, meeting_id=second.id, all_after=True)
    assert await coming(town, room) is None
    with pytest.raises(NotFound):
        async with town.house.workshop.work() as work:
            await cancel_meeting(work, town.ash.actor, meeting_id=second.id)


@mostly_on_sqlite
async def test_of_two_who_may_host_only_the_host_of_this_circle_plans_here(town: Town) -> None:
    slug = await circle_with(town, town.ash, town.birch)
    room = (await town.seat(town.ash, slug)).room_id
    await may_host_now(town, town.ash)
    await may_host_now(town, town.birch)
    async with town.house.workshop.work() as work:
        circle = await circle_of(work, room)
        assert circle is not None
        circle.host_id = (await town.seat(town.ash, slug)).id
    await planned(town, town.ash, room, hours=200)
    with pytest.raises(NotTheHost):
        await planned(town, town.birch, room, hours=220)
