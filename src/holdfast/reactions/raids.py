"""What follows when people come in: they are counted, and a raid is noticed.

All of it is decided from memory, at once, and in every process: each hears of everybody's arrival.
What must last is written every few seconds by the process that people came through. Two processes
may notice a raid in the same moment; they begin one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from holdfast.kit.ids import MemberId, RaidId, RoomId, SeatId
from holdfast.kit.work import Event, Workshop
from holdfast.members.actions import forget_the_day
from holdfast.members.events import MemberCameIn, MemberErased, MembersSettled
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.raids.actions import begin_raid, end_raid, forget_what_is_old, note_cohort
from holdfast.raids.events import RaidBegan, RaidEnded, ReadFirstSet
from holdfast.raids.queries import open_raids, open_rooms, rooms_read_first
from holdfast.raids.rules import CALM_FOR, COMMUNITY, JustCame
from holdfast.reactions.arrivals import Arrivals
from holdfast.reactions.errands import Spawn
from holdfast.reactions.ladder import Ladder
from holdfast.reactions.paces import Paces, SayIn
from holdfast.rights.rules import System
from holdfast.rooms.events import SeatTaken

NOBODY: frozenset[MemberId] = frozenset()
Cohorts = dict[RaidId, set[MemberId]]


class RaidWatch:
    """Who came lately, what is usual, and what holds while it is far more than that."""

    def __init__(self, workshop: Workshop, ledger: Ledger, say: SayIn, spawn: Spawn) -> None:
        self._workshop, self._ledger = workshop, ledger
        self._spawn = spawn
        self.covered = True  # False: nobody is on shift, so nobody's words wait to be read
        self.ladder = Ladder()
        self.arrivals = Arrivals(workshop.clock)
        self.raids: dict[RaidId, RoomId | None] = {}
        self._paces = Paces(ledger, say)
        self._beginning: set[int] = set()
        self._rests: dict[int, float] = {}  # ticks before which it does not begin by itself
        self._busy: dict[RaidId, float] = {}  # ticks when it was last not calm
        self._read_first: set[RoomId] = set()  # as stewards set it
        self._counted = False  # whether whoever just came in, or sat down, was counted
        self._cohorts: Cohorts = {}
        self._today: date | None = None
        workshop.everywhere.append(self.know)
        workshop.hearers.append(self.hear)

    @property
    def just_came(self) -> JustCame:
        return self.arrivals.just_came

    async def begin(self) -> None:
        """Know who has been here long enough, what is usual, and what goes on."""
        if not self.covered:
            return
        async with self._workshop.reading() as work:
            await self.ladder.begin(work)
            await self.arrivals.begin(work)
        self._ledger.is_newcomer = self.ladder.is_newcomer
        self._paces.begin()
        await self._read_again()
        self._paces.say_all()

    def are_many(self, room_id: RoomId) -> bool:
        """Whether newcomers are read first here because many are coming in."""
        going = set(self.raids.values())
        return None in going or room_id in going or self.just_came.is_wary(self._now())

    # -- everywhere: what this process knows ---------------------------------------------------

    def know(self, event: Event) -> None:
        """Somebody came in or sat down; a raid began or is over: here or elsewhere."""
        match event:
            case MemberCameIn(member_id, False) if self.covered:
                self.arrivals.came(member_id)
                self._look_at(COMMUNITY)
                self._apply_first_words()
            case SeatTaken(room_id, seat_id, member_id) if self.covered:
                self._counted = self.arrivals.sat_down(room_id, seat_id, member_id)
                if self._counted:
                    self._look_at(room_id)
            case MembersSettled(members):
                self.ladder.settled.update(members)
            case MemberErased(member_id):
                self.ladder.settled.discard(member_id)
                self.just_came.forget(member_id)
            case RaidBegan():
                self._began(event)
            case RaidEnded():
                self._ended(event)
            case ReadFirstSet(room_id, on):
                (self._read_first.add if on else self._read_first.discard)(room_id)
                self._apply()

    def _began(self, event: RaidBegan) -> None:
        """By a person's hand it begins with whoever comes next; else with who came just now."""
        self.raids[event.raid_id] = event.room_id
        self._busy[event.raid_id] = self._now()
        found = self.just_came.in_room(event.room_id) if event.by_itself else set()
        self._cohorts.setdefault(event.raid_id, set()).update(found)
        self._apply()

    def _ended(self, event: RaidEnded) -> None:
        self.raids.pop(event.raid_id, None)
        if event.by_hand:
            self.just_came.wary_until = self._now()
            place = event.room_id or COMMUNITY
            self._rests[place] = self._now() + CALM_FOR.total_seconds()
        self._apply()

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was said through another process: some of those only just came."""
        if self.covered:
            self._spoke(self.ladder.newcomers_among(entries))

    # -- once: what came through this process --------------------------------------------------

    def hear(self, event: Event) -> None:
        """What this process just did is written down by it, and told in rooms."""
        match event:
            case MemberCameIn(member_id, False) if self.covered:
                self.arrivals.to_be_written(COMMUNITY)
                self._join_cohorts(member_id, None)
            case SeatTaken(room_id, _, member_id) if self.covered and self._counted:
                self.arrivals.to_be_written(room_id)
                self._join_cohorts(member_id, room_id)
            case RaidBegan() | RaidEnded():
                self._paces.say_all()

    def told(self, entries: Sequence[Entry]) -> None:
        """What was just said: it counts for who said it, and some of them only just came."""
        if self.covered:
            self._spoke(self.ladder.told(entries))

    def _spoke(self, seats: list[SeatId]) -> None:
        if seats and self.just_came.members:
            self.just_came.spoke(seats, self._now(), self.arrivals.usually(COMMUNITY))
            self._apply_first_words()

    def _join_cohorts(self, member_id: MemberId, room_id: RoomId | None) -> None:
        for raid, room in self.raids.items():
            if room == room_id:
                self._cohorts.setdefault(raid, set()).add(member_id)

    def _look_at(self, place: int) -> None:
        """Begin a raid, where far more came than usual and nothing stands against it."""
        going = set(self.raids.values())
        known = None in going or (place and place in going) or place in self._beginning
        if known or self._rests.get(place, self._now()) > self._now():
            return
        if self.arrivals.are_too_many(place):
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

    def _apply(self) -> None:
        """In which rooms newcomers are read first, and which of them go slowly."""
        raided = self._paces.raided(set(self.raids.values())) if self.covered else set()
        self._ledger.read_first = (self._read_first if self.covered else set()) | raided
        self._paces.apply(raided)
        self._apply_first_words()

    def _apply_first_words(self) -> None:
        wary = self.covered and self.just_came.is_wary(self._now())
        self._ledger.only_just = self.just_came.members if wary else NOBODY

    # -- every few seconds --------------------------------------------------------------------

    async def look(self) -> None:
        """Whoever has the duties: end what is calm, and see and say what others have set."""
        if not self.covered:
            return
        await self.look_here()
        await self._end_what_is_calm()
        await self._read_again()
        self._paces.say_all()

    async def look_here(self) -> None:
        """Every process: write down what came through it."""
        if self.covered:
            self.just_came.grow_older(self._now())
            self._apply_first_words()
            await self.write_down()

    async def write_down(self) -> None:
        """What was counted since the last time, in one transaction; nothing, if nothing was.

        What could not be kept is counted still, and written the next time.
        """
        arrived, said = self.arrivals.take(), self.ladder.take()
        cohorts, self._cohorts = self._cohorts, {}
        today = self._workshop.clock.now().date()
        if not (said or arrived or any(cohorts.values()) or today != self._today):
            return
        try:
            async with self._workshop.work() as work:
                if today != self._today:
                    await forget_the_day(work, System())  # first: it takes its turn
                await self.ladder.write_down(work, said)
                await self.arrivals.write_down(work, arrived)
                for raid, members in cohorts.items():
                    await note_cohort(work, System(), raid_id=raid, members=members)
                if today != self._today:
                    await forget_what_is_old(work, System())
        except BaseException:
            self.arrivals.give_back(arrived)
            self.ladder.give_back(said)
            for raid, members in cohorts.items():
                self._cohorts.setdefault(raid, set()).update(members)
            raise
        self._today = today

    async def _end_what_is_calm(self) -> None:
        now = self._now()
        for raid, room in list(self.raids.items()):
            if not self.arrivals.are_calm(room or COMMUNITY):
                self._busy[raid] = now
            elif now - self._busy.setdefault(raid, now) >= CALM_FOR.total_seconds():
                async with self._workshop.work() as work:
                    await end_raid(work, System(), raid_id=raid)

    async def _read_again(self) -> None:
        async with self._workshop.reading() as work:
            self.raids = await open_raids(work)
            self._read_first = await rooms_read_first(work)
            self._paces.rooms = await open_rooms(work)
        self._apply()

    def _now(self) -> float:
        return self._workshop.clock.ticks()
