"""What follows from what: the one table of the house's side effects.

*Once*: it writes; the process that did it sees to it, and a look by the clock takes up what a stop
left undone. *Everywhere*: every process of the place does it, this one at once and the others when
they hear the news of the house.

| what happened | what follows | where |
|---|---|---|
| words were read as a concern | a signal; then the escalation (`concerns.py`) | once |
| words were refused and may be a goodbye | they are kept in the side space | once |
| words in a safety plan were read as a concern | an escalation, without the words | once |
| an escalation is immediate | the member's later words wait (`byheart.py`) | everywhere |
| an escalation, a case, a raid changed | the desk is told (`screens.py`) | everywhere |
| somebody came to a member | the member is told who | everywhere |
| somebody came to a member | a room that saw it is told kindly | once |
| a room is live, held, quiet, slow or closed now | the ledger goes by it | everywhere |
| a room is live, held, quiet, slow or closed now | it is told, in its order (`guided.py`) | once |
| staff said something in a side space | they go on holding what they hold | once |
| a member wrote in a side space | where nobody holds it, someone is called | once |
| held words were given back or taken back | who wrote them and the desk read it | everywhere |
| somebody is not on shift any more | they sit in no open room | once |
| something concerns a member who is not there | it is on their list (`notices.py`) | once |
| somebody read what is hard to read | it is counted, talks are booked (`caring.py`) | once |
| machines noticed something twice | a flag in a case (`cases.py`) | once |
| a meeting went on, began soon or was moved | it is said and told (`meetings.py`) | once |
| many people come in at once | newcomers are read first, slowly (`raids.py`) | everywhere |
| many people come in at once | a raid begins, people are called, all is counted | once |
| a moderator stopped a seat or a member | it holds, and is told | everywhere |
| a moderator took a measure, or it ended | its words are hidden or shown (`measures.py`) | once |
| somebody asks for a listener, or two talk | see `listening.py` | once, everywhere |
| a circle changed; who waits for one goes | it is seen; the wish goes (`circles.py`) | once |
| a member froze or thawed their words | they are hidden or back (`freezing.py`) | once |
| a member went | nothing of them is remembered | everywhere |
| a member went | the card says how; nothing reaches their device | once |
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

from holdfast.kit.errors import HoldfastError
from holdfast.kit.work import Workshop
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.notices.emergency import Pager, call_beside_the_database
from holdfast.reactions.byheart import ByHeart
from holdfast.reactions.caring import HelperCare
from holdfast.reactions.cases import CaseWork
from holdfast.reactions.circles import Circles
from holdfast.reactions.concerns import Concerns
from holdfast.reactions.errands import Errands
from holdfast.reactions.freezing import Freezing
from holdfast.reactions.guided import GuidedRooms
from holdfast.reactions.listening import ListeningWork
from holdfast.reactions.measures import Measures
from holdfast.reactions.meetings import Meetings
from holdfast.reactions.notices import MemberNotices
from holdfast.reactions.raids import RaidWatch
from holdfast.reactions.screens import Floor as Tells
from holdfast.reactions.screens import Screens
from holdfast.reactions.signals import signal_rows
from holdfast.reactions.takingup import TakingUp, Told
from holdfast.rooms.access import Seat
from holdfast.screening.concern import Concern

FAREWELL = 0.5  # seconds: at a quiet hour all is done by then; a successor waits for the door


class Floor(Tells, Protocol):
    """Who tells people things on their open lines, as far as reactions ask."""

    presence: Any
    lines: Any

    def in_hand(self, seat: Seat) -> Seat: ...


class Reactions:
    """Hears what happened and sees that what follows from it is done."""

    def __init__(self, workshop: Workshop, ledger: Ledger, floor: Floor, pager: Pager) -> None:
        self._pager = pager
        self._errands = Errands(self._nothing_kept)
        spawn, lightly = self._errands.spawn, self._errands.spawn_lightly
        self.by_heart = ByHeart(workshop, ledger)
        self.screens = Screens(workshop, floor)
        self.rooms = GuidedRooms(workshop, ledger, floor.presence.perhaps, lightly)
        self.concerns = Concerns(
            workshop,
            ledger,
            in_hand=floor.in_hand,
            is_side=self.by_heart.is_side,
            say=self.rooms.say,
            spawn=spawn,
        )
        self.cases = CaseWork(workshop, ledger, lightly)
        self.notices = MemberNotices(workshop, self.by_heart.is_side, lightly)
        self.care = HelperCare(workshop, lightly)
        self.raids = RaidWatch(workshop, ledger, self.rooms.say, lightly)
        self.measures = Measures(workshop, ledger, lightly)
        self.freezing = Freezing(workshop, ledger, lightly)
        self.listening = ListeningWork(workshop, floor, lightly)
        self.circles = Circles(workshop, self.rooms.say, lightly)
        self.meetings = Meetings(workshop, floor.presence, self.rooms.say, lightly)
        self._taking_up = TakingUp(workshop, self.notices, self.care, self.rooms.say)
        ledger.signal_rows = signal_rows
        ledger.noticed = self.concerns.join_soon
        ledger.shelter = self.concerns.shelter
        ledger.cry_out = self.cry_out
        self.shelter = self.concerns.shelter

    async def begin(self) -> None:
        """Know who is looked after, and take up what a stop left behind."""
        await self.by_heart.begin()
        await self.measures.carry_out()
        await self.freezing.begin()
        await self.raids.begin()
        await self.concerns.join()

    async def read_anew(self) -> None:
        """Too much was missed: know again what holds now."""
        await self.by_heart.begin(anew=True)
        await self.raids.begin()

    async def take_up(self, told: Sequence[Told]) -> None:
        """What happened in the last minutes: what a killed process left undone of it is done."""
        await self._taking_up.begin(told)

    def told(self, entries: Sequence[Entry]) -> None:
        """What was said through this process, after those in its rooms have heard it."""
        self.notices.told(entries)
        self.raids.told(entries)
        self.rooms.told(entries)
        self.concerns.told(entries)

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was said through another process."""
        self.raids.heard(entries)

    async def look(self) -> None:
        """Whoever has the duties: what was promised for later, by the clock.

        People in danger first: whatever breaks further down, they were looked after.
        """
        await self.concerns.look()
        await self.measures.look()
        await self.freezing.look()
        await self.notices.look()

    async def look_behind(self) -> None:
        """Whoever has the duties: what another process left, and did not come back for."""
        await self._taking_up.look()

    async def look_here(self) -> None:
        """Every process: danger that nobody sees to, and what waits in its own memory."""
        await self.concerns.look_here()
        await self.notices.look()
        await self.raids.look_here()

    async def cry_out(self, concern: Concern) -> None:
        """Nothing can be kept: whoever can be called is called beside the database."""
        await call_beside_the_database(self._pager, f"concern:{int(concern)}")

    async def _nothing_kept(self) -> None:
        await self.cry_out(Concern.IMMEDIATE)

    async def settled(self) -> None:
        """Wait until everything that follows from what happened is done."""
        await self._errands.settled()

    async def close(self) -> None:
        await self._errands.end(FAREWELL)
        with suppress(HoldfastError):
            await self.notices.look(closing=True)
            await self.raids.write_down()
