"""What follows from what: the one table of the house's side effects.

| what happened | what follows |
|---|---|
| words were read as a concern | a signal, in the words' own transaction; then the escalation |
| words were refused and may be a goodbye | they are kept in the member's side space |
| words in a safety plan were read as a concern | an escalation, without the words |
| an escalation is immediate | the member's later words wait for the person who comes |
| an escalation changed | the desk is told, without words |
| a case changed | the desk is told, without words (`cases.py`) |
| somebody came to a member | the member is told who; a room that saw it is told kindly |
| a room is live, held or quiet now | those in it are told, in the room's own order |
| staff said something in a side space | they go on holding what they hold |
| a member wrote in a side space | the desk is told; where nobody holds it, someone is called |
| staff change something about a room, or sit down there | those in it are told |
| somebody is not on shift any more | they sit in no open room |
| something concerns a member who is not there | it is on their list of notices (`notices.py`) |
| somebody read what is hard to read | it is counted, and talks are booked (`caring.py`) |
| many people come in at once | newcomers are read first, and people are told (`raids.py`) |
| a moderator took a measure, or it ended | it holds, and is told (`measures.py`) |
| a member went | the card says how; nothing reaches their device |
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog

from holdfast.crisis.actions import (
    heard_in_side_space,
    join_signals,
    member_left,
    shelter_for,
    stay,
)
from holdfast.crisis.actions.planned import join_plan_signals
from holdfast.crisis.events import CareEnded, CareOffered, ConcernRaised, EscalationChanged
from holdfast.crisis.jobs import look_after
from holdfast.crisis.queries import are_unjoined, cared_for, shows_in_a_room
from holdfast.kit.clock import stamp
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import EscalationId, MemberId, RoomId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Event, Workshop
from holdfast.members.events import MemberErased, SessionEnded
from holdfast.messages.actions import keep_refused
from holdfast.messages.events import (
    Entry,
    MessagePosted,
    MessageRemoved,
    PostReturned,
    PostWithdrawn,
)
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Announce
from holdfast.moderation.events import CaseChanged
from holdfast.notices.emergency import Pager, call_beside_the_database
from holdfast.reactions.caring import HelperCare
from holdfast.reactions.cases import CaseWork
from holdfast.reactions.guided import GuidedRooms
from holdfast.reactions.lightly import lightly
from holdfast.reactions.measures import Measures
from holdfast.reactions.notices import MemberNotices
from holdfast.reactions.raids import RaidWatch
from holdfast.reactions.signals import signal_rows
from holdfast.rights.rules import Member, System
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.events import RoomGuided, RoomStateChanged, SideSpaceOpened
from holdfast.rooms.queries.sides import side_spaces
from holdfast.screening.concern import Concern
from holdfast.staff.events import RotaChanged
from holdfast.wellbeing.events import PlanRead
from holdfast.wellbeing.queries import signals_in_plans

log = structlog.get_logger()


class Floor(Protocol):
    """Who tells people things on their open lines, as far as reactions ask."""

    presence: Any

    def in_hand(self, seat: Seat) -> Seat: ...
    def tell_member(self, member_id: MemberId, event: dict[str, Any]) -> None: ...
    def tell_member_in(self, member_id: MemberId, slug: str, event: dict[str, Any]) -> None: ...
    def tell_desk(self, what: str, number: int, version: int) -> None: ...


class Reactions:
    """Hears what happened and sees that what follows from it is done."""

    def __init__(self, workshop: Workshop, ledger: Ledger, floor: Floor, pager: Pager) -> None:
        self.workshop = workshop
        self.ledger = ledger
        self.floor = floor
        self.pager = pager
        self.rooms = GuidedRooms(workshop, ledger, floor.presence.count)
        self._joining = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sides: set[RoomId] = set()
        self.cases = CaseWork(workshop, ledger, floor.tell_desk, self._spawn_lightly)
        self._table = self._written_down()
        ledger.signal_rows = signal_rows
        ledger.noticed = self.join_soon
        ledger.shelter = self.shelter
        ledger.cry_out = self.cry_out
        self.notices = MemberNotices(workshop, self._is_side, self._spawn_lightly)
        self.care = HelperCare(workshop, floor.tell_desk, self._spawn_lightly)
        self.raids = RaidWatch(workshop, ledger, floor.tell_desk, self._spawn_lightly)
        self.measures = Measures(workshop, ledger, floor.tell_member_in, self._spawn_lightly)
        workshop.hearers += [self.hear, self.raids.hear]

    async def begin(self) -> None:
        """Know who is looked after, and take up what a stop left behind."""
        async with self.workshop.reading() as work:
            self.ledger.cared_for = await cared_for(work)
            self._sides = await side_spaces(work)
        await self.rooms.begin()
        await self.measures.begin()
        await self.raids.begin()
        await self.join()

    async def read_anew(self) -> None:
        """Too much was missed: know again what holds now."""
        await self.begin()

    # -- concerns -----------------------------------------------------------------------------

    def join_soon(self) -> None:
        self._spawn(self.join())

    async def join(self) -> None:
        """Bring new signals into escalations until there are none. One at a time does it."""
        async with self._joining:
            async with self.workshop.reading() as work:
                found = await are_unjoined(work) + len(await signals_in_plans(work))
            while found:
                async with self.workshop.work() as work:
                    found = await join_signals(work, System())
                    found += await join_plan_signals(work, System())

    async def look(self) -> None:
        """What was promised for later, by the clock: a line waits where a check-in is due.

        People in danger first: whatever breaks further down, they were looked after.
        """
        await self.join()
        for room_id, person in await look_after(self.workshop):
            self._announce(room_id, "note", {"note": "check_in", "person": person})
        await self.measures.look()
        await self.notices.look()

    async def shelter(self, member: Member, text: str, nonce: str) -> None:
        """Keep words that were refused elsewhere, in the member's side space: all of them."""
        async with self.workshop.work() as work:
            slug = await shelter_for(work, System(), member_id=member.id)
        glances = self.workshop.glances
        seat = self.floor.in_hand(await seat_to_speak(glances, member, slug))
        await keep_refused(self.ledger, seat, text, nonce)

    async def cry_out(self, concern: Concern) -> None:
        """Nothing can be kept: whoever can be called is called beside the database."""
        await call_beside_the_database(self.pager, f"concern:{int(concern)}")

    # -- what happened ------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Look the event up in the table, and see to what follows."""
        if (follow := self._table.get(type(event))) is not None:
            follow(event)

    def _written_down(self) -> dict[type[Event], Callable[[Any], None]]:
        """The table: what happened, and what is done about it."""
        return {
            ConcernRaised: self._raised,
            PlanRead: lambda _: self.join_soon(),
            CareEnded: lambda event: self.ledger.cared_for.discard(event.member_id),
            EscalationChanged: self._escalation_changed,
            CaseChanged: self.cases.changed,
            CareOffered: self._offer,
            RoomStateChanged: self._room_changed,
            RoomGuided: self.rooms.changed,
            RotaChanged: lambda _: self._spawn_lightly(self.rooms.rota_changed()),
            SideSpaceOpened: lambda event: self._sides.add(event.room_id),
            PostReturned: self._returned,
            PostWithdrawn: lambda _: self.floor.tell_desk("held", 0, 0),
            MemberErased: self._erased,
            SessionEnded: lambda event: self._spawn(self._left(event.member_id, "signed_out")),
        }

    def _raised(self, event: ConcernRaised) -> None:
        if event.concern == Concern.IMMEDIATE:
            self.ledger.cared_for.add(event.member_id)

    def _escalation_changed(self, event: EscalationChanged) -> None:
        self.floor.tell_desk("escalation", event.id, event.version)
        if event.what == "joined":
            self._spawn(self._comfort(event.id))

    def told(self, entries: Sequence[Entry]) -> None:
        """What was just said, after those in its rooms have heard it."""
        self.notices.told(entries)
        self.raids.told(entries)
        for entry in entries:
            if isinstance(entry, MessageRemoved):
                self._spawn_lightly(self.rooms.removed(entry))
            if isinstance(entry, MessagePosted) and entry.room_id in self._sides:
                self._spawn(self._stayed(entry) if entry.author.badge else self._wrote(entry))

    def _offer(self, event: CareOffered) -> None:
        self.floor.tell_member(
            event.member_id,
            {
                "event": "care",
                "level": event.level,
                "side_space": event.side_space,
                "person": event.person,
            },
        )

    def _returned(self, event: PostReturned) -> None:
        self.floor.tell_member_in(
            event.member_id,
            event.slug,
            {
                "event": "returned",
                "nonce": event.nonce,
                "rule": event.rule,
                "words": event.words,
                "suggestion": event.suggestion,
            },
        )
        self.floor.tell_desk("held", 0, 0)

    def _room_changed(self, event: RoomStateChanged) -> None:
        facts: dict[str, Any] = {"state": event.state.value}
        if event.until is not None:
            facts["until"] = stamp(event.until)
        self.ledger.states[event.room_id] = (event.state, event.until)
        self._announce(event.room_id, "room_changed", facts)

    def _announce(self, room_id: RoomId, kind: str, facts: dict[str, Any]) -> None:
        """The house tells a room something, in the room's own order."""
        self.ledger.enter(Announce(room_id, to_millis(self.ledger.clock.now()), kind, facts))

    async def _comfort(self, escalation_id: EscalationId) -> None:
        """A room that saw or answered something immediate is told that somebody is there."""
        async with self.workshop.reading() as work:
            seen = await shows_in_a_room(work, escalation_id)
        if seen is not None:
            room_id, person = seen
            self._announce(room_id, "note", {"note": "care", "person": person})

    async def _stayed(self, entry: MessagePosted) -> None:
        async with self.workshop.work() as work:
            await stay(work, System(), room_id=entry.room_id, seat_id=entry.owner)

    async def _wrote(self, entry: MessagePosted) -> None:
        async with self.workshop.work() as work:
            await heard_in_side_space(work, System(), room_id=entry.room_id)

    def _erased(self, event: MemberErased) -> None:
        self.ledger.cared_for.discard(event.member_id)
        self._spawn(self._left(None, "erased"))

    async def _left(self, member_id: MemberId | None, how: str) -> None:
        async with self.workshop.work() as work:
            await member_left(work, System(), member_id=member_id, how=how)

    # -- doing it -----------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _spawn_lightly(self, work: Coroutine[Any, Any, None]) -> None:
        self._spawn(lightly(work))

    def _is_side(self, room_id: RoomId) -> bool:
        return room_id in self._sides

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (broken := task.exception()) is None:
            return
        log.error("reactions.broken", error=type(broken).__name__)
        if isinstance(broken, HoldfastError):
            self._spawn(self.cry_out(Concern.IMMEDIATE))

    async def settled(self) -> None:
        """Wait until everything that follows from what happened is done."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def close(self) -> None:
        await self.settled()
        with suppress(HoldfastError):
            await self.notices.look(closing=True)
            await self.raids.write_down()
