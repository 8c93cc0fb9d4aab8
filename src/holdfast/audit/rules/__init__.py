"""The chain: what a row says as bytes, how one follows another, and what breaks it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct, field

SHAPE = 1  # of the bytes that are hashed; a new shape of row gets a new number
WHAT = re.compile(r"[a-z][a-z0-9_:.-]{0,63}")
CODE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
# Nothing with a space in it gets in: names of things, numbers and hashes do, sentences do not.
NAME = re.compile(r"[A-Za-z0-9_:./+{}=#-]{0,128}")
MOST_DETAILS = 12
READING = "words:read"
REFUSED = "act:refused"
VERIFIED = "audit:verified"
BROKEN = "audit:broken"
WITNESSED = "audit:witnessed"
ROLLED = "audit:rolled"
ONE_READING = timedelta(minutes=1)
Detail = Mapping[str, str | int]


class Entry(Struct, frozen=True):
    """What somebody did, before it has a place in the record."""

    at: int  # milliseconds since 1970, UTC
    staff_id: int | None  # nobody's: the house itself, a member, a guest
    role: str
    what: str
    about: str | None = None
    why: str | None = None
    detail: str | None = None


class Link(Struct, frozen=True):
    """An entry in its place, with the hash that holds it there."""

    seq: int
    entry: Entry
    hash: bytes


class Head(Struct, frozen=True):
    """How far the record goes. Whoever knows a head knows everything before it."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


class Breach(StrEnum):
    """How a record can be seen to have been changed."""

    CHANGED = "changed"  # its bytes are not those that were hashed
    GONE = "gone"  # nothing stands in its place, and the record goes on after it
    MISPLACED = "misplaced"  # it stands where no row can stand: before the first, or in no order
    CUT = "cut"  # the record ends before the head that was kept
    FORGED = "forged"  # it goes on after the head, or another record stands where one was seen
    UNWITNESSED = "unwitnessed"  # nothing beside the database remembers how far it went
    UNSIGNED = "unsigned"  # its beginning is gone, and no row of ours says that it was rolled off


class Problem(Struct, frozen=True):
    """One place where the record is not what it was."""

    seq: int
    breach: Breach

    def __str__(self) -> str:
        return f"{self.breach.value} at {self.seq}"


# ---------------------------------------------------------------- making it


def checked(what: str, about: str | None, why: str | None, detail: Detail | None) -> str | None:
    """The detail as it is kept. Raises `ValueError` for what has no place in the record: words."""
    if not WHAT.fullmatch(what):
        raise ValueError("what was done is a name such as escalation:taken")
    if about is not None and not NAME.fullmatch(about):
        raise ValueError("what it is about is a name such as escalation:12")
    if why is not None and not CODE.fullmatch(why):
        raise ValueError("why is a code from a closed list, never somebody's words")
    if detail is None:
        return None
    if len(detail) > MOST_DETAILS or not all(_fits(*pair) for pair in detail.items()):
        raise ValueError("a detail is a few codes, numbers and hashes, never somebody's words")
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"))


def _fits(name: str, value: str | int) -> bool:
    return bool(CODE.fullmatch(name)) and bool(NAME.fullmatch(str(value)))


def fingerprint(kept: bytes) -> str:
    """What binds bytes that are kept elsewhere, such as a sealed reason, into the record."""
    return sha256(kept).hexdigest()


def follow(head: Head, entry: Entry) -> Link:
    """The link that this entry becomes after this head."""
    return Link(head.seq + 1, entry, hash_after(head.hash, head.seq + 1, entry))


def hash_after(previous: bytes, seq: int, entry: Entry) -> bytes:
    """SHA-256 over the hash before (always 32 bytes) and the row, written in one way only."""
    who = entry.staff_id, entry.role
    row = [SHAPE, seq, entry.at, *who, entry.what, entry.about, entry.why, entry.detail]
    written = json.dumps(row, separators=(",", ":"), default=repr)
    return sha256(previous + written.encode("ascii")).digest()


def not_noted(first: int, last: int, known: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """What of a reading was not noted yet: from the first new message to the last."""
    new = [seq for seq in (first, *(end + 1 for _, end in known)) if first <= seq <= last]
    starts = [seq for seq in new if not any(low <= seq <= high for low, high in known)]
    if not starts:
        return None
    ends = [seq for seq in (last, *(low - 1 for low, _ in known)) if first <= seq <= last]
    return min(starts), max(s for s in ends if not any(low <= s <= high for low, high in known))


# ---------------------------------------------------------------- walking it


class Walk(Struct):
    """Goes along the rows in order, one at a time, and notes what is broken.

    `seen` are heads that somebody outside the table remembers: the chain must pass through each.
    """

    at: Head  # where it begins: at the genesis, or at a head that is known already
    seen: Sequence[Head] = ()
    problems: list[Problem] = field(default_factory=list)
    _expected: dict[int, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for head in self.seen:
            self._expected.setdefault(head.seq, set()).add(head.hash)
        self._compare()

    def step(self, link: Link) -> None:
        """The next row, as it lies there."""
        following = self.at.seq + 1
        place = _place(link.seq)
        if place is None or place < following:
            stands = following if place is None else place
            self.problems.append(Problem(stands, Breach.MISPLACED))
            return  # what follows is held against the row before this one
        if link.seq > following:  # what was hashed before it is gone: it cannot be blamed
            self.problems.append(Problem(following, Breach.GONE))
        elif link.hash != hash_after(self.at.hash, link.seq, link.entry):
            self.problems.append(Problem(link.seq, Breach.CHANGED))
        self.at = Head(link.seq, link.hash)
        self._compare()

    def end(self, head: Head) -> list[Problem]:
        """No more rows; `head` is where the record says that it ends."""
        if self.at.seq < head.seq:
            self.problems.append(Problem(self.at.seq + 1, Breach.CUT))
        elif self.at != head:
            self.problems.append(Problem(self.at.seq, Breach.FORGED))
        for seq in sorted(self._expected):
            is_after = seq > self.at.seq
            place, breach = (self.at.seq + 1, Breach.CUT) if is_after else (seq, Breach.GONE)
            self.problems.append(Problem(place, breach))
        return list(dict.fromkeys(self.problems))

    def _compare(self) -> None:
        remembered = self._expected.pop(self.at.seq, None)
        if remembered is not None and remembered != {self.at.hash}:
            self.problems.append(Problem(self.at.seq, Breach.FORGED))


def _place(found: object) -> int | None:
    """The place of a row, where it has one: SQLite keeps a word in a column of numbers too."""
    return found if isinstance(found, int) else None


def verify(
    rows: Iterable[Link], head: Head, *, genesis: bytes, seen: Sequence[Head] = ()
) -> list[Problem]:
    """Everything that is broken in a record: an empty list where nothing is."""
    walk = Walk(Head(0, genesis), seen)
    for row in rows:
        walk.step(row)
    return walk.end(head)
