"""What waits for the ledger, and what comes back: entries, tickets, outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from typing import Any

from msgspec import Struct, field

from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import KeyId, MessageId
from holdfast.kit.words import N_
from holdfast.messages.events import Entry, MessagePosted, Quote
from holdfast.rooms.access import Seat

AN_HOUR = 3_600_000  # milliseconds


class Accepted(Struct):
    """It is on disk. `first` is False when the same nonce had already been kept."""

    nonce: str
    seq: int | None
    at: int  # milliseconds since 1970
    first: bool = True


class Kept(Struct):
    """It is on disk and waits for a person: not in the room, never lost."""

    nonce: str
    why: str
    at: int
    first: bool = True
    wait: int | None = None  # seconds, where it can be said

    seq = None  # no place in the room's order yet


Outcome = Accepted | Kept | HoldfastError


def is_new(outcome: Outcome | None) -> bool:
    """Whether something was done now that had not been done before."""
    return isinstance(outcome, Accepted | Kept) and outcome.first


class Row(Struct, frozen=True):
    """A row that goes with an entry, in its transaction: what else follows from what was said."""

    table: str
    values: dict[str, Any]


def insert_of(row: Row, mark: str) -> str:
    """The statement that writes it. Tables and columns are the house's own names."""
    names = ", ".join(row.values)
    places = (mark if mark == "?" else f"{mark}{i + 1}" for i in range(len(row.values)))
    return f"INSERT INTO {row.table} ({names}) VALUES ({', '.join(places)})"  # noqa: S608


class CommitInDoubt(Exception):
    """The database went away while it was committing: it may be on disk, or not."""


class NotKnown(HoldfastError):
    """Neither kept nor not kept can be said truly. Sending it again is safe: the nonce knows."""

    status = 503
    code = "not_known"
    words = N_("We don’t know yet if that was kept. Send it again: it won’t be said twice.")
    help = True


class Ticket:
    """Handed out for an entry; says, once, what became of it. May be awaited."""

    __slots__ = ("_hear", "outcome")

    def __init__(self) -> None:
        self.outcome: Outcome | None = None
        self._hear: Callable[[Outcome], None] | None = None

    def then(self, hear: Callable[[Outcome], None]) -> None:
        """Call `hear` when it is decided (at once, if it is)."""
        if self.outcome is not None:
            hear(self.outcome)
        else:
            self._hear = hear

    def decide(self, outcome: Outcome) -> None:
        self.outcome = outcome
        if self._hear is not None:
            self._hear(outcome)

    def __await__(self) -> Generator[Any, None, Accepted | Kept]:
        if self.outcome is None:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def wake(_: Outcome) -> None:
                if not future.done():
                    future.set_result(None)

            self.then(wake)
            yield from future
        if isinstance(self.outcome, HoldfastError):
            raise self.outcome
        assert self.outcome is not None  # noqa: S101 - the future said so
        return self.outcome


class Post(Struct):
    """Something to be said; or, with `why`, to be kept until a person has read it."""

    seat: Seat
    nonce: str
    at: int
    message_id: MessageId
    key_id: KeyId
    mac: bytes
    text: bytes
    note: bytes | None
    reply_to: int | None
    wants: str | None
    plain: str
    plain_note: str | None
    meaning: str
    quote: Quote | None = None
    why: str | None = None
    wait: int | None = None
    follows: tuple[Row, ...] = ()
    goes_after: int | None = None  # hours from when the room sees it
    ticket: Ticket = field(default_factory=Ticket)

    @property
    def expires(self) -> int | None:
        """When it goes by itself, in milliseconds; of a post that waits nobody knows yet."""
        if self.goes_after is None or self.why is not None:
            return None
        return self.at + self.goes_after * AN_HOUR


class Edit(Struct):
    """Other words for something said. `now` is the message as it will stand."""

    seat: Seat
    nonce: str
    at: int
    of: int
    key_id: KeyId
    mac: bytes
    text: bytes
    note: bytes | None
    now: MessagePosted
    meaning: str
    message_id: MessageId | None = None  # of the message, for which the words are sealed
    follows: tuple[Row, ...] = ()
    ticket: Ticket = field(default_factory=Ticket)


class Remove(Struct):
    """Taking back something said. What goes with it says that it is to be erased."""

    seat: Seat
    nonce: str
    at: int
    of: int
    now: MessagePosted
    follows: tuple[Row, ...] = ()
    ticket: Ticket = field(default_factory=Ticket)


class Respond(Struct):
    """A response given or taken away."""

    seat: Seat
    nonce: str
    at: int
    of: int
    response: str
    on: bool
    ticket: Ticket = field(default_factory=Ticket)


class Fold(Struct):
    """The house telling a room how many responses a message now has."""

    room_id: int
    of: int
    at: int
    ticket: Ticket = field(default_factory=Ticket)


class Release(Struct):
    """A held message taking its place in the room's order now."""

    room_id: int
    message_id: MessageId
    at: int
    by: int  # the staff person who let it go
    message: MessagePosted  # its seq is not known yet
    ticket: Ticket = field(default_factory=Ticket)


class Announce(Struct):
    """The house telling a room something: a care note, or that the room is another now."""

    room_id: int
    at: int
    kind: str  # note | room_changed
    facts: dict[str, Any]
    ticket: Ticket = field(default_factory=Ticket)


class Hide(Struct):
    """A moderator taking something out of the room. Its words are kept, sealed, for an appeal.

    `frozen`: its author, who wants it kept and not used; the room sees what it sees when they take
    something back.
    """

    room_id: int
    of: int
    at: int
    now: MessagePosted
    frozen: bool = False
    ticket: Ticket = field(default_factory=Ticket)


class Restore(Struct):
    """Something hidden coming back into the room, with its words. `now` is how it stands then.

    `frozen`: only what its author froze comes back, and as it was before.
    """

    room_id: int
    of: int
    at: int
    now: MessagePosted
    frozen: bool = False
    ticket: Ticket = field(default_factory=Ticket)


class Annotate(Struct):
    """A moderator's content note above something said, or its end. The words stay as they are."""

    room_id: int
    of: int
    at: int
    key_id: KeyId  # of the message: the note goes when the words go
    note: bytes | None
    now: MessagePosted
    ticket: Ticket = field(default_factory=Ticket)


Spoken = Post | Edit | Remove | Respond
Guided = Hide | Restore | Annotate
Waiting = Spoken | Guided | Fold | Release | Announce


class Written(Struct):
    """What a committed batch comes to."""

    outcomes: list[tuple[Ticket, Outcome]]
    events: list[Entry]
    later: list[Waiting]


def keys_of(batch: Iterable[Waiting]) -> set[KeyId]:
    """The keys that sealed what is in these."""
    return {entry.key_id for entry in batch if isinstance(entry, Post | Edit)}


def are_urgent(batch: Iterable[Waiting]) -> bool:
    """Whether all of these are words in which somebody may be in danger."""
    return all(isinstance(entry, Post | Edit) and entry.follows for entry in batch)
