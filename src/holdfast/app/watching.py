"""What goes on by itself while the house is open: rooms follow the rota, pages climb."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from holdfast.audit.jobs import verify_when_due
from holdfast.community.jobs import learn
from holdfast.desk.jobs import Forgetting, know_how_long
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.work import Event
from holdfast.messages.queries.telling import looks_of_members
from holdfast.notices.actions import acknowledge, forget_old_notices, page_people
from holdfast.notices.emergency import call_beside_the_database
from holdfast.notices.events import CallListChanged, PageRaised
from holdfast.notices.jobs import Teller, climb, tell_devices
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import System
from holdfast.rooms.jobs import close_with_notice, look_for_gaps, settle
from holdfast.screening.health import CannotRead, rules_load
from holdfast.settings import Switch
from holdfast.staff.events import RotaChanged, StaffSessionEnded
from holdfast.wellbeing.actions.caring import forget_old_care

log = structlog.get_logger()
LOOK_AT_ROOMS_EVERY = 5.0
LOOK_AT_PAGES_EVERY = 1.0
LEARN_EVERY = 60.0
TELL_EVERY = 5.0
FORGET_EVERY = 3_600.0
LOOK_AT_THE_RECORD_EVERY = 3_600.0  # it is walked once a day
DETECTOR = "detector"


class Watch:
    """The house's timers. Each look can be made by itself, and is the same however often."""

    def __init__(self, house: House, load: Callable[[], object] = rules_load) -> None:
        self._house, self._load = house, load
        self._loaded = False
        self._covered = house.settings.coverage is Switch.ON
        self._detector_ok: bool | None = None  # nobody knows what a stop left behind
        self._forgetting = Forgetting(house.workshop, house.ledger.keyring)
        self._rooms_now, self._pages_now, self._learn_now = (asyncio.Event() for _ in range(3))
        self._teller = Teller(house.pager.telephone, house.root, looks_of_members)
        house.workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """Something happened that should not wait for the next look."""
        match event:
            case RotaChanged() | StaffSessionEnded():
                self._rooms_now.set()
            case PageRaised():
                self._pages_now.set()
            case CallListChanged():
                self._learn_now.set()

    async def look_at_rooms(self, *, opening: bool = False) -> None:
        """Rooms become what the rota says; nothing is live while the rules do not read.

        While the house is `opening` the rules are not waited for: the next look, a moment later,
        loads them beside everything else. A text that comes first loads them itself.
        """
        house = self._house
        reads = opening or self._loaded or await asyncio.to_thread(self._reads)
        ok = reads and not house.ledger.detector.is_down(house.workshop.clock.ticks())
        await settle(house.workshop, covered=self._covered, detector_ok=ok)
        if ok is not self._detector_ok:
            await self._tell_of_the_detector(ok=ok)
            self._detector_ok = ok

    def _reads(self) -> bool:
        """Whether the rules could be loaded; where they could not, they are tried again."""
        if not self._loaded:
            try:
                self._load()
                self._loaded = True
            except CannotRead:
                log.error("detector.not_loaded")
        return self._loaded

    async def _tell_of_the_detector(self, *, ok: bool) -> None:
        if not ok or self._detector_ok is False:
            log.error("detector.down" if not ok else "detector.up")
        async with self._house.workshop.work() as work:
            if ok:
                await acknowledge(work, System(), about=DETECTOR)
            else:
                await page_people(work, System(), about=DETECTOR, urgency=Urgency.DETECTOR)

    async def look_at_pages(self) -> None:
        """Calls that are due are made; with the database gone, by what is known by heart."""
        house = self._house
        try:
            await climb(house.workshop, house.pager, house.workshop.clock.now())
        except HoldfastError:
            if house.pager.has_open_pages:
                await call_beside_the_database(house.pager, "pages")
            raise

    async def learn(self) -> None:
        """The pager knows everyone by heart; gaps ahead in the rota are told to those who plan."""
        house = self._house
        async with house.workshop.reading() as work:
            await house.pager.learn(work)
        await learn(house.workshop, house.community)
        await know_how_long(house.workshop, house.community)
        await close_with_notice(house.workshop)
        if self._covered:
            await look_for_gaps(house.workshop)

    async def look_at_the_record(self) -> None:
        """Once a day: is it still what was recorded? Where not, those who plan are told."""
        workshop = self._house.workshop
        verdict = await verify_when_due(workshop, self._house.witness)
        if verdict is not None and not verdict.is_whole:
            async with workshop.work() as work:
                about = f"record:{verdict.problems[0].seq}"
                await page_people(work, System(), about=about, urgency=Urgency.GAP)

    async def tell_members(self) -> None:
        """Members who chose it are told on their devices that something is new."""
        await tell_devices(self._house.workshop, self._teller, self._house.workshop.clock.now())

    async def forget(self) -> None:
        """What was told, and what helpers read, is not kept longer than it is of use."""
        async with self._house.workshop.work() as work:
            await forget_old_notices(work, System())
            await forget_old_care(work, System())

    async def forget_at_night(self) -> None:
        """Once a day, after midnight UTC: words that were kept for long enough go."""
        await self._forgetting.look()

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """Look once, now, then go on looking until the house closes."""
        await self.look_at_rooms(opening=True)
        await self.learn()
        self._rooms_now.set()
        tasks = [
            asyncio.create_task(_again_and_again(look, woken, pause))
            for look, woken, pause in (
                (self.look_at_rooms, self._rooms_now, LOOK_AT_ROOMS_EVERY),
                (self.look_at_pages, self._pages_now, LOOK_AT_PAGES_EVERY),
                (self.learn, self._learn_now, LEARN_EVERY),
                (self.tell_members, asyncio.Event(), TELL_EVERY),
                (self.forget, asyncio.Event(), FORGET_EVERY),
                (self.look_at_the_record, asyncio.Event(), LOOK_AT_THE_RECORD_EVERY),
                (self.forget_at_night, asyncio.Event(), LEARN_EVERY),
                (self._house.reactions.raids.look, asyncio.Event(), LOOK_AT_ROOMS_EVERY),
                (self._house.reactions.look, asyncio.Event(), LOOK_AT_PAGES_EVERY),
                (self._house.reactions.rooms.look, asyncio.Event(), LOOK_AT_PAGES_EVERY),
            )
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


async def _again_and_again(
    look: Callable[[], Awaitable[None]], woken: asyncio.Event, pause: float
) -> None:
    """Look whenever woken, and after each pause; a look that fails is made again."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await woken.wait()
        woken.clear()
        try:
            await look()
        except Exception as broken:
            log.error("watch.broken", error=type(broken).__name__)
            await asyncio.sleep(pause)
