"""One client's line: commands in order, one answer for each nonce, events of entered rooms."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from holdfast.kit.clock import stamp
from holdfast.kit.errors import HoldfastError, Malformed, NotFound, TooFast
from holdfast.kit.limits import Pace
from holdfast.kit.tables import from_millis
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
    decode,
    echo,
    echo_of,
)
from holdfast.live.draw import frame
from holdfast.live.entering import Subscription, enter_room, unheard
from holdfast.messages.actions import (
    edit_message,
    is_prepared,
    prepared_to_post,
    remove_message,
    respond_to_message,
    say,
)
from holdfast.messages.events import Quote
from holdfast.messages.ledger.entries import Accepted, NotKnown, Outcome
from holdfast.messages.rules import Draft, drafted
from holdfast.rights.rules import Member, Staff
from holdfast.rooms.access import Seat, seat_to_speak
from holdfast.rooms.actions import mark_read

if TYPE_CHECKING:
    from holdfast.live.floor import Floor
    from holdfast.live.socket import Socket

LONGEST_BACKLOG = 256
FRAME_PACE = Pace(every=0.02, burst=400)  # what one line may send at all
PATIENCE = 40  # refusals for haste in a row before the line is closed with 4429


class Line:
    """A signed-in client on a socket."""

    __slots__ = (
        "__weakref__",
        "_backlog",
        "_behind_since",
        "_hasty",
        "_pinged",
        "acks",
        "actor",
        "floor",
        "seats",
        "socket",
        "subscriptions",
        "write",
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
            if isinstance(command, PostCommand):
                self._post(command)
            elif isinstance(command, Typing):
                self._typing(command)
            else:
                self._slowly(self._carry_out(command), echo_of(command))
        except HoldfastError as refusal:
            self.refuse(refusal, echo(data))

    def _slowly(self, work: Any, said: dict[str, Any]) -> None:
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
        while waiting:
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
            case EditCommand() | RemoveCommand() | RespondCommand():
                await self._change(command)
            case PostCommand() | Typing():
                raise Malformed  # carried out without waiting
            case _:
                assert_never(command)

    # -- saying something ---------------------------------------------------------------------

    def _post(self, command: PostCommand) -> None:
        draft = drafted(command.nonce, command.text, command.note, command.reply_to, command.wants)
        seat = self.seats.get(command.room)
        if seat is not None and seat.held and is_prepared(self.floor.ledger, seat, draft):
            self._say(seat, draft, None)
        else:
            self._slowly(self._look_up_and_say(command.room, draft), echo_of(command))

    async def _look_up_and_say(self, slug: str, draft: Draft) -> None:
        seat = await self.seat(slug)
        quote = await prepared_to_post(self.floor.ledger, seat, draft)
        self._say(seat, draft, quote)

    def _say(self, seat: Seat, draft: Draft, quote: Quote | None) -> None:
        ticket = say(self.floor.ledger, seat, draft, quote)
        ticket.then(partial(self._answer, seat.slug, draft.nonce))

    def _answer(self, slug: str, nonce: str, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            self._hasty = 0
            self.acks.append(accepted_frame(slug, outcome))
            self.floor.with_acks.append(self)
        elif isinstance(outcome, NotKnown):
            self.close(1001)  # no answer is true; the client comes back and asks by its nonce
        else:
            self.refuse(outcome, {"nonce": nonce, "room": slug})

    def send_acks(self) -> None:
        """The acks that went with no room's frames."""
        if self.acks:
            self.write(b"".join(self.acks))
            self.acks.clear()

    async def _change(self, command: EditCommand | RemoveCommand | RespondCommand) -> None:
        seat, ledger = await self.seat(command.room), self.floor.ledger
        seq, nonce = command.seq, command.nonce
        match command:
            case EditCommand():
                done = await edit_message(
                    ledger, seat, seq=seq, nonce=nonce, text=command.text, note=command.note
                )
            case RemoveCommand():
                done = await remove_message(ledger, seat, seq=seq, nonce=nonce)
            case RespondCommand():
                done = await respond_to_message(
                    ledger, seat, seq=seq, nonce=nonce, response=command.response, on=command.on
                )
            case _:
                assert_never(command)
        self.write(accepted_frame(command.room, done))

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
        if isinstance(refusal, TooFast):
            self._hasty += 1
            if self._hasty > PATIENCE:
                self.close(4429)

    @property
    def language(self) -> str:
        return self.actor.looks.locale

    def close(self, code: int) -> None:
        """End the line from our side."""
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
        for subscription in self.subscriptions.values():
            subscription.go_slow()

    def catch_up(self) -> None:
        self._behind_since = None
        for subscription in self.subscriptions.values():
            subscription.go_fast()

    def swept(self, now: float, ping: bytes, behind: float) -> None:
        """Once in a while: end those too far behind or silent to a ping, ping the others."""
        if self._behind_since is not None and now - self._behind_since > behind:
            self.close(4408)
        elif self._pinged and self._backlog is None:
            self.socket.transport.abort()
        else:
            self._pinged = True
            self.write(ping)


def accepted_frame(slug: str, done: Accepted) -> bytes:
    event: dict[str, Any] = {"event": "accepted", "nonce": done.nonce, "room": slug}
    if done.seq is not None:
        event["seq"] = done.seq
    event["at"] = stamp(from_millis(done.at))
    return frame(event)
