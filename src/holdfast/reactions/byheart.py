"""What every process knows by heart of people and rooms, so that it can decide at once.

| what happened, here or elsewhere | what this process knows from then on |
|---|---|
| somebody is in danger, or is not any more | their words go to a person first, or to the room |
| a room is live, held, quiet or closed now | what may be said there |
| a room is slow, or is not any more | how long one waits between two messages |
| a member has a side space | that what is said there is said to whoever came |
| a seat may not write, a member may not come in | so it is, until when; or it is over |
| a member wants their words kept and not used | that they say nothing into rooms, or do again |
| a member went for good | nothing: their number may be somebody else's |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.crisis.events import CareEnded, ConcernRaised
from holdfast.crisis.queries import cared_for
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Event, Workshop
from holdfast.members.events import MemberErased, MemberFrozen, MemberThawed
from holdfast.members.queries import frozen_members
from holdfast.messages.ledger import Ledger
from holdfast.rooms.events import (
    MemberStopped,
    RoomGuided,
    RoomStateChanged,
    SeatStopped,
    SideSpaceOpened,
)
from holdfast.rooms.queries.guiding import standing_everywhere
from holdfast.rooms.queries.sides import side_spaces
from holdfast.rooms.queries.states import states_of_open_rooms
from holdfast.rooms.queries.stops import hushes, pauses
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.rules.states import RoomState
from holdfast.screening.concern import Concern


class ByHeart:
    """Keeps what the ledger decides by: read once, and then heard of."""

    def __init__(self, workshop: Workshop, ledger: Ledger) -> None:
        self._workshop, self._ledger = workshop, ledger
        self.sides: set[RoomId] = set()
        self._table: dict[type[Event], Callable[[Any], None]] = {
            ConcernRaised: self._raised,
            CareEnded: lambda event: ledger.cared_for.discard(event.member_id),
            SideSpaceOpened: lambda event: self.sides.add(event.room_id),
            RoomStateChanged: self._room_changed,
            RoomGuided: self._guided,
            SeatStopped: self._seat_stopped,
            MemberStopped: self._member_stopped,
            MemberFrozen: lambda event: ledger.frozen.add(event.member_id),
            MemberThawed: lambda event: ledger.frozen.discard(event.member_id),
            MemberErased: self._erased,
        }
        workshop.everywhere.append(self.hear)
        workshop.keepers.append(self.hear)

    def is_side(self, room_id: RoomId) -> bool:
        return room_id in self.sides

    async def begin(self, *, anew: bool = False) -> None:
        """Know all of it, before anybody writes.

        What a room is, a seat knows that is looked up now; so at first only closed ones are here.
        """
        ledger, now = self._ledger, self._workshop.clock.now()
        async with self._workshop.reading() as work:
            cared = await cared_for(work)
            sides = await side_spaces(work)
            slow = await standing_everywhere(work, Guidance.SLOW)
            states = await states_of_open_rooms(work)
            hushed, paused = await hushes(work), await pauses(work)
            frozen = await frozen_members(work)
        ledger.cared_for, self.sides = cared, sides
        ledger.hushes, ledger.pauses, ledger.frozen = hushed, paused, frozen
        ledger.states = {
            room: known for room, known in states.items() if anew or known[0] is RoomState.CLOSED
        }
        ledger.slow = {
            row.room_id: int(row.value) for row in slow if row.until is None or row.until > now
        }

    def hear(self, event: Event) -> None:
        """Look the event up in the table."""
        if (learn := self._table.get(type(event))) is not None:
            learn(event)

    def _raised(self, event: ConcernRaised) -> None:
        if event.concern == Concern.IMMEDIATE:
            self._ledger.cared_for.add(event.member_id)

    def _room_changed(self, event: RoomStateChanged) -> None:
        self._ledger.states[event.room_id] = (event.state, event.until)

    def _guided(self, event: RoomGuided) -> None:
        if seconds := event.facts.get("slow"):
            self._ledger.slow[event.room_id] = seconds
        elif "slow" in event.facts:
            self._ledger.slow.pop(event.room_id, None)

    def _seat_stopped(self, event: SeatStopped) -> None:
        if event.stop is None:
            self._ledger.hushes.pop(event.seat_id, None)
        else:
            self._ledger.hushes[event.seat_id] = event.stop

    def _member_stopped(self, event: MemberStopped) -> None:
        if event.stop is None:
            self._ledger.pauses.pop(event.member_id, None)
        else:
            self._ledger.pauses[event.member_id] = event.stop

    def _erased(self, event: MemberErased) -> None:
        self._ledger.cared_for.discard(event.member_id)
        self._ledger.pauses.pop(event.member_id, None)
        self._ledger.frozen.discard(event.member_id)
