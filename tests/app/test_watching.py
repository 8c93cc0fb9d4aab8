"""What goes on by itself while the house is open."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from holdfast.app.watching import DETECTOR, Watch
from holdfast.kit.house import House
from holdfast.kit.work import Event
from holdfast.messages.rules.expiring import Expires
from holdfast.messages.tables import MessageRow
from holdfast.notices.actions import page_people
from holdfast.notices.queries import open_pages
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Role, Staff, System
from holdfast.rooms.events import RoomStateChanged
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.rules import RoomState
from holdfast.screening.health import CannotRead
from holdfast.settings import Switch
from holdfast.staff.actions.shifts import check_in
from notices.calling import Calling
from town import StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

PHONE = "https://a/sam"


class Heard:
    """Waits for an event, instead of sleeping."""

    def __init__(self, house: House) -> None:
        self.events: list[Event] = []
        self.more = asyncio.Event()
        house.workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self.more.set()

    async def states(self, state: RoomState) -> None:
        """Until a room is announced to be so."""
        async with asyncio.timeout(20):
            while not any(
                isinstance(event, RoomStateChanged) and event.state is state
                for event in self.events
            ):
                await self.more.wait()
                self.more.clear()


async def states_of(house: House) -> set[RoomState]:
    async with house.workshop.reading() as work:
        return {row.state for row in await open_rooms(work)}


async def comes(house: House, clock: StillClock, role: Role = Role.CRISIS_MODERATOR) -> Staff:
    async with house.workshop.work() as work:
        person = (await appoint(work, role)).actor
        assert isinstance(person, Staff)
        await check_in(work, person, until=clock.now() + timedelta(hours=4))
    return person


@pytest.mark.full
@mostly_on_sqlite
async def test_before_anyone_comes_in_rooms_are_what_the_rota_says(house: House) -> None:
    assert await states_of(house) == {RoomState.LIVE}
    async with Watch(house).going():
        assert await states_of(house) == {RoomState.QUIET}


@pytest.mark.full
@mostly_on_sqlite
async def test_rooms_are_live_as_soon_as_somebody_checks_in(
    house: House, clock: StillClock
) -> None:
    async with Watch(house).going():
        heard = Heard(house)
        await comes(house, clock)
        await heard.states(RoomState.LIVE)


@on_sqlite
async def test_where_coverage_is_off_rooms_stay_live(house: House) -> None:
    house.settings = house.settings.model_copy(update={"coverage": Switch.OFF})
    async with Watch(house).going():
        assert await states_of(house) == {RoomState.LIVE}
        async with house.workshop.reading() as work:
            assert list(await open_pages(work)) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_without_the_rules_rooms_are_held_and_people_are_paged_until_they_read_again(
    house: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await comes(house, clock)
    watch = Watch(house)
    await watch.look_at_rooms()
    assert await states_of(house) == {RoomState.LIVE}
    monkeypatch.setattr(house.ledger.detector, "is_down", lambda _: True)
    await watch.look_at_rooms()
    await watch.look_at_rooms()
    assert await states_of(house) == {RoomState.HELD}
    assert await paged_about(house) == [DETECTOR]
    monkeypatch.undo()
    await watch.look_at_rooms()
    assert await states_of(house) == {RoomState.LIVE}
    assert await paged_about(house) == []


@pytest.mark.full
@on_sqlite
async def test_rules_that_cannot_be_loaded_hold_every_room_until_they_can(
    house: House, clock: StillClock
) -> None:
    await comes(house, clock)
    broken = [CannotRead("a file is torn")]

    def load() -> None:
        if broken:
            raise broken.pop()

    watch = Watch(house, load)
    await watch.look_at_rooms()
    assert await states_of(house) == {RoomState.HELD}
    assert await paged_about(house) == [DETECTOR]
    await watch.look_at_rooms()
    assert await states_of(house) == {RoomState.LIVE}
    assert await paged_about(house) == []


async def paged_about(house: House) -> list[str]:
    async with house.workshop.reading() as work:
        return [page.about for page in await open_pages(work)]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_page_is_called_without_waiting_for_the_next_look(
    house: House, clock: StillClock
) -> None:
    calling = Calling(house, clock)
    rang = asyncio.Event()

    async def ring(to: object) -> object:
        rang.set()
        return await whole(to)  # type: ignore[arg-type]

    whole, calling.paper.push = calling.paper.push, ring  # type: ignore[assignment, method-assign]
    house.pager = calling.pager
    sam = await calling.someone(Role.CRISIS_MODERATOR, PHONE)
    await calling.comes(sam)
    async with Watch(house).going():
        async with house.workshop.work() as work:
            await page_people(work, System(), about="escalation:1", urgency=Urgency.IMMEDIATE)
        async with asyncio.timeout(20):
            await rang.wait()


@pytest.mark.full
@on_sqlite
async def test_with_the_database_gone_open_pages_are_called_by_heart(
    house: House, clock: StillClock
) -> None:
    calling = Calling(house, clock)
    house.pager = calling.pager
    await calling.someone(Role.CRISIS_MODERATOR, PHONE)
    watch = Watch(house)
    await calling.pages()
    await watch.learn()
    await watch.look_at_pages()
    assert calling.paper.heard() == [PHONE]
    await house.workshop.database.reader.dispose()
    await house.workshop.database.writer.dispose()
    house.workshop.database.file.write_bytes(b"no database" * 800)
    clock.pass_time(seconds=30)
    with pytest.raises(Exception, match="not_read"):
        await watch.look_at_pages()
    assert calling.paper.heard() == [PHONE]


async def test_no_words_go_before_their_time_while_the_clock_is_set_ahead(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "For an hour", expires=Expires.HOUR)
    watch = Watch(town.house)

    async def left() -> int:
        await watch.let_words_go()
        async with town.house.workshop.reading() as work:
            words = select(func.count()).where(MessageRow.text.is_not(None))
            return await work.db.scalar(words) or 0

    clock.set_ahead(days=1)
    assert await left() == 1
    clock.set_ahead(days=-1)
    clock.pass_time(minutes=59)
    assert await left() == 1
    clock.pass_time(minutes=2)
    assert await left() == 0
