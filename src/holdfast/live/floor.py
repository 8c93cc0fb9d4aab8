"""The floor: every line of this process, who holds which seat, and what all of them hear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from websockets.http11 import Request

from holdfast.kit.clock import Clock
from holdfast.kit.errors import HoldfastError
from holdfast.kit.hub import Hub
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.topics import Topic
from holdfast.kit.work import Event
from holdfast.live.actors import is_duty, is_member, is_over, listener_by_token
from holdfast.live.chairs import Chairs
from holdfast.live.crowd import Crowd
from holdfast.live.draw import frame, told_in
from holdfast.live.handshake import SUBPROTOCOL, comes_in, origins_at, refusal_of, token_in
from holdfast.live.hearing import Hearing
from holdfast.live.line import Line
from holdfast.live.locking import Locks
from holdfast.live.presence import Presence
from holdfast.live.resting import Resting
from holdfast.live.sights import Sights
from holdfast.live.socket import Socket
from holdfast.members.events import MemberErased, SessionEnded, SessionLocked, SessionSeen
from holdfast.messages.events import Entry, MessageEdited, MessageRemoved, SightChanged
from holdfast.messages.ledger import ENTRIES, Ledger
from holdfast.rights.rules import Actor, Staff
from holdfast.rooms.access import PAUSED_FROM, Seat
from holdfast.rooms.events import MemberStopped, SeatLeft
from holdfast.rooms.rules.stops import Stop, kept_out_by
from holdfast.settings import Settings
from holdfast.staff.actions import note_use
from holdfast.staff.events import StaffSessionEnded

if TYPE_CHECKING:
    from holdfast.live.draw import Drawing

log = structlog.get_logger()
SWEEP_EVERY = 10.0
FAREWELL = 5.0  # seconds a closing socket may take before it is cut
BEHIND = 10.0  # seconds a slow reader may stay behind
PING = b"\x89\x00"
Found = TypeVar("Found")


class Floor:
    """Greets sockets, keeps their lines, tells rooms what was committed."""

    def __init__(
        self, settings: Settings, ledger: Ledger, hub: Hub, drawing: Drawing, epoch: str
    ) -> None:
        self.settings = settings
        self.ledger = ledger
        self.hub = hub
        self.drawing = drawing
        self.epoch = epoch
        self.presence = Presence(hub, drawing, ledger.bus, ledger.clock)
        self.hearing: Hearing | None = None  # of other processes, where there may be some
        self.resting = Resting(hub)
        self.sights = Sights(hub, ledger.workshop.glances)
        self.lines = Crowd()
        self.leaving: set[Socket] = set()
        self.pages: set[Any] = set()  # that never end, where there are no scripts; of an actor
        self.with_acks: list[Line] = []
        self._chairs = Chairs()
        self._tasks: set[asyncio.Task[None]] = set()
        self._departures = 0
        self._locks = Locks(self.clock, self._sign_out)
        ledger.on_known = self.known
        if ledger.bus.is_shared:
            self.hearing = Hearing(hub, ledger, drawing.forget, self.spawn)
            ledger.bus.hear_room = self._hear_room
            ledger.bus.hear_head = self.hearing.hear_head

    @property
    def clock(self) -> Clock:
        return self.ledger.clock

    # -- the handshake ------------------------------------------------------------------------

    def greet(self, socket: Socket, request: Request) -> None:
        """Decide on a handshake: at once where headers suffice, else after a look-up."""
        ours = origins_at(request, self.settings.origins, self.settings.desk_origin)
        token, refusal = token_in(request, ours)
        if refusal is not None:
            socket.refuse(refusal)
            return
        self.spawn(self._let_in(socket, request, token))

    async def _let_in(self, socket: Socket, request: Request, token: str) -> None:
        try:
            glances = self.ledger.workshop.glances
            actor = await self.still_true(lambda: listener_by_token(glances, token, self.clock))
        except Exception as broken:
            socket.refuse(refusal_of(HTTPStatus.SERVICE_UNAVAILABLE))
            if isinstance(broken, HoldfastError):
                return
            raise
        if not comes_in(actor, request, self.settings.desk_origin):
            socket.refuse(refusal_of(HTTPStatus.UNAUTHORIZED))
        elif self.ledger.limits.refuse and self.lines.is_full_for(actor):
            socket.refuse(refusal_of(HTTPStatus.TOO_MANY_REQUESTS))
        elif not socket.transport.is_closing() and socket.open(request, SUBPROTOCOL):
            line = Line(self, socket, actor)
            self.lines.add(line)
            socket.opened(line)

    # -- who is here --------------------------------------------------------------------------

    def in_hand(self, seat: Seat) -> Seat:
        """One object for each seat in this process, so that taking it away reaches everyone."""
        self.drawing.slugs[seat.room_id] = seat.slug
        return self._chairs.in_hand(seat)

    async def still_true(self, look_up: Callable[[], Awaitable[Found]]) -> Found:
        """What was found, looked up again where somebody left or was signed out meanwhile."""
        while True:
            before = self._departures
            found = await look_up()
            if before == self._departures:
                return found

    def forget_seat(self, seat_id: SeatId) -> None:
        """A seat has another name now: whoever asks next gets it anew."""
        for seat in self._chairs.forget(seat_id):
            for line in self.lines:
                line.seats.pop(seat.slug, None) if line.seats.get(seat.slug) is seat else None

    def goodbye(self, line: Line) -> None:
        """A line ended."""
        self.lines.discard(line)
        line.end()

    def gone(self, socket: Socket) -> None:
        self.leaving.discard(socket)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def note_use(self, staff: Staff) -> None:
        """A staff person speaks on their line: their session is in use."""
        with suppress(HoldfastError):
            async with self.ledger.workshop.work() as work:
                await note_use(work, staff)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (broken := task.exception()) is not None:
            log.error("floor.broken", error=type(broken).__name__)

    # -- what happened ------------------------------------------------------------------------

    def tell(self, entries: Sequence[Entry]) -> None:
        """Tell each room its part of what was just committed, then the acks that remain."""
        if any(isinstance(entry, MessageEdited | MessageRemoved) for entry in entries):
            self.drawing.forget()  # words that were taken back stay in no cache
        by_room: dict[RoomId, list[Entry]] = {}
        for room_id, run in groupby(entries, key=lambda entry: entry.room_id):
            by_room.setdefault(room_id, []).extend(run)
        for room_id, told in by_room.items():
            (self.hearing or self.hub).tell(room_id, told)
        waiting, self.with_acks = self.with_acks, []
        for line in waiting:
            line.send_acks()

    def _hear_room(self, room_id: int, kind: str, body: bytes) -> None:
        """What another process says of a room that is listened to here."""
        if kind == ENTRIES and self.hearing is not None:
            self.hearing.hear_entries(room_id, body)
        else:
            self.presence.hear(RoomId(room_id), kind, body)

    async def caught_up(self, room_id: RoomId, topic: Topic) -> None:
        """Returns when all that any process had committed there is told. Raises `NotKept`."""
        if self.hearing is not None:
            await self.hearing.caught_up(room_id, topic)

    def in_doubt(self, rooms: set[int]) -> None:
        """Nobody knows what these rooms were told: whoever listens comes back and reads."""
        for topic in filter(None, map(self.hub.at_hand, rooms)):
            topic.forget()
            for listener in list(chain(*topic.owners.values())):
                listener.come_back()

    def known(self, room: int, seq: int) -> None:
        """Words were found on disk, said before: where they were never told, they are told now."""
        topic = self.hub.at_hand(RoomId(room))
        if self.hearing is not None:
            self.hearing.hear_head(room, seq)
        elif topic is not None and topic.head < seq:
            topic.jump(seq)

    def tell_member(self, member_id: MemberId, event: dict[str, Any]) -> None:
        """Tell one member something, in whichever room they look at."""
        for line in [line for line in self.lines if is_member(line.actor, member_id)]:
            for slug in list(line.subscriptions):
                line.write(told_in(slug, event))

    def tell_member_in(self, member_id: MemberId, slug: str, event: dict[str, Any]) -> None:
        """Tell one member something about a room, whether they are in it now or not."""
        for line in [line for line in self.lines if is_member(line.actor, member_id)]:
            line.write(told_in(slug, event))

    def tell_staff_in(self, slug: str, event: dict[str, Any]) -> None:
        """Tell those of the staff who look at a room something about it."""
        for line in [line for line in self.lines if isinstance(line.actor, Staff)]:
            if slug in line.subscriptions:
                line.write(told_in(slug, event))

    def tell_desk(self, what: str, number: int, version: int) -> None:
        """Tell staff who watch the desk that something there is new. Never any words."""
        told = frame({"event": "desk", "what": what, "id": number, "version": version})
        for line in [line for line in self.lines if line.watches]:
            line.write(told)

    def hear(self, event: Event) -> None:
        """What took effect elsewhere in the house and ends something here."""
        self._departures += 1
        match event:
            case SeatLeft():
                self._take_seat(event.room_id, event.seat_id)
            case SessionEnded() | SessionLocked() | SessionSeen():
                self._locks.hear(event)
            case StaffSessionEnded():
                self._sign_out(lambda actor: is_duty(actor, event.session))
            case SightChanged():
                self.spawn(self.sights.look_again(event.members, self._chairs.all()))
            case MemberErased():
                self._sign_out(lambda actor: is_member(actor, event.member_id))
            case MemberStopped(stop=Stop() as stop):
                self._shut_out(event.member_id, kept_out_by(stop))

    def _sign_out(self, whose: Callable[[Actor], bool]) -> None:
        self._departures += 1
        for line in [line for line in self.lines if whose(line.actor)]:
            line.close(4401)
        for page in [page for page in self.pages if whose(page.actor)]:
            page.end()

    def _shut_out(self, member_id: MemberId, why: HoldfastError) -> None:
        """Take every open room from a member; those they are in hear why."""
        for seat in [seat for seat in self._chairs.all() if is_member(seat.actor, member_id)]:
            if seat.kind in PAUSED_FROM:
                for line in [line for line in self.lines if is_member(line.actor, member_id)]:
                    if seat.slug in line.subscriptions:
                        line.refuse(why, {"room": seat.slug})
                self._take_seat(seat.room_id, seat.id)

    def _take_seat(self, room_id: RoomId, seat_id: SeatId) -> None:
        for seat in self._chairs.forget(seat_id):  # taken up again, it is another object
            seat.held = False
        topic = self.hub.topics.get(room_id)
        for listener in list(topic.owners.get(seat_id, ())) if topic else ():
            listener.lose_seat()

    # -- keeping order ------------------------------------------------------------------------

    async def sweep(self) -> None:
        """One timer for all: pings, sockets that will not close, readers that stay behind."""
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            try:
                self._sweep_once()
            except Exception as broken:
                log.error("floor.broken", error=type(broken).__name__)

    def _sweep_once(self) -> None:
        now, today = self.clock.ticks(), self.clock.now()
        if self.hearing is not None:
            self.drawing.forget()  # words may be taken back in a room that nobody listens to here
        for socket in [s for s in self.leaving if now - s.closing > FAREWELL]:
            socket.transport.abort()
        for line in list(self.lines):
            if is_over(line.actor, today):
                line.close(1001)  # the session may have ended: the handshake decides
            else:
                line.swept(now, PING, BEHIND)
        for page in [page for page in self.pages if is_over(page.actor, today)]:
            page.come_back()  # at the door it is decided, too

    async def close(self) -> None:
        self.presence.close()
        self.resting.close()
        if self.hearing is not None:
            await self.hearing.close()
        for task in list(self._tasks):
            task.cancel()
