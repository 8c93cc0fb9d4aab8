"""What the harness saw while it loaded a server: typed entries, timed by one clock."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

What = Literal["post", "edit", "remove"]


def digest_of(text: str) -> str:
    """Stand for a text in a history, so that no history holds words."""
    return sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Sent:
    """A client asked for something. A nonce sent again is a second entry."""

    at: float
    client: str
    room: str
    nonce: str
    author: str
    digest: str
    what: What = "post"
    of: int = 0
    concern: bool = False  # words that a person must hear of


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server said: it is on disk, with this seq."""

    at: float
    client: str
    room: str
    nonce: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said: not kept, and it meant it."""

    at: float
    client: str
    room: str
    nonce: str
    code: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """The server said no to this, though its author may never have heard it."""

    at: float
    nonce: str


@dataclass(frozen=True, slots=True)
class Held:
    """The server said: kept safe, and a person reads it first. It has no seq yet."""

    at: float
    client: str
    room: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Alerted:
    """Staff were told of a concern that was said under this nonce."""

    at: float
    nonce: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The erasure of the words at these places was acknowledged; by whom does not matter."""

    at: float
    room: str
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """The place was put back from an older backup, and is open again from here on."""

    at: float


@dataclass(frozen=True, slots=True)
class Read:
    """One message on a page that was asked for at `asked_at`; no digest where no words were."""

    asked_at: float
    at: float
    client: str
    room: str
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A line entered a room: asked to go on after `asked`, told that it starts after `since`."""

    asked_at: float
    at: float
    client: str
    room: str
    line: str
    asked: int
    since: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A sequenced event arrived on a line. Only `posted` and `edited` carry a digest."""

    at: float
    client: str
    room: str
    line: str
    seq: int
    event: str
    author: str = ""
    digest: str = ""
    removed: bool = False
    of: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """The server said that the replay is complete up to `head`."""

    at: float
    client: str
    room: str
    line: str
    head: int


@dataclass(frozen=True, slots=True)
class Reset:
    """The server said that it cannot resume here, and the client loaded the room up to `head`."""

    at: float
    client: str
    room: str
    line: str
    head: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """The removal, pause or sign-out of a client was acknowledged."""

    at: float
    client: str
    room: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One message of the final log."""

    seq: int
    author: str
    digest: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Final:
    """What a room holds after everything came to rest; its seqs begin after `first`.

    `changes`: the seqs that changes took, where the store can be asked; else they are known from
    answers and from who heard them.
    """

    room: str
    first: int
    head: int
    kept: tuple[Kept, ...]
    changes: tuple[int, ...] = ()


Answer = Accepted | Held | Refused | Dropped
Seen = Read | Entered | Heard | Live | Reset
Entry = Sent | Answer | Alerted | Erased | Restored | Seen | Revoked | Final
History = list[Entry]
