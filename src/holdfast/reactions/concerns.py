"""What follows where somebody may be in danger: a signal becomes an escalation, and is cared for.

| what happened | what follows |
|---|---|
| words were read as a concern | a signal, in the words' own transaction; then the escalation |
| words in a safety plan were read as a concern | an escalation, without the words |
| words were refused and may be a goodbye | they are kept in the member's side space |
| something immediate was joined to somebody's escalation | a room that saw it is told kindly |
| staff said something in a side space | they go on holding what they hold |
| a member wrote in a side space | where nobody holds it, someone is called |
| a member signed out, or went for good | the card says how; nothing reaches their device |
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from holdfast.crisis.actions import (
    heard_in_side_space,
    join_signals,
    member_left,
    shelter_for,
    stay,
)
from holdfast.crisis.actions.planned import join_plan_signals
from holdfast.crisis.events import EscalationChanged
from holdfast.crisis.jobs import look_after
from holdfast.crisis.queries import (
    are_unjoined,
    are_unjoined_until,
    newest_unjoined,
    shows_in_a_room,
)
from holdfast.kit.ids import EscalationId, MemberId, RoomId
from holdfast.kit.work import Event, Workshop
from holdfast.members.events import MemberErased, SessionEnded
from holdfast.messages.actions import keep_refused
from holdfast.messages.events import Entry, MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import Member, System
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.wellbeing.events import PlanRead
from holdfast.wellbeing.queries import signals_in_plans

LATE = timedelta(seconds=2)
Say = Callable[[RoomId, str, dict[str, Any]], None]


class Concerns:
    """Hears of danger, and sees that somebody comes."""

    def __init__(
        self,
        workshop: Workshop,
        ledger: Ledger,
        *,
        in_hand: Callable[[Seat], Seat],
        is_side: Callable[[RoomId], bool],
        say: Say,
        spawn: Spawn,
    ) -> None:
        self._workshop, self._ledger = workshop, ledger
        self._in_hand, self._is_side = in_hand, is_side
        self._say, self._spawn = say, spawn
        self._joining, self._somebody_waits = asyncio.Lock(), False
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """What this process just did, and what follows from it."""
        match event:
            case PlanRead():
                self.join_soon()
            case EscalationChanged(what="joined"):
                self._spawn(self._comfort(event.id))
            case SessionEnded():
                self._spawn(self._left(event.member_id, "signed_out"))
            case MemberErased():
                self._spawn(self._left(None, "erased"))

    def told(self, entries: Sequence[Entry]) -> None:
        """What was just said in side spaces."""
        for entry in entries:
            if isinstance(entry, MessagePosted) and self._is_side(entry.room_id):
                self._spawn(self._stayed(entry) if entry.author.badge else self._wrote(entry))

    def join_soon(self) -> None:
        """Whoever has not begun yet finds what is new as well: one who waits is enough."""
        if not self._somebody_waits:
            self._somebody_waits = True
            self._spawn(self.join())

    async def join(self) -> None:
        """Bring the signals that are there now into escalations. One at a time does it.

        What comes meanwhile is for whoever comes next: else a process that stops would go on for as
        long as people write at the others.
        """
        async with self._joining:
            self._somebody_waits = False
            async with self._workshop.reading() as work:
                last, in_plans = await newest_unjoined(work), len(await signals_in_plans(work))
            go_on = last > 0
            while go_on:
                async with self._workshop.work(ahead=True) as work:
                    joined = await join_signals(work, System())
                    go_on = joined > 0 and await are_unjoined_until(work, last)
            if in_plans:
                async with self._workshop.work(ahead=True) as work:
                    await join_plan_signals(work, System())

    async def look_here(self) -> None:
        """Every process: what was noticed elsewhere, and not seen to there, is not left to wait.

        Whoever noticed it joins it at once, unless that process was killed or cut off meanwhile.
        """
        before = self._workshop.clock.now() - LATE
        async with self._workshop.reading() as work:
            late = await are_unjoined(work, before)
        if late:
            await self.join()

    async def look(self) -> None:
        """What was promised for later, by the clock: a line waits where a check-in is due."""
        await self.join()
        for room_id, person in await look_after(self._workshop):
            self._say(room_id, "note", {"note": "check_in", "person": person})

    async def shelter(self, member: Member, text: str, nonce: str) -> None:
        """Keep words that were refused elsewhere, in the member's side space: all of them."""
        async with self._workshop.work() as work:
            slug = await shelter_for(work, System(), member_id=member.id)
        seat = self._in_hand(await seat_to_speak(self._workshop.glances, member, slug))
        await keep_refused(self._ledger, seat, text, nonce)

    async def _comfort(self, escalation_id: EscalationId) -> None:
        """A room that saw or answered something immediate is told that somebody is there."""
        async with self._workshop.reading() as work:
            seen = await shows_in_a_room(work, escalation_id)
        if seen is not None:
            room_id, person = seen
            self._say(room_id, "note", {"note": "care", "person": person})

    async def _stayed(self, entry: MessagePosted) -> None:
        async with self._workshop.work() as work:
            await stay(work, System(), room_id=entry.room_id, seat_id=entry.owner)

    async def _wrote(self, entry: MessagePosted) -> None:
        async with self._workshop.work() as work:
            await heard_in_side_space(work, System(), room_id=entry.room_id)

    async def _left(self, member_id: MemberId | None, how: str) -> None:
        async with self._workshop.work() as work:
            await member_left(work, System(), member_id=member_id, how=how)
