"""What follows when somebody asks for a listener, and when two talk.

| what happened | what follows |
|---|---|
| somebody asked, came on duty, or let an ask go | it is laid before who fits, at once |
| an ask lies before somebody, a talk began or changed | they, and staff there, read it at once |
| a member's own key is another one now | their open lines come back, and find theirs shut |
| a hand is up, or down; the guard called people | the desk is told |
| one of two tried to pass on a way to be reached | a listener's second try calls people |
| somebody who asked may be in danger | their ask moves up; it was a hard talk |
| a right to listen was frozen or ended, a listener is paused | their duty ends |
| a listener was kept out for good | their talk ends at once, too |
| somebody went for good, or gave up their seat in a talk | their talk ends |
"""

from __future__ import annotations

from typing import Any, Protocol

from holdfast.crisis.events import ConcernRaised
from holdfast.kit.ids import MemberId
from holdfast.kit.work import Event, Workshop
from holdfast.listening.actions import (
    end_as_listener,
    end_what_has_nobody,
    end_where_seat_was_left,
    make_offers,
    note_concern,
    note_try,
    stop_duty,
)
from holdfast.listening.events import (
    AskChanged,
    DutyChanged,
    GuardCalled,
    HandDown,
    HandRaised,
    ListeningBegan,
    ListeningChanged,
    OfferChanged,
)
from holdfast.listening.jobs import forget, look
from holdfast.listening.queries import session_in
from holdfast.listening.queries.asks import asks_or_talks
from holdfast.members.events import MemberErased
from holdfast.moderation.events import Tried
from holdfast.moderation.rules.cases import FlagKind
from holdfast.reactions.errands import Spawn
from holdfast.rights.events import OwnKeyRenewed, RightStopped
from holdfast.rights.rules import Member, System
from holdfast.rights.tables import RightRole
from holdfast.rooms.events import MemberStopped, SeatLeft
from holdfast.staff.events import RotaChanged

ASK_IS_NEW, NO_MORE = "asked", "gone"
COME_BACK = 1001  # the handshake decides anew


class Tells(Protocol):
    """Who tells people things on their open lines, as far as listening asks."""

    lines: Any

    def tell_member(self, member_id: MemberId, event: dict[str, Any]) -> None: ...
    def tell_staff_in(self, slug: str, event: dict[str, Any]) -> None: ...
    def tell_desk(self, what: str, number: int, version: int) -> None: ...


class ListeningWork:
    """Hears what is new about listening, tells who it concerns, and does what follows."""

    def __init__(self, workshop: Workshop, floor: Tells, spawn: Spawn) -> None:
        self._workshop = workshop
        self._floor = floor
        self._spawn = spawn
        self.covered = True  # whether somebody must be on shift who can be called in
        workshop.everywhere.append(self.know)
        workshop.hearers.append(self.hear)

    def know(self, event: Event) -> None:
        """Whoever is concerned reads it, wherever their line is."""
        match event:
            case ListeningBegan(slug=slug, asker_id=asker, listener_id=listener):
                self._tell((asker, listener), "began", slug)
            case ListeningChanged(slug=slug, people=people, what=what):
                self._tell(people, what, slug)
                self._floor.tell_staff_in(slug, {"event": "listening", "what": what})
            case OfferChanged(member_id=member_id, what=what):
                self._tell((member_id,), what)
            case AskChanged(member_id=member_id, what=what) if what != ASK_IS_NEW:
                self._tell((member_id,), what)
            case HandRaised() | HandDown():
                self._floor.tell_desk("hand", event.id, event.version)
            case GuardCalled():
                self._floor.tell_desk("guard", event.id, 0)
            case OwnKeyRenewed(member_id=member_id):
                self._come_back(member_id)

    def _come_back(self, member_id: MemberId) -> None:
        """Each page of theirs is told why, then each line is closed: it could hear no word more."""
        self._tell((member_id,), "renewed")
        for line in list(self._floor.lines):
            if isinstance(line.actor, Member) and line.actor.id == member_id:
                line.close(COME_BACK)

    def _tell(self, people: tuple[MemberId, ...], what: str, slug: str = "") -> None:
        told = {"event": "listening", "what": what, **({"room": slug} if slug else {})}
        for member_id in people:
            self._floor.tell_member(member_id, told)

    def hear(self, event: Event) -> None:
        """What this process just did is followed by it."""
        match event:
            case AskChanged(what="asked") | DutyChanged(on=True) | RotaChanged():
                self._spawn(self.offer())
            case OfferChanged(what="gone"):
                self._spawn(self.offer())
            case Tried(what=FlagKind.CONTACT_AGAIN):
                self._spawn(self._tried(event))
            case ConcernRaised(member_id=member_id, concern=concern):
                self._spawn(self._concern(member_id, concern))
            case RightStopped(member_id=member_id, role=RightRole.LISTENER) if member_id:
                self._spawn(self._stop(member_id, "right"))
            case MemberStopped(member_id=member_id, stop=stop) if stop is not None:
                self._spawn(self._stop(member_id, "paused", for_good=stop.until is None))
            case SeatLeft():
                self._spawn(self._left(event))
            case MemberErased():
                self._spawn(self._gone())

    async def offer(self) -> None:
        """Lay what waits before who is there."""
        async with self._workshop.work() as work:
            await make_offers(work, System(), covered=self.covered)

    async def look(self) -> None:
        """Whoever has the duties: what goes by the clock."""
        await look(self._workshop, covered=self.covered)

    async def forget(self) -> None:
        """Whoever has the duties: what was kept for long enough."""
        await forget(self._workshop)

    async def _tried(self, event: Tried) -> None:
        async with self._workshop.work() as work:
            await note_try(
                work,
                System(),
                room_id=event.room_id,
                seat_id=event.seat_id,
                nonce=event.nonce,
            )

    async def _concern(self, member_id: MemberId, concern: int) -> None:
        async with self._workshop.reading() as work:
            if not await asks_or_talks(work, member_id):
                return
        async with self._workshop.work() as work:
            await note_concern(work, System(), member_id=member_id, concern=concern)

    async def _stop(self, member_id: MemberId, how: str, *, for_good: bool = False) -> None:
        async with self._workshop.work() as work:
            await stop_duty(work, System(), member_id=member_id, how=how)
            if for_good:
                await end_as_listener(work, System(), member_id=member_id)

    async def _left(self, event: SeatLeft) -> None:
        async with self._workshop.reading() as work:
            talk = await session_in(work, event.room_id)
            if talk is None or talk.ended_at is not None:
                return
        async with self._workshop.work() as work:
            await end_where_seat_was_left(
                work, System(), room_id=event.room_id, seat_id=event.seat_id
            )

    async def _gone(self) -> None:
        async with self._workshop.work() as work:
            await end_what_has_nobody(work, System())
