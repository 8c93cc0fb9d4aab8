"""Who came lately, here and through every other process, and what is usual.

Every process counts everybody, so that each can tell a raid; each writes down only what came
through itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from holdfast.kit.clock import Clock
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.raids.actions import note_arrivals
from holdfast.raids.queries import arrivals_since
from holdfast.raids.rules import (
    COMMUNITY,
    DAY,
    FOR_COMMUNITY,
    FOR_ROOM,
    LOOKED_BACK,
    JustCame,
    Lately,
    slot_of,
    usual,
)
from holdfast.rights.rules import System

Places = Mapping[tuple[int, int], int]  # how many came to a place in ten minutes


class Arrivals:
    """Counts who comes in and who sits down where."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.just_came = JustCame()
        self._places: dict[int, Lately] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._usual: dict[int, tuple[int, float]] = {}
        self._unwritten: Counter[tuple[int, int]] = Counter()

    async def begin(self, work: Work) -> None:
        """Know what is usual here."""
        self._counts = await arrivals_since(work, self._slot() - (LOOKED_BACK + 1) * DAY)

    def came(self, member_id: MemberId) -> None:
        self._note(COMMUNITY)
        self.just_came.came(member_id, self.now(), self.usually(COMMUNITY))

    def sat_down(self, room_id: RoomId, seat_id: SeatId, member_id: MemberId) -> bool:
        """Whether who sits down only just came, and sits there for the first time."""
        if not self.just_came.sat_down(room_id, seat_id, member_id):
            return False
        self._note(room_id)
        return True

    def _note(self, place: int) -> None:
        known, slot = self._counts.setdefault(place, {}), self._slot()
        known[slot] = known.get(slot, 0) + 1
        self._places.setdefault(place, Lately()).note(self.now())

    def are_too_many(self, place: int) -> bool:
        bar = FOR_ROOM if place else FOR_COMMUNITY
        lately = self._places.get(place)
        return lately is not None and lately.are_too_many(self.usually(place), bar, self.now())

    def are_calm(self, place: int) -> bool:
        return self._places.get(place, Lately()).are_calm(self.usually(place), self.now())

    def usually(self, place: int) -> float:
        """How many come to a place in ten minutes, at this time of the day."""
        slot = self._slot()
        known = self._usual.get(place)
        if known is None or known[0] != slot:
            bar = FOR_ROOM if place else FOR_COMMUNITY
            known = (slot, usual(self._counts.get(place, {}), slot, bar))
            self._usual[place] = known
        return known[1]

    # -- what this process writes down ---------------------------------------------------------

    def to_be_written(self, place: int) -> None:
        """One more came to this place, through this process."""
        self._unwritten[place, self._slot()] += 1

    def take(self) -> Places:
        """What was counted since the last time; whoever cannot keep it gives it back."""
        taken, self._unwritten = self._unwritten, Counter()
        return taken

    def give_back(self, taken: Places) -> None:
        self._unwritten.update(taken)

    async def write_down(self, work: Work, taken: Places) -> None:
        await note_arrivals(work, System(), counts=taken)

    def now(self) -> float:
        return self._clock.ticks()

    def _slot(self) -> int:
        return slot_of(self._clock.now().timestamp())
