"""Several processes of one place: each answers what is its own, and one has the duties."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from holdfast.app.duties import Pace
from holdfast.app.opening import open_house
from holdfast.app.roles import Process, ProcessRole
from holdfast.app.watching import DETECTOR, Watch, duties_of
from holdfast.app.web import build_app
from holdfast.kit.house import House
from holdfast.notices.actions import page_people
from holdfast.notices.queries import open_pages
from holdfast.notices.rules import Urgency
from holdfast.notices.senders import Answer
from holdfast.rights.rules import Role, Staff, System
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.rules import RoomState
from holdfast.settings import Settings
from notices.calling import Calling
from town import ORIGIN, StillClock, on_postgresql

pytestmark = on_postgresql
PHONE = "https://a/sam"
WITHIN = 20.0


class Place:
    """Processes of one place, in this one."""

    def __init__(self, settings: Settings, clock: StillClock, leaving: AsyncExitStack) -> None:
        self.settings, self.clock, self._leaving = settings, clock, leaving

    async def opens(self, role: ProcessRole) -> House:
        """A process that has opened the house, and does nothing by the clock yet."""
        opened = open_house(self.settings, self.clock, process=Process(role))
        return await self._leaving.enter_async_context(opened)

    async def goes_on(self, house: House) -> Watch:
        """From now on it looks after what is its own."""
        watch = Watch(house)
        await self._leaving.enter_async_context(watch.going())
        return watch


@pytest.fixture
async def place(settings: Settings, clock: StillClock) -> AsyncIterator[Place]:
    async with AsyncExitStack() as leaving:
        yield Place(settings, clock, leaving)


async def statuses(house: House, *paths: str) -> list[int]:
    app = build_app(house.settings, process=Process(ProcessRole(house.role)))
    app.state.house = house
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return [(await client.get(path)).status_code for path in paths]


async def test_pages_are_answered_by_web_and_how_it_is_by_everyone(place: Place) -> None:
    pages, health = (
        ("/", "/help", "/api/v1/openapi.json", "/sw.js"),
        ("/healthz", "/readyz", "/metrics"),
    )
    for role in (ProcessRole.WEB, ProcessRole.LIVE, ProcessRole.WORKER):
        house = await place.opens(role)
        assert await statuses(house, *health) == [200, 200, 200]
        expected = 200 if role is ProcessRole.WEB else 404
        assert set(await statuses(house, *pages)) == {expected}


async def test_a_page_that_is_raised_in_one_process_is_called_by_the_one_with_the_duties(
    place: Place,
) -> None:
    web, worker = await place.opens(ProcessRole.WEB), await place.opens(ProcessRole.WORKER)
    telephones = {house.role: Calling(house, place.clock) for house in (web, worker)}
    rang = asyncio.Queue[str]()
    for role, calling in telephones.items():
        calling.paper.push = noted(calling.paper.push, role, rang)  # type: ignore[method-assign]
    web.pager, worker.pager = telephones["web"].pager, telephones["worker"].pager
    sam = await telephones["web"].someone(Role.CRISIS_MODERATOR, PHONE)
    await telephones["web"].comes(sam)
    watches = [await place.goes_on(worker), await place.goes_on(web)]
    assert [watch.duties.held for watch in watches] == [True, False]
    async with web.workshop.work() as work:
        await page_people(work, System(), about="escalation:1", urgency=Urgency.IMMEDIATE)
    async with asyncio.timeout(WITHIN):
        assert await rang.get() == "worker"
    assert telephones["web"].paper.heard() == []


def noted(push, role: str, rang: asyncio.Queue[str]):  # type: ignore[no-untyped-def]
    """A telephone that also says whose it is."""

    async def ring(to: object) -> Answer:
        answer: Answer = await push(to)
        rang.put_nowait(role)
        return answer

    return ring


async def test_rooms_are_held_where_another_process_cannot_read_what_people_write(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, worker = await place.opens(ProcessRole.LIVE), await place.opens(ProcessRole.WORKER)
    somebody = Calling(worker, place.clock)
    await somebody.comes(await somebody.someone(Role.CRISIS_MODERATOR))
    there = Watch(live, duties=duties_of(live, Pace(nobody_for=60)))
    here = await place.goes_on(worker)
    await here.look_at_rooms()
    await there.look_at_the_rules()
    assert await states_of(worker) == {RoomState.LIVE}
    monkeypatch.setattr(live.ledger.detector, "is_down", lambda _: True)
    await there.look_at_the_rules()
    await here.look_at_rooms()
    assert await states_of(worker) == {RoomState.HELD}
    async with worker.workshop.reading() as work:
        assert DETECTOR in [page.about for page in await open_pages(work)]
    monkeypatch.undo()
    await there.look_at_the_rules()
    place.clock.pass_time(seconds=16)
    await here.look_at_rooms()
    assert await states_of(worker) == {RoomState.LIVE}


async def states_of(house: House) -> set[RoomState]:
    async with house.workshop.reading() as work:
        return {row.state for row in await open_rooms(work)}


async def test_who_had_the_duties_when_the_database_went_goes_on_calling_by_heart(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await place.opens(ProcessRole.WORKER)
    calling = Calling(worker, place.clock)
    worker.pager = calling.pager
    sam = await calling.someone(Role.CRISIS_MODERATOR, PHONE)
    await calling.comes(sam)
    await calling.pages()
    watch = Watch(worker)
    await watch.learn()
    await watch.call_by_heart()
    assert calling.paper.heard() == []  # the database is there: pages climb by it
    watch.duties.cut_off = True
    await watch.call_by_heart()
    assert calling.paper.heard() == [PHONE]
    assert isinstance(sam, Staff)
