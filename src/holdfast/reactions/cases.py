"""What follows from reports and for cases: what machines noticed joins them.

| what happened | what follows |
|---|---|
| somebody may be in danger now | who holds a case about them has 90 seconds, then others may |
| words were held for conduct a second time in a day | a flag in the case of who wrote them |
| somebody tried a second time to pass on a way to be reached | the same |
"""

from __future__ import annotations

from holdfast.crisis.events import ConcernRaised
from holdfast.kit.ids import MemberId, SeatId
from holdfast.kit.work import Event, Workshop
from holdfast.messages.ledger import Ledger
from holdfast.messages.rules.fates import ContactBetween, ContactDetail, Fate
from holdfast.moderation.actions import hurry_claims, note_flag
from holdfast.moderation.events import Tried
from holdfast.moderation.queries.cases import is_any_claimed, message_under
from holdfast.moderation.rules.cases import AGAIN, WITHIN, FlagKind
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System
from holdfast.rooms.access import Seat
from holdfast.screening.concern import Concern

A_WAY_TO_BE_REACHED = (ContactDetail, ContactBetween)
MOST = 5_000  # seats remembered; who was noticed longest ago is forgotten first

Tries = dict[tuple[SeatId, FlagKind], dict[str, float]]  # by whom and what: nonces, and when


class CaseWork:
    """Hears what is new about cases, and what becomes of words that are not simply said."""

    def __init__(self, workshop: Workshop, ledger: Ledger, spawn: Spawn) -> None:
        self._workshop = workshop
        self._ledger = ledger
        self._spawn = spawn
        self._tries: Tries = {}
        ledger.fated = self.fated
        workshop.everywhere.append(self.know)
        workshop.hearers.append(self.hear)

    def know(self, event: Event) -> None:
        """Somebody tried, here or elsewhere: it is the same person."""
        if isinstance(event, Tried):
            self._remember(event)

    def hear(self, event: Event) -> None:
        """A concern is high or immediate now; or somebody tried once more, here."""
        match event:
            case ConcernRaised() if event.concern >= Concern.HIGH:
                self._spawn(self._hurry(event.member_id))
            case Tried() if len(self._tries.get((event.seat_id, event.what), ())) >= AGAIN:
                self._spawn(self._flag(event))

    def fated(self, seat: Seat, nonce: str, fate: Fate) -> None:
        """Once may be a slip. The second time in a day a person should know; it decides nothing."""
        if (what := flag_of(fate)) is not None:
            self._spawn(self._tell(Tried(seat.room_id, seat.id, nonce, what)))

    async def _tell(self, tried: Tried) -> None:
        async with self._workshop.work() as work:
            work.announce(tried)

    def _remember(self, tried: Tried) -> None:
        """Sending the same again, or asking for it to be read as it is, is the same try."""
        now, key = self._workshop.clock.ticks(), (tried.seat_id, tried.what)
        recent = self._tries.pop(key, {})
        since = now - WITHIN.total_seconds()
        tries = {one: at for one, at in recent.items() if at > since} | {tried.nonce: now}
        self._tries[key] = dict(list(tries.items())[-AGAIN:])
        while len(self._tries) > MOST:
            del self._tries[next(iter(self._tries))]

    async def _hurry(self, member_id: MemberId) -> None:
        async with self._workshop.reading() as work:
            if not await is_any_claimed(work, member_id):
                return
        async with self._workshop.work() as work:
            await hurry_claims(work, System(), member_id=member_id)

    async def _flag(self, tried: Tried) -> None:
        await self._ledger.caught_up()
        async with self._workshop.work() as work:
            message_id = await message_under(work, tried.seat_id, tried.nonce)
            await note_flag(
                work,
                System(),
                room_id=tried.room_id,
                seat_id=tried.seat_id,
                what=tried.what,
                message_id=message_id,
            )


def flag_of(fate: Fate) -> FlagKind | None:
    """What such a fate says of how somebody goes on; nothing for most."""
    if fate.why == "contact" or fate.refusal in A_WAY_TO_BE_REACHED:
        return FlagKind.CONTACT_AGAIN
    return FlagKind.HELD_AGAIN if fate.why == "conduct" else None
