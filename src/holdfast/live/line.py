"""One client's line: commands in order, one answer for each nonce, events of entered rooms."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from holdfast.audit.jobs import is_worth_a_row, keep_refusal
from holdfast.kit.clock import stamp
from holdfast.kit.errors import HoldfastError, Malformed, NotFound, TooFast
from holdfast.kit.limits import Pace
from holdfast.kit.words import say as in_words
from holdfast.live.commands import (
    AnyCommand,
    EditCommand,
    Enter,
    Leave,
    PostCommand,
    RemoveCommand,
    RespondCommand,
    Seen,
    Typing,
    Watch,
    Withdraw,
    decode,
    echo,
    echo_of,
    words_in,
)
from holdfast.live.draw import frame
from holdfast.live.entering import Subscription, enter_room, unheard
from holdfast.live.posting import change, post, refuse_after_reading
from holdfast.live.socket import MOST_BUFFERED
from holdfast.messages.actions import may_be_danger
from holdfast.messages.ledger.entries import NotKnown
from holdfast.rights.rules import Member, Permission, Staff, may
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import mark_read
from holdfast.staff.rules.sessions import NOTED_EVERY

if TYPE_CHECKING:
    from holdfast.live.floor import Floor
    from holdfast.live.socket import Socket

LONGEST_BACKLOG = 256
FRAME_PACE = Pace(every=0.02, burst=400)  # what one line may send at all
BY_ITSELF = (Enter, Leave, Seen, Watch)  # what a page says without anybody doing anything
PATIENCE = 40  # refusals for haste in a row before the line is closed with 4429


class Line:
    """A signed-in client on a socket."""

    __slots__ = (
        *("__weakref__", "_backlog", "_behind_since", "_hasty", "_hung_up", "_pinged", "_used"),
        *("acks", "actor", "floor", "seats", "socket", "subscriptions", "watches", "write"),
    )

    def __init__(self, floor: Floor, socket: Socket, actor: Member | Staff) -> None:
        self.floor = floor
        self.socket = socket
        self.actor = actor
        self.write: Any = socket.transport.write
        self.acks: list[bytes] = []
        self.seats: dict[str, Seat] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self._backlog: deque[bytes] | None = None
        self._behind_since: float | None = None
        self._hasty = 0
        self._pinged = False
        self.watches = False
        self._used = 0.0
        self._hung_up = False  # by us: what waits would come before what is asked again

    # -- commands in --------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """One text frame. While a command waits for something, those after it wait for it."""
        self._pinged = False
        if self._backlog is None:
            self._perform(data)
        else:
            self._backlog.append(data)
            if len(self._backlog) == LONGEST_BACKLOG:
                self.socket.transport.pause_reading()

    def is_there(self) -> None:
        """Something came that is no command: a sign of life."""
        self._pinged = False

    def _perform(self, data: bytes) -> None:
        try:
            if wait := self.floor.ledger.limits.wait(("line", id(self)), FRAME_PACE):
                raise TooFast(wait=round(wait, 1))
            command = decode(data)
            if isinstance(self.actor, Staff) and not isinstance(command, BY_ITSELF):
                self._note_use(self.actor)
            if isinstance(command, PostCommand):
                post(self, command)
            elif isinstance(command, Typing):
                self._typing(command)
            else:
                self.slowly(self._carry_out(command), echo_of(command))
        except HoldfastError as refusal:
            self.refuse_words(refusal, echo(data), words_in(data))

    def _note_use(self, staff: Staff) -> None:
        """A session that is spoken through is one that is used."""
        now = self.floor.clock.ticks()
        if now - self._used >= NOTED_EVERY.total_seconds():
            self._used = now
            self.floor.spawn(self.floor.note_use(staff))

    def refuse_words(self, refusal: HoldfastError, said: dict[str, Any], words: str) -> None:
        """Say no to words: first they are read, for they may be a goodbye."""
        if may_be_danger(self.floor.ledger, self.actor, words):
            self.floor.spawn(refuse_after_reading(self, refusal, said, words))
        else:
            self.refuse(refusal, said)

    def slowly(self, work: Any, said: dict[str, Any]) -> None:
        """Carry out something that must wait, keeping the order of what follows."""
        self._backlog = deque()
        self.floor.spawn(self._then_backlog(work, said))

    async def _then_backlog(self, work: Any, said: dict[str, Any]) -> None:
        try:
            await work
        except HoldfastError as refusal:
            lost = refusal.code == "not_read" and "nonce" in said
            self.refuse(self.floor.ledger.lost(said["nonce"]) if lost else refusal, said)
        except Exception:
            self.close(1001)  # our fault: the client comes back and asks by its nonces
            raise
        waiting, self._backlog = self._backlog or deque(), None
        while waiting and not self._hung_up:
            self._perform(waiting.popleft())
            if self._backlog is not None:  # that one must wait too: the rest stay behind it
                self._backlog = waiting
                return
        if not self.socket.transport.is_closing():
            self.socket.transport.resume_reading()

    async def _carry_out(self, command: AnyCommand) -> None:
        match command:
            case Enter():
                await enter_room(self, command)
            case Leave():
                self._leave(command)
            case Seen():
                await self._seen(command)
            case EditCommand() | RemoveCommand() | RespondCommand() | Withdraw():
                await change(self, command)
            case Watch():
                self._watch()
            case PostCommand() | Typing():
                raise Malformed  # carried out without waiting
            case _:
                assert_never(command)

    # -- answers ------------------------------------------------------------------------------

    def take(self, frame_: bytes) -> None:
        """An ack, glued in front of the room's frames where there are any."""
        self._hasty = 0
        self.acks.append(frame_)
        self.floor.with_acks.append(self)

    def send_acks(self) -> None:
        """The acks that went with no room's frames."""
        if self.acks:
            self.write(b"".join(self.acks))
            self.acks.clear()

    # -- rooms --------------------------------------------------------------------------------

    async def seat(self, slug: str) -> Seat:
        """My seat in a room: the one in hand, or looked up. Raises `NotFound`."""
        seat = self.seats.get(slug)
        if seat is None or not seat.held:
            look_up = partial(seat_to_speak, self.floor.ledger.workshop.glances, self.actor, slug)
            seat = self.floor.in_hand(await self.floor.still_true(look_up))
            self.seats[slug] = seat
        return seat

    def _leave(self, command: Leave) -> None:
        subscription = self.subscriptions.get(command.room)
        if subscription is None:
            raise NotFound
        subscription.end()

    def _watch(self) -> None:
        """Hear what happens at the desk: that something changed, never what was said."""
        if not isinstance(self.actor, Staff) or not may(self.actor, Permission.DESK_WATCH):
            raise NotFound
        self.watches = True

    def _typing(self, command: Typing) -> None:
        subscription = self.subscriptions.get(command.room)
        if subscription is None:
            raise NotFound
        now = self.floor.clock.ticks()
        self.floor.presence.typing(subscription.room_id, subscription.owner, now)

    async def _seen(self, command: Seen) -> None:
        seat = await self.seat(command.room)
        self.floor.ledger.limits.take(("seen", seat.id), Pace(every=0.5, burst=10))
        async with self.floor.ledger.workshop.work() as work:
            await mark_read(work, seat, seq=command.seq)

    # -- events out ---------------------------------------------------------------------------

    def refuse(self, refusal: HoldfastError, said: dict[str, Any]) -> None:
        """Say no, with a stable code and words to show."""
        if isinstance(refusal, NotKnown):
            self.close(1001)
            return
        words = in_words(self.language, refusal.words, **refusal.facts)
        event = {"event": "refused", **said, "code": refusal.code, "message": words}
        if refusal.until is not None:
            event["until"] = stamp(refusal.until)
        if refusal.help:
            event["help"] = True
        self.write(frame(event))
        if isinstance(self.actor, Staff) and is_worth_a_row(refusal):
            self.floor.spawn(self._note_refusal(self.actor, refusal, said))
        if isinstance(refusal, TooFast):
            self._hasty += 1
            if self._hasty > PATIENCE:
                self.close(4429)

    async def _note_refusal(
        self, actor: Staff, refusal: HoldfastError, said: dict[str, Any]
    ) -> None:
        asked = {name: said[name] for name in ("room",) if name in said}
        workshop, door = self.floor.ledger.workshop, f"LIVE:{said['do']}"
        await keep_refusal(workshop, actor, refusal.code, door=door, asked=asked)

    @property
    def language(self) -> str:
        return self.actor.looks.locale

    def close(self, code: int) -> None:
        """End the line from our side."""
        self._hung_up = True
        self.end()
        self.socket.close(code)

    def end(self) -> None:
        """Leave every room; nothing is delivered after this, not even an answer."""
        self.write = unheard
        for subscription in list(self.subscriptions.values()):
            subscription.end()
        self.acks.clear()

    # -- slow readers -------------------------------------------------------------------------

    def fall_behind(self) -> None:
        """The socket's buffer is full: from now on every write is counted."""
        self._behind_since = self.floor.clock.ticks()
        if self.write is not unheard:
            self.write = self.write_or_close
        for subscription in self.subscriptions.values():
            subscription.go_slow()

    def catch_up(self) -> None:
        self._behind_since = None
        if self.write is not unheard:
            self.write = self.socket.transport.write
        for subscription in self.subscriptions.values():
            subscription.go_fast()

    def write_or_close(self, data: bytes) -> None:
        """While behind, answers are counted like what rooms tell: whoever asks must also read."""
        if self.socket.transport.get_write_buffer_size() + len(data) > MOST_BUFFERED:
            self.close(4408)
        else:
            self.socket.transport.write(data)

    def swept(self, now: float, ping: bytes, behind: float) -> None:
        """Once in a while: end those too far behind or silent to a ping, ping the others."""
        if self._behind_since is not None and now - self._behind_since > behind:
            self.close(4408)
        elif self._pinged and self._backlog is None:
            self.socket.transport.abort()
        else:
            self._pinged = True
            self.write(ping)
            for subscription in self.subscriptions.values():
                subscription.note_if_due()
