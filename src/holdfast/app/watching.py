"""What goes on by itself while the house is open: rooms follow the rota, pages climb.

Some of it every process does: it knows people by heart, and writes down what it counted. The rest
are duties: one process of the place does them (`app/duties.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog

from holdfast.app import afterwards
from holdfast.app.duties import PACE, Duties, Pace
from holdfast.app.roles import ProcessRole
from holdfast.app.rounds import Look, Rounds
from holdfast.app.schema import still_fits
from holdfast.app.sweeping import Sweep
from holdfast.audit.jobs import verify_when_due
from holdfast.circles.jobs import look_at_circles
from holdfast.community.events import ChosenAnew
from holdfast.community.jobs import learn
from holdfast.desk.jobs import Forgetting, know_how_long
from holdfast.erasing.holds.events import HoldEnded
from holdfast.erasing.holds.jobs import look_at_holds
from holdfast.kit.errors import HoldfastError
from holdfast.kit.facts import fact, set_fact
from holdfast.kit.house import House
from holdfast.kit.news import forget_old_news
from holdfast.kit.reckoning import Reckoning
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Event
from holdfast.listening.glass.jobs import look_after_glass
from holdfast.members.actions.sharing import forget_ended
from holdfast.messages.actions.expiring import let_go
from holdfast.messages.actions.fading import forget_given_back, let_fade
from holdfast.messages.queries.telling import looks_of_members
from holdfast.notices.actions import acknowledge, forget_old_notices, page_people
from holdfast.notices.emergency import call_beside_the_database
from holdfast.notices.events import CallListChanged, PageRaised
from holdfast.notices.jobs import Teller, climb, tell_devices
from holdfast.notices.rules import Urgency
from holdfast.resources.jobs import write_checks_out
from holdfast.rights.rules import System
from holdfast.rooms.jobs import close_with_notice, look_for_gaps, settle
from holdfast.screening.health import CannotRead, rules_load
from holdfast.settings import Switch
from holdfast.staff.events import RotaChanged, StaffSessionEnded
from holdfast.wellbeing.actions.caring import forget_old_care

log = structlog.get_logger()
A_MOMENT = 1.0
LOOK_AT_ROOMS_EVERY = 5.0
LOOK_AT_PAGES_EVERY = 1.0
LOOK_BEHIND_EVERY = 10.0
LEARN_EVERY = 60.0
LOOK_AT_ERASURES_EVERY = 5.0
TELL_EVERY = 5.0
LET_GO_EVERY = 20.0
FORGET_EVERY = 3_600.0
LOOK_AT_THE_RECORD_EVERY = 3_600.0  # it is walked once a day
DETECTOR = "detector"
DETECTOR_DOWN = "detector down"  # when a process said so last
DOWN_FOR = timedelta(seconds=15)  # after it said so last


class Watch:
    """The house's timers. Each look can be made by itself, and is the same however often."""

    def __init__(
        self,
        house: House,
        load: Callable[[], object] = rules_load,
        duties: Duties | None = None,
    ) -> None:
        self._house, self._load = house, load
        self.duties = house.duties = duties or duties_of(house)
        self._loaded = False
        self._reckoning = Reckoning(house.workshop.clock)
        self._covered = house.settings.coverage is Switch.ON
        house.reactions.listening.covered = self._covered
        self._detector_ok: bool | None = None  # nobody knows what a stop left behind
        self._forgetting = Forgetting(house.workshop, house.ledger.keyring)
        self._sweep = Sweep(house.workshop, house.ledger.keyring)
        self._rooms_now, self._pages_now, self._learn_now = (asyncio.Event() for _ in range(3))
        self._rules_now = asyncio.Event()
        self._rules_now.set()
        self._teller = Teller(house.pager.telephone, house.root, looks_of_members)
        house.workshop.everywhere.append(self.hear)

    def hear(self, event: Event) -> None:
        """Something happened that should not wait for the next look."""
        match event:
            case RotaChanged() | StaffSessionEnded():
                self._rooms_now.set()
            case PageRaised():
                self._pages_now.set()
            case CallListChanged() | ChosenAnew():
                self._learn_now.set()
            case HoldEnded():
                self._house.erasing.wake.set()

    async def look_at_rooms(self, *, opening: bool = False) -> None:
        """Rooms become what the rota says; nothing is live while the rules do not read.

        While the house is `opening` the rules are not waited for: the next look, a moment later,
        loads them beside everything else. A text that comes first loads them itself.
        """
        house = self._house
        reads = opening or self._loaded or await asyncio.to_thread(self._reads)
        ok = reads and not self._is_down() and not await self._is_down_elsewhere()
        await settle(house.workshop, covered=self._covered, detector_ok=ok)
        if ok is not self._detector_ok:
            await self._tell_of_the_detector(ok=ok)
            self._detector_ok = ok

    def _is_down(self) -> bool:
        return bool(self._house.ledger.detector.is_down(self._house.workshop.clock.ticks()))

    async def _is_down_elsewhere(self) -> bool:
        """Whether another process said a moment ago that it cannot read what people write."""
        if not self._house.bus.is_shared:
            return False
        async with self._house.workshop.reading() as work:
            said = await fact(work, DETECTOR_DOWN)
            return said is not None and to_millis(work.clock.now() - DOWN_FOR) < int(said)

    async def look_at_the_rules(self) -> None:
        """In a process without duties: have the rules at hand, and say where they do not work."""
        if self.duties.held:
            return
        reads = self._loaded or await asyncio.to_thread(self._reads)
        if self._is_down() or not reads:
            async with self._house.workshop.work() as work:
                await set_fact(work, DETECTOR_DOWN, str(to_millis(work.clock.now())).encode())

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

    async def call_by_heart(self) -> None:
        """Whoever had the duties when the database went goes on calling people, without it."""
        if self.duties.cut_off and self._house.pager.has_open_pages:
            await call_beside_the_database(self._house.pager, "pages")

    async def learn(self) -> None:
        """Every process knows by heart who can be called, and what the community chose."""
        house = self._house
        async with house.workshop.reading() as work:
            await house.pager.learn(work)
        await learn(house.workshop, house.community)
        await know_how_long(house.workshop, house.community)
        await write_checks_out(house.workshop, house.settings.data, opening=True)
        house.fits = await still_fits(house.workshop.database)

    async def write_down(self) -> None:
        """What only this process counted or heard is told and kept, whoever has the duties."""
        if not self.duties.held:
            await self._house.reactions.look_here()

    async def look_behind(self) -> None:
        """What a process left that is gone for good; one that serves alone takes it up itself."""
        if self._house.bus.is_shared:
            await self._house.reactions.look_behind()

    async def look_ahead(self) -> None:
        """Rooms close when it was said; gaps in the rota are told to those who plan."""
        await close_with_notice(self._house.workshop)
        if self._covered:
            await look_for_gaps(self._house.workshop)

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
        """What was told, and what nobody comes back for, is not kept longer than it is of use."""
        async with self._house.workshop.work() as work:
            await forget_old_notices(work, System())
            await forget_old_care(work, System())
            await forget_ended(work, System())
        await let_fade(self._house.ledger, System())
        await forget_given_back(self._house.ledger, System())

    async def let_words_go(self) -> None:
        """Messages go when their authors chose; what was held for long enough goes, too."""
        if not self._reckoning.is_ahead():
            await let_go(self._house.ledger, System())
        await look_at_holds(self._house.workshop, self._house.ledger.open_work)
        await look_after_glass(self._house.workshop)

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """Look once, now, then go on looking until the house closes."""
        everyones = Rounds(self._everyones())
        self.duties.rounds = Rounds(self._duties())
        rest = asyncio.create_task(_load_the_rest())
        try:
            await self.duties.open()
            if self.duties.held:
                await self.look_at_rooms(opening=True)
                await self.look_ahead()
            await self.learn()
            self._rooms_now.set()
            everyones.begin()
            self.duties.go_on()
            yield
        finally:
            rest.cancel()
            await everyones.end()
            await self.duties.close()

    def _everyones(self) -> list[Look]:
        """What each process looks at."""
        return [
            Look(self.learn, LEARN_EVERY, self._learn_now),
            Look(self.look_at_the_rules, LOOK_AT_ROOMS_EVERY, self._rules_now),
            Look(self.call_by_heart, LOOK_AT_PAGES_EVERY),
            Look(self.write_down, LOOK_AT_PAGES_EVERY),
        ]

    def _duties(self) -> list[Look]:
        """What one process of the place looks at."""
        surely = self._reckoning.surely
        return [
            Look(self.look_at_rooms, LOOK_AT_ROOMS_EVERY, self._rooms_now),
            Look(self.look_at_pages, LOOK_AT_PAGES_EVERY, self._pages_now),
            Look(self.look_ahead, LEARN_EVERY),
            Look(partial(look_at_circles, self._house.workshop), LEARN_EVERY),
            Look(self.tell_members, TELL_EVERY),
            Look(surely(self.forget), FORGET_EVERY),
            Look(partial(forget_old_news, self._house.workshop), LEARN_EVERY),
            Look(self.look_at_the_record, LOOK_AT_THE_RECORD_EVERY),
            Look(self.let_words_go, LET_GO_EVERY),
            Look(surely(self._forgetting.look), LEARN_EVERY),
            Look(surely(self._sweep.look), FORGET_EVERY),
            Look(self._house.erasing.look, LOOK_AT_ERASURES_EVERY, self._house.erasing.wake),
            Look(self._house.reactions.raids.look, LOOK_AT_ROOMS_EVERY),
            Look(self._house.reactions.look, LOOK_AT_PAGES_EVERY),
            Look(self.look_behind, LOOK_BEHIND_EVERY),
            Look(self._house.reactions.rooms.look, LOOK_AT_PAGES_EVERY),
            Look(self._house.reactions.meetings.look, LOOK_AT_PAGES_EVERY),
            Look(self._house.reactions.listening.look, LOOK_AT_PAGES_EVERY),
            Look(surely(self._house.reactions.listening.forget), FORGET_EVERY),
        ]


def duties_of(house: House, pace: Pace = PACE) -> Duties:
    """The duties of this process: always its own on SQLite, else asked for."""
    database = house.workshop.database
    pulse = None if database.is_sqlite else database.pulse
    return Duties(pulse, ProcessRole(house.role), shared=house.bus.is_shared, pace=pace)


async def _load_the_rest() -> None:
    """Once the doors are open and the rules are read."""
    await asyncio.sleep(A_MOMENT)
    try:
        await asyncio.to_thread(afterwards.load)
    except Exception as broken:
        log.error("watch.broken", error=type(broken).__name__)
