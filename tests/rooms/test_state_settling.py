"""Rooms become live, held and quiet by themselves, as people come on shift and go."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from holdfast.kit.house import House
from holdfast.kit.work import Event
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.events import RoomStateChanged
from holdfast.rooms.jobs import settle
from holdfast.rooms.queries import StateLine, open_rooms, state_line
from holdfast.rooms.rules import RoomState
from holdfast.rooms.tables import RoomRow
from holdfast.staff.actions.shifts import ShiftPlan, check_in, check_out, plan_shift
from holdfast.staff.tables import StaffRow
from town import NIGHT, StillClock, appoint, mostly_on_sqlite

LIVE, HELD, QUIET = RoomState.LIVE, RoomState.HELD, RoomState.QUIET


class Place:
    """A place with a rota, and what its night room was announced to be."""

    def __init__(self, house: House, clock: StillClock) -> None:
        self.house, self.clock = house, clock
        self.told: list[RoomStateChanged] = []
        house.workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        if isinstance(event, RoomStateChanged):
            self.told.append(event)

    async def someone(self, role: Role, name: str = "") -> Staff:
        async with self.house.workshop.work() as work:
            person = (await appoint(work, role)).actor
            assert isinstance(person, Staff)
            if name:
                (await work.db.get_one(StaffRow, person.id)).name = name
        return person

    async def come(self, actor: Staff, hours: float = 4) -> None:
        async with self.house.workshop.work() as work:
            await check_in(work, actor, until=self.clock.now() + timedelta(hours=hours))

    async def go(self, actor: Staff) -> None:
        async with self.house.workshop.work() as work:
            await check_out(work, actor)

    async def settled(self, *, covered: bool = True, detector_ok: bool = True) -> RoomState:
        """What the night room is once rooms were looked at."""
        await settle(self.house.workshop, covered=covered, detector_ok=detector_ok)
        return (await self.row()).state

    async def row(self) -> RoomRow:
        async with self.house.workshop.reading() as work:
            return next(row for row in await open_rooms(work) if row.slug == NIGHT)

    async def line(self, wait: int | None = None) -> StateLine:
        async with self.house.workshop.reading() as work:
            rows = await open_rooms(work)
            return await state_line(work, next(r for r in rows if r.slug == NIGHT), wait=wait)


@pytest.fixture
def place(house: House, clock: StillClock) -> Place:
    return Place(house, clock)


@pytest.mark.full
async def test_rooms_follow_who_comes_and_goes(place: Place) -> None:
    dahlia = await place.someone(Role.MODERATOR)
    sam = await place.someone(Role.CRISIS_MODERATOR)
    assert await place.settled() is QUIET
    await place.come(dahlia)
    assert await place.settled() is HELD
    await place.come(sam)
    assert await place.settled() is LIVE
    await place.go(sam)
    assert await place.settled() is HELD
    await place.go(dahlia)
    assert await place.settled() is QUIET
    night = (await place.row()).id
    told = [event.state for event in place.told if event.room_id == night]
    assert told == [QUIET, HELD, LIVE, HELD, QUIET]


@pytest.mark.full
async def test_a_room_changes_by_itself_when_a_shift_is_over(place: Place) -> None:
    sam = await place.someone(Role.CRISIS_MODERATOR)
    await place.come(sam, hours=1)
    assert await place.settled() is LIVE
    assert (await place.row()).state_until == place.clock.now() + timedelta(hours=1)
    place.clock.pass_time(hours=1, minutes=15)
    assert await place.settled() is QUIET


async def test_looking_again_changes_and_announces_nothing(place: Place) -> None:
    await place.come(await place.someone(Role.CRISIS_MODERATOR))
    assert await settle(place.house.workshop)
    before = len(place.told)
    assert before > 0
    assert not await settle(place.house.workshop)
    assert len(place.told) == before


@pytest.mark.full
async def test_of_several_who_look_at_once_one_announces(place: Place) -> None:
    await asyncio.gather(*(settle(place.house.workshop) for _ in range(6)))
    rooms = [event.room_id for event in place.told]
    assert rooms
    assert len(rooms) == len(set(rooms))


@pytest.mark.full
@mostly_on_sqlite
async def test_without_the_rules_no_room_is_live_and_a_quiet_room_stays_quiet(
    place: Place,
) -> None:
    assert await place.settled(detector_ok=False) is QUIET
    await place.come(await place.someone(Role.CRISIS_MODERATOR))
    assert await place.settled() is LIVE
    assert await place.settled(detector_ok=False) is HELD
    assert await place.settled() is LIVE


@mostly_on_sqlite
async def test_where_coverage_is_off_every_room_is_live(place: Place) -> None:
    assert await place.settled() is QUIET
    assert await place.settled(covered=False, detector_ok=False) is LIVE


@pytest.mark.full
@mostly_on_sqlite
async def test_each_room_is_settled_by_its_own_language(place: Place) -> None:
    async with place.house.workshop.work() as work:
        await work.db.execute(update(RoomRow).where(RoomRow.slug == NIGHT).values(language="es"))
    await place.come(await place.someone(Role.CRISIS_MODERATOR))
    assert await place.settled() is HELD
    async with place.house.workshop.reading() as work:
        states = {row.slug: row.state for row in await open_rooms(work)}
    assert states.pop(NIGHT) is HELD
    assert set(states.values()) == {LIVE}


@pytest.mark.full
@mostly_on_sqlite
async def test_the_line_names_who_is_here_and_until_when(place: Place) -> None:
    sam = await place.someone(Role.CRISIS_MODERATOR, "Sam")
    dahlia = await place.someone(Role.MODERATOR, "Dahlia")
    await place.come(sam, hours=2)
    await place.come(dahlia, hours=3)
    await place.settled()
    line = await place.line()
    assert (line.state, line.name) == (LIVE, "Dahlia")
    assert line.until == place.clock.now() + timedelta(hours=3)
    place.clock.pass_time(hours=3, minutes=5)
    assert (await place.line()).until is None


@pytest.mark.full
@mostly_on_sqlite
async def test_the_line_of_a_quiet_room_says_when_the_next_person_comes(place: Place) -> None:
    elm = await place.someone(Role.STEWARD)
    dahlia = await place.someone(Role.MODERATOR)
    await place.settled()
    assert await place.line() == StateLine(QUIET)
    start = place.clock.now() + timedelta(hours=6)
    async with place.house.workshop.work() as work:
        plan = ShiftPlan(dahlia.id, start, start + timedelta(hours=3))
        await plan_shift(work, elm, plan=plan)
    await place.settled()
    assert await place.line() == StateLine(QUIET, next_at=start)
    assert (await place.row()).state_until == start


@mostly_on_sqlite
async def test_the_line_of_a_held_room_says_how_long_it_usually_takes(place: Place) -> None:
    await place.come(await place.someone(Role.MODERATOR))
    await place.settled()
    assert await place.line(wait=4) == StateLine(HELD, wait=4)
    assert (await place.line()).wait is None
