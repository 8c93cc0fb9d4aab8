"""What the ledger must know of people and rooms to decide about words; all of it in memory.

Nothing here asks a slice above: `app` puts in what those above answer with.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

from holdfast.community.rules.choices import Known
from holdfast.erasing.holds.queries import OpenWork
from holdfast.kit.clock import Clock
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId
from holdfast.members.rules.freezing import Frozen
from holdfast.messages.ledger.entries import Post, Row, Waiting, is_new
from holdfast.messages.ledger.refused import Refused
from holdfast.messages.ledger.trails import Trails
from holdfast.messages.rules.fates import Fate
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.access import PAUSED_FROM, Seat
from holdfast.rooms.rules.guiding import RoomClosed
from holdfast.rooms.rules.states import RoomState
from holdfast.rooms.rules.stops import SlowRoom, Stop, hushed_by, kept_out_by
from holdfast.rooms.tables import RoomKind
from holdfast.screening.concern import Concern
from holdfast.screening.detector import Detector
from holdfast.screening.reading import Read
from holdfast.screening.signals import Reading

Shelter = Callable[[Member, str, str], Awaitable[None]]  # who, which words, their nonce
CryOut = Callable[[Concern], Awaitable[None]]
Fated = Callable[[Seat, str, Fate], None]  # whose words, their nonce: held or refused, and why
MOST_SLOWED = 10_000
NEVER_WAITING = frozenset({RoomKind.LISTENING, RoomKind.CIRCLE})  # never held as a whole, nor quiet
SignalRow = Callable[[Seat, MessageId, Reading, bool, int], tuple[Row, ...]]


def no_rows(
    seat: Seat, message_id: MessageId, reading: Reading, held: bool, at: int
) -> tuple[Row, ...]:
    """What follows from a reading where nobody above has said."""
    del seat, message_id, reading, held, at
    return ()


async def nowhere_to_keep(member: Member, text: str, nonce: str) -> None:
    """Keeping refused words where nobody above has said how."""
    del member, text, nonce


async def nobody_to_call(concern: Concern) -> None:
    """Calling for help where nobody above has said how."""
    del concern


def nobody(member_id: MemberId) -> bool:
    """Who is new here, where nobody above has said."""
    del member_id
    return False


def no_matter(seat: Seat, nonce: str, fate: Fate) -> None:
    """What becomes of words that are not simply said, where nobody above wants to know."""
    del seat, nonce, fate


class Regard(ABC):
    """The rules that read, the rooms as they are now, and who is being looked after."""

    def __init__(self) -> None:
        self.detector = Detector()
        self.trails = Trails()
        self.refused = Refused()
        self.states: dict[RoomId, tuple[RoomState, datetime | None]] = {}
        self.cared_for: set[MemberId] = set()
        self.hushes: dict[SeatId, Stop] = {}
        self.pauses: dict[MemberId, Stop] = {}
        self.frozen: set[MemberId] = set()  # who wants their words kept and not used
        self.slow: dict[RoomId, int] = {}  # seconds between one message of a seat and its next
        self.read_first: set[RoomId] = set()  # rooms where newcomers' words are read first
        self.is_newcomer: Callable[[MemberId], bool] = nobody
        self.only_just: Collection[MemberId] = frozenset()  # came just now, while many do
        self._last_said: dict[SeatId, tuple[str, float]] = {}  # nonce and ticks, in slow rooms
        self.signal_rows: SignalRow = no_rows
        self.noticed: Callable[[], None] = lambda: None  # some of a batch raised a concern
        self.shelter: Shelter = nowhere_to_keep
        self.cry_out: CryOut = nobody_to_call
        self.fated: Fated = no_matter
        self.known = Known()  # what the community chose, as every process knows it by heart
        self.open_work: Sequence[OpenWork] = ()  # what of the staff's names people's words

    @property
    @abstractmethod
    def clock(self) -> Clock:
        """The house's clock."""

    def read(self, text: str, actor: Actor, language: str) -> Read | None:
        """Words with their reading; nothing where the rules broke over them."""
        role = actor.role.value if isinstance(actor, Staff) else "member"
        return self.detector.read(text, role, language, self.clock.ticks)

    def state_of(self, seat: Seat) -> RoomState:
        """What the seat's room is now. While the rules are broken nothing is live."""
        known = self.states.get(seat.room_id)
        state = seat.state if known is None else known[0]
        if seat.kind in NEVER_WAITING:
            return RoomState.CLOSED if state is RoomState.CLOSED else RoomState.LIVE
        if state is RoomState.LIVE and self.detector.is_down(self.clock.ticks()):
            return RoomState.HELD
        return state

    def wait_in(self, seat: Seat) -> int | None:
        """Seconds until somebody comes to read, where the rota says so."""
        state, until = self.states.get(seat.room_id, (seat.state, None))
        if state is not RoomState.QUIET or until is None:
            return None
        return max(0, round((until - self.clock.now()).total_seconds()))

    def stop_of(self, seat: Seat) -> HoldfastError | None:
        """Why this seat may not write now; nothing once the time is over, or for staff."""
        if not isinstance(seat.actor, Member):
            return None
        if self.state_of(seat) is RoomState.CLOSED:
            return RoomClosed()
        now = self.clock.now()
        pause, hush = self.pauses.get(seat.actor.id), self.hushes.get(seat.id)
        if pause is not None and seat.kind in PAUSED_FROM and not pause.is_over(now):
            return kept_out_by(pause)
        if hush is not None and not hush.is_over(now):
            return hushed_by(hush)
        return Frozen() if seat.actor.id in self.frozen and seat.kind in PAUSED_FROM else None

    def awaits_first_reading(self, seat: Seat) -> bool:
        """Whether these are somebody's first words, in a room where such are read first."""
        if not isinstance(seat.actor, Member) or seat.kind in NEVER_WAITING:
            return False
        if seat.room_id not in self.read_first:
            return seat.actor.id in self.only_just
        return self.is_newcomer(seat.actor.id)

    def keep_slow(self, seat: Seat, nonce: str) -> None:
        """One message in a while, in a slowed room. The same words again need not wait.

        Raises `SlowRoom`.
        """
        now = self.clock.ticks()
        nonce_before, at = self._last_said.get(seat.id, ("", float("-inf")))
        wait = at + self.slow[seat.room_id] - now
        if wait > 0 and nonce != nonce_before:
            raise SlowRoom(wait=round(wait, 1))
        if nonce != nonce_before:
            self._last_said[seat.id] = (nonce, now)
        if len(self._last_said) > MOST_SLOWED:
            longest = max(self.slow.values())
            recent = {id_: said for id_, said in self._last_said.items() if said[1] > now - longest}
            self._last_said = recent

    def now_looked_after(self, batch: Sequence[Waiting]) -> None:
        """Whoever just wrote something immediate: from this moment their words go to a person.

        Once: what is sent again, long after somebody has decided, begins nothing anew.
        """
        for entry in batch:
            if isinstance(entry, Post) and entry.why == "concern" and is_new(entry.ticket.outcome):
                assert isinstance(entry.seat.actor, Member)  # noqa: S101 - staff are never held
                self.cared_for.add(entry.seat.actor.id)
