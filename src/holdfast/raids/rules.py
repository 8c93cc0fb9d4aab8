"""When many coming in are too many, and who only just came. Pure: the clock is handed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import median

from msgspec import Struct

from holdfast.kit.ids import MemberId, RoomId, SeatId

SLOT = 600  # seconds: arrivals are counted by ten minutes
DAY = 144  # slots
LOOKED_BACK = 14  # days
AROUND = 3  # slots before and after this time of day
TIMES = 5  # the usual, and it is a raid
MINUTE = 60.0
COMMUNITY = 0  # the place that is no room

CALM_FOR = timedelta(minutes=30)
COHORT_KEPT = timedelta(days=7)  # from the end of a raid
SLOW = 5  # seconds between one message and the next, in rooms of a raid

JUST_CAME = 600.0  # seconds
FIRST_SPEAKERS = 3  # who only just came, within a minute: whoever is next is read first
AT_ONCE, ONCE = 4, 10.0  # so many coming in within so many seconds: they are read first, too
WARY_FOR = 120.0


class Bar(Struct, frozen=True):
    """What is never too many, however quiet it usually is."""

    usual: float  # in ten minutes
    in_a_minute: int


FOR_COMMUNITY = Bar(usual=4, in_a_minute=12)
FOR_ROOM = Bar(usual=3, in_a_minute=8)


def slot_of(seconds: float) -> int:
    """The ten minutes a moment lies in, counted since 1970."""
    return int(seconds // SLOT)


def usual(counts: Mapping[int, int], now: int, bar: Bar) -> float:
    """How many come in ten minutes at this time of day: the middle of the last two weeks.

    The middle is moved by no single night, so a raid does not make the next one usual.
    """
    if not counts:
        return bar.usual
    first = min(counts)
    slots = [
        now - day * DAY + beside
        for day in range(1, LOOKED_BACK + 1)
        for beside in range(-AROUND, AROUND + 1)
    ]
    known = [counts.get(slot, 0) for slot in slots if slot >= first]
    return max(bar.usual, float(median(known))) if known else bar.usual


class Lately:
    """How many came to one place in the last ten minutes."""

    __slots__ = ("_at",)

    def __init__(self) -> None:
        self._at: deque[float] = deque()

    def note(self, now: float) -> None:
        self._at.append(now)
        while self._at[0] <= now - SLOT:
            self._at.popleft()

    def within(self, seconds: float, now: float) -> int:
        """How many came in this last while; both ends belong to it."""
        return sum(1 for at in reversed(self._at) if at >= now - seconds)

    def are_too_many(self, usually: float, bar: Bar, now: float) -> bool:
        """More than five times the usual, or more in one minute than anybody expects."""
        in_ten = self.within(SLOT, now) > TIMES * usually
        return in_ten or self.within(MINUTE, now) > max(bar.in_a_minute, usually)

    def are_calm(self, usually: float, now: float) -> bool:
        return self.within(SLOT, now) <= 2 * usually


class JustCame:
    """Who came in within the last ten minutes, where they sit, and how many of them speak.

    It is wary while several of them came or spoke at once: the first moment of what may be a
    raid, before anybody can know. Those who were invited are not among them.
    """

    __slots__ = ("_came", "_lately", "_seats", "_spoke", "members", "wary_until")

    def __init__(self) -> None:
        self.members: set[MemberId] = set()
        self.wary_until = float("-inf")
        self._came: deque[tuple[float, MemberId]] = deque()
        self._lately: deque[float] = deque()
        self._seats: dict[SeatId, tuple[RoomId, MemberId]] = {}
        self._spoke: dict[MemberId, float] = {}

    def came(self, member: MemberId, now: float, usually: float) -> None:
        self.grow_older(now)
        self._came.append((now, member))
        self._lately.append(now)
        self.members.add(member)
        while self._lately[0] < now - ONCE:
            self._lately.popleft()
        if len(self._lately) >= max(AT_ONCE, TIMES * usually * ONCE / SLOT):
            self.wary_until = now + WARY_FOR

    def sat_down(self, room: RoomId, seat: SeatId, member: MemberId) -> bool:
        """Whether who sits down only just came, and sits there for the first time."""
        if member not in self.members or seat in self._seats:
            return False
        self._seats[seat] = room, member
        return True

    def in_room(self, room: RoomId | None) -> set[MemberId]:
        """Those of them who sit in a room; all of them, where none is named."""
        if room is None:
            return set(self.members)
        return {member for where, member in self._seats.values() if where == room}

    def spoke(self, seats: Iterable[SeatId], now: float, usually: float) -> None:
        """These were heard; where enough of them only just came, whoever is next waits."""
        for seat in seats:
            if (known := self._seats.get(seat)) is not None:
                self._spoke.setdefault(known[1], now)
        recent = sum(1 for at in self._spoke.values() if at >= now - MINUTE)
        if recent >= max(FIRST_SPEAKERS, TIMES * usually * MINUTE / SLOT):
            self.wary_until = now + WARY_FOR

    def is_wary(self, now: float) -> bool:
        return now < self.wary_until

    def grow_older(self, now: float) -> None:
        """Whoever came ten minutes ago has been here a while."""
        while self._came and self._came[0][0] <= now - JUST_CAME:
            self.forget(self._came.popleft()[1])

    def forget(self, member: MemberId) -> None:
        self.members.discard(member)
        self._spoke.pop(member, None)
        self._seats = {seat: known for seat, known in self._seats.items() if known[1] != member}
