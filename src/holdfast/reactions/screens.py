"""What people read at once on their open screens, whichever process did it and whichever they use.

| what happened, here or elsewhere | who reads it |
|---|---|
| an escalation, a case, a raid or relief changed | the desk, without words |
| words that were held were given back or taken back | who wrote them; the desk |
| somebody came to a member | the member |
| a seat may not write for a while | the member |
| a seat has another name | whoever reads what is said from then on |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from holdfast.crisis.events import CareOffered, EscalationChanged
from holdfast.kit.clock import stamp
from holdfast.kit.ids import MemberId, SeatId
from holdfast.kit.work import Event, Workshop
from holdfast.messages.events import PostReturned, PostWithdrawn
from holdfast.moderation.events import CaseChanged
from holdfast.raids.events import CohortUndone, RaidBegan, RaidEnded
from holdfast.rooms.events import SeatRenamed, SeatStopped
from holdfast.rooms.rules.stops import WHERE, Stop
from holdfast.wellbeing.events import ReliefChanged


class Floor(Protocol):
    """Who tells people things on their open lines, as far as reactions ask."""

    def tell_member(self, member_id: MemberId, event: dict[str, Any]) -> None: ...
    def tell_member_in(self, member_id: MemberId, slug: str, event: dict[str, Any]) -> None: ...
    def tell_staff_in(self, slug: str, event: dict[str, Any]) -> None: ...
    def tell_desk(self, what: str, number: int, version: int) -> None: ...
    def forget_seat(self, seat_id: SeatId) -> None: ...


class Screens:
    """Tells the lines of this process what concerns them."""

    def __init__(self, workshop: Workshop, floor: Floor) -> None:
        self._floor = floor
        self._table: dict[type[Event], Callable[[Any], None]] = {
            EscalationChanged: lambda event: self._desk("escalation", event.id, event.version),
            CaseChanged: lambda event: self._desk("case", event.id, event.version),
            RaidBegan: lambda event: self._desk("raid", event.raid_id, event.version),
            RaidEnded: lambda event: self._desk("raid", event.raid_id, event.version),
            CohortUndone: lambda event: self._desk("raid", event.raid_id, event.version),
            ReliefChanged: lambda event: self._desk("relief", event.relief_id),
            PostReturned: self._returned,
            PostWithdrawn: lambda _: self._desk("held"),
            CareOffered: self._offer,
            SeatStopped: self._seat_stopped,
            SeatRenamed: lambda event: floor.forget_seat(event.seat_id),
        }
        workshop.everywhere.append(self.hear)

    def hear(self, event: Event) -> None:
        """Look the event up in the table."""
        if (tell := self._table.get(type(event))) is not None:
            tell(event)

    def _desk(self, what: str, number: int = 0, version: int = 0) -> None:
        self._floor.tell_desk(what, number, version)

    def _returned(self, event: PostReturned) -> None:
        told = {
            "event": "returned",
            "nonce": event.nonce,
            "rule": event.rule,
            "words": event.words,
            "suggestion": event.suggestion,
        }
        self._floor.tell_member_in(event.member_id, event.slug, told)
        self._desk("held")

    def _offer(self, event: CareOffered) -> None:
        told = {
            "event": "care",
            "level": event.level,
            "side_space": event.side_space,
            "person": event.person,
        }
        self._floor.tell_member(event.member_id, told)

    def _seat_stopped(self, event: SeatStopped) -> None:
        if event.stop is not None and event.member_id is not None:
            self._floor.tell_member_in(event.member_id, event.slug, hushed(event.stop))


def hushed(stop: Stop) -> dict[str, Any]:
    """The event that tells a member so: the rule by its code, until when, and where to appeal."""
    until = stamp(stop.until) if stop.until is not None else None
    return {"event": "hushed", "why": stop.rule, "until": until, "appeal": WHERE}
