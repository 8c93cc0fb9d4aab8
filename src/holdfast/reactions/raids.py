"""What follows when people come in: they are counted, and a raid is noticed.

All of it is decided from memory, at once; what must last is written every few seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from typing import Any

from holdfast.kit.ids import MemberId, RaidId, RoomId, SeatId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Event, Workshop
from holdfast.members.actions import forget_the_day
from holdfast.members.events import MemberCameIn, MemberErased
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Announce
from holdfast.raids.actions import (
    begin_raid,
    end_raid,
    forget_what_is_old,
    note_arrivals,
    note_cohort,
)
from holdfast.raids.events import CohortUndone, RaidBegan, RaidEnded, ReadFirstSet
from holdfast.raids.queries import (
    OpenRoom,
    arrivals_since,
    open_raids,
    open_rooms,
    rooms_read_first,
)
from holdfast.raids.rules import (
    CALM_FOR,
    COMMUNITY,
    DAY,
    FOR_COMMUNITY,
    FOR_ROOM,
    LOOKED_BACK,
    SLOW,
    JustCame,
    Lately,
    slot_of,
    usual,
)
from holdfast.reactions.ladder import Ladder
from holdfast.rights.rules import System
from holdfast.rooms.events import SeatTaken

Spawn = Callable[[Coroutine[Any, Any, None]], None]
TellDesk = Callable[[str, int, int], None]
NOBODY: frozenset[MemberId] = frozenset()


class RaidWatch:
    """Who came lately, what is usual, and what holds while it is far more than that."""

    def __init__(
        self, workshop: Workshop, ledger: Ledger, tell_desk: TellDesk, spawn: Spawn
    ) -> None:
        self._workshop, self._ledger = workshop, ledger
        self._tell_desk, self._spawn = tell_desk, spawn
        self.covered = True  # False: nobody is on shift, so nobody's words wait to be read
        self.ladder = Ladder()
        self.raids: dict[RaidId, RoomId | None] = {}
        self.just_came = JustCame()
        self._places: dict[int, Lately] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._usual: dict[int, tuple[int, float]] = {}
        self._beginning: set[int] = set()
        self._rests: dict[int, float] = {}  # ticks before which it does not begin by itself
        self._busy: dict[RaidId, float] = {}  # ticks when it was last not calm
        self._read_first: set[RoomId] = set()  # as stewards set it
        self._rooms: list[OpenRoom] = []
        self._slowed: dict[RoomId, int | None] = {}  # how slow they were before
        self._arrived: Counter[tuple[int, int]] = Counter()
        self._cohorts: dict[RaidId, set[MemberId]] = {}
        self._today: date | None = None

    async def begin(self) -> None:
        """Know who has been here long enough, what is usual, and what goes on."""
        if not self.covered:
            return
        since = self._slot() - (LOOKED_BACK + 1) * DAY
        async with self._workshop.reading() as work:
            await self.ladder.begin(work)
            self._counts = await arrivals_since(work, since)
        self._ledger.is_newcomer = self.ladder.is_newcomer
        await self._read_again()

    def are_many(self, room_id: RoomId) -> bool:
        """Whether newcomers are read first here because many are coming in."""
        going = set(self.raids.values())
        return None in going or room_id in going or self.just_came.is_wary(self._now())

    # -- what happened ------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Somebody came in or sat down; a raid began or is over."""
        match event:
            case MemberCameIn(member_id, False) if self.covered:
                self._came(member_id)
            case SeatTaken(room_id, seat_id, member_id) if self.covered:
                self._sat_down(room_id, seat_id, member_id)
            case MemberErased(member_id):
                self.ladder.settled.discard(member_id)
                self.just_came.forget(member_id)
            case RaidBegan(raid_id, room_id, version):
                self.raids[raid_id] = room_id
                self._busy[raid_id] = self._now()
                self._cohorts[raid_id] = self._whom_it_found(room_id)
                self._changed(raid_id, version)
            case RaidEnded(raid_id, room_id, version, by_hand):
                self.raids.pop(raid_id, None)
                if by_hand:
                    self.just_came.wary_until = self._now()
                    self._rests[room_id or COMMUNITY] = self._now() + CALM_FOR.total_seconds()
                self._changed(raid_id, version)
            case CohortUndone(raid_id, version):
                self._tell_desk("raid", raid_id, version)
            case ReadFirstSet(room_id, on):
                (self._read_first.add if on else self._read_first.discard)(room_id)
                self._apply()

    def told(self, entries: Sequence[Entry]) -> None:
        """What was just said: it counts for who said it, and some of them only just came."""
        if not self.covered:
            return
        spoke = self.ladder.told(entries)
        if spoke and self.just_came.members:
            self.just_came.spoke(spoke, self._now(), self._usually(COMMUNITY))
            self._apply_first_words()

    def _came(self, member_id: MemberId) -> None:
        self._note(COMMUNITY)
        self.just_came.came(member_id, self._now(), self._usually(COMMUNITY))
        self._join_cohorts(member_id, None)
        self._look_at(COMMUNITY)
        self._apply_first_words()

    def _sat_down(self, room_id: RoomId, seat_id: SeatId, member_id: MemberId) -> None:
        if self.just_came.sat_down(room_id, seat_id, member_id):
            self._note(room_id)
            self._join_cohorts(member_id, room_id)
            self._look_at(room_id)

    def _note(self, place: int) -> None:
        self._arrived[place, self._slot()] += 1
        self._places.setdefault(place, Lately()).note(self._now())

    def _join_cohorts(self, member_id: MemberId, room_id: RoomId | None) -> None:
        for raid, room in self.raids.items():
            if room == room_id:
                self._cohorts.setdefault(raid, set()).add(member_id)

    def _whom_it_found(self, room_id: RoomId | None) -> set[MemberId]:
        """Who came while it began: by a person's hand it begins with whoever comes next."""
        began_by_itself = (room_id or COMMUNITY) in self._beginning
        return self.just_came.in_room(room_id) if began_by_itself else set()

    def _look_at(self, place: int) -> None:
        """Begin a raid, where far more came than usual and nothing stands against it."""
        now, bar = self._now(), FOR_ROOM if place else FOR_COMMUNITY
        going = set(self.raids.values())
        known = None in going or (place and place in going) or place in self._beginning
        if known or self._rests.get(place, now) > now:
            return
        if self._places[place].are_too_many(self._usually(place), bar, now):
            self._beginning.add(place)
            self._spawn(self._begin(place))

    async def _begin(self, place: int) -> None:
        room_id = RoomId(place) if place else None
        try:
            async with self._workshop.work() as work:
                members = self.just_came.in_room(room_id)
                await begin_raid(work, System(), room_id=room_id, members=members)
        finally:
            self._beginning.discard(place)

    # -- what holds now -----------------------------------------------------------------------

    def _changed(self, raid_id: RaidId, version: int) -> None:
        self._apply()
        self._tell_desk("raid", raid_id, version)

    def _apply(self) -> None:
        """In which rooms newcomers are read first, and which of them go slowly."""
        raided = self._raided() if self.covered else set()
        self._ledger.read_first = (self._read_first if self.covered else set()) | raided
        slow = self._ledger.slow
        for room in raided - set(self._slowed):
            self._slowed[room] = slow.get(room)
            self._say_how_slow(room, max(SLOW, slow.get(room, 0)))
        for room in set(self._slowed) - raided:
            before = self._slowed.pop(room)
            if slow.get(room) == SLOW:  # nobody has set it otherwise meanwhile
                self._say_how_slow(room, before or 0)
        self._apply_first_words()

    def _raided(self) -> set[RoomId]:
        if None in self.raids.values():
            return {room.id for room in self._rooms}
        return {room for room in self.raids.values() if room is not None}

    def _apply_first_words(self) -> None:
        wary = self.covered and self.just_came.is_wary(self._now())
        self._ledger.only_just = self.just_came.members if wary else NOBODY

    def _say_how_slow(self, room_id: RoomId, seconds: int) -> None:
        if seconds:
            self._ledger.slow[room_id] = seconds
        else:
            self._ledger.slow.pop(room_id, None)
        known = next((room for room in self._rooms if room.id == room_id), None)
        if known is not None:
            state = self._ledger.states.get(room_id, (known.state, None))[0]
            facts = {"state": state.value, "slow": seconds}
            at = to_millis(self._ledger.clock.now())
            self._ledger.enter(Announce(room_id, at, "room_changed", facts))

    # -- every few seconds --------------------------------------------------------------------

    async def look(self) -> None:
        """Write down what was counted, end what is calm, and see what others have set."""
        if not self.covered:
            return
        self.just_came.grow_older(self._now())
        await self.write_down()
        await self._end_what_is_calm()
        await self._read_again()

    async def write_down(self) -> None:
        """What was counted since the last time, in one transaction; nothing, if nothing was."""
        today = self._workshop.clock.now().date()
        arrived, self._arrived = self._arrived, Counter()
        cohorts, self._cohorts = self._cohorts, {}
        if not (self.ladder.has_counted or arrived or cohorts or today != self._today):
            return
        async with self._workshop.work() as work:
            await self.ladder.write_down(work)
            await note_arrivals(work, System(), counts=arrived)
            for raid, members in cohorts.items():
                await note_cohort(work, System(), raid_id=raid, members=members)
            if today != self._today:
                await forget_the_day(work, System())
                await forget_what_is_old(work, System())
        self._today = today
        for (place, slot), count in arrived.items():
            known = self._counts.setdefault(place, {})
            known[slot] = known.get(slot, 0) + count

    async def _end_what_is_calm(self) -> None:
        now = self._now()
        for raid, room in list(self.raids.items()):
            place = room or COMMUNITY
            lately = self._places.get(place, Lately())
            if not lately.are_calm(self._usually(place), now):
                self._busy[raid] = now
            elif now - self._busy.setdefault(raid, now) >= CALM_FOR.total_seconds():
                async with self._workshop.work() as work:
                    await end_raid(work, System(), raid_id=raid)

    async def _read_again(self) -> None:
        async with self._workshop.reading() as work:
            self.raids = await open_raids(work)
            self._read_first = await rooms_read_first(work)
            self._rooms = await open_rooms(work)
        self._apply()

    def _usually(self, place: int) -> float:
        slot = self._slot()
        known = self._usual.get(place)
        if known is None or known[0] != slot:
            bar = FOR_ROOM if place else FOR_COMMUNITY
            known = (slot, usual(self._counts.get(place, {}), slot, bar))
            self._usual[place] = known
        return known[1]

    def _slot(self) -> int:
        return slot_of(self._workshop.clock.now().timestamp())

    def _now(self) -> float:
        return self._workshop.clock.ticks()
