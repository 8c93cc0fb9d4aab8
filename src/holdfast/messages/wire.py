"""Entries as bytes, for the other processes of this place: one envelope for a batch and its room.

An envelope is `[version, head, rows]`; `head` is the newest seq in it. A row is its kind and then
every field in order, so a row that a newer version made longer is not understood by an older one.
Whoever cannot read an envelope reads the database: nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson

from holdfast.kit.ids import RoomId
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    NoteLeft,
    Quote,
    RoomChanged,
    Skipped,
)
from holdfast.rooms.access import Author

VERSION = 1
Row = list[Any]
moment = datetime.fromisoformat  # orjson writes them so by itself


class Unreadable(Exception):
    """An envelope of another version, or none at all. `head` is how far the room is, if it says."""

    def __init__(self, head: int = 0) -> None:
        super().__init__(head)
        self.head = head


def envelope_of(entries: Sequence[Entry]) -> bytes:
    """What was committed in one room, in order."""
    rows = [WRITE[type(entry)](entry) for entry in entries]
    return orjson.dumps([VERSION, entries[-1].seq, rows])


def entries_in(room_id: RoomId, envelope: bytes) -> list[Entry]:
    """What was committed elsewhere. Raises `Unreadable`."""
    head: Any = 0
    try:
        version, head, rows = orjson.loads(envelope)
        if version == VERSION:
            return [READ[row[0]](room_id, row) for row in rows]
    except (ValueError, TypeError, LookupError):
        pass  # whatever it is, it is not ours to understand
    raise Unreadable(head if isinstance(head, int) else 0)


# ---------------------------------------------------------------- each kind, there and back


def _posted(m: MessagePosted) -> Row:
    a, q = m.author, m.quote
    quote = None if q is None else [q.seq, q.pseudonym, q.excerpt, q.note]
    return [
        *("p", m.seq, m.owner, a.seat, a.pseudonym, a.avatar, a.badge, m.nonce, m.text, m.at),
        *(m.note, m.reply_to, quote, m.wants, m.edited_at, m.removed, m.expires_at),
    ]


def _read_posted(room_id: RoomId, row: Row) -> MessagePosted:
    _, seq, owner, seat, pseudonym, avatar, badge, nonce, text, at, *more = row
    note, reply_to, quote, wants, edited_at, removed, expires_at = more
    return MessagePosted(
        room_id,
        seq,
        owner,
        Author(seat, pseudonym, avatar, badge),
        nonce,
        text,
        moment(at),
        note,
        reply_to,
        None if quote is None else Quote(*quote),
        wants,
        None if edited_at is None else moment(edited_at),
        removed,
        None if expires_at is None else moment(expires_at),
    )


def _now(message: MessagePosted | None) -> Row | None:
    return None if message is None else _posted(message)


def _read_now(room_id: RoomId, row: Row | None) -> MessagePosted | None:
    return None if row is None else _read_posted(room_id, row)


def _edited(e: MessageEdited) -> Row:
    return ["e", e.seq, e.owner, e.of, e.text, e.note, e.at, _now(e.now)]


def _read_edited(room_id: RoomId, row: Row) -> MessageEdited:
    _, seq, owner, of, text, note, at, now = row
    return MessageEdited(room_id, seq, owner, of, text, note, moment(at), _read_now(room_id, now))


def _removed(r: MessageRemoved) -> Row:
    return ["d", r.seq, r.owner, r.of, r.by, r.at, _now(r.now)]


def _read_removed(room_id: RoomId, row: Row) -> MessageRemoved:
    _, seq, owner, of, by, at, now = row
    return MessageRemoved(room_id, seq, owner, of, by, moment(at), _read_now(room_id, now))


def _responded(r: MessageResponded) -> Row:
    return ["r", r.seq, r.of, r.counts, r.owner, list(r.given)]


def _read_responded(room_id: RoomId, row: Row) -> MessageResponded:
    _, seq, of, counts, owner, given = row
    givers = frozenset((seat, response) for seat, response in given)
    return MessageResponded(room_id, seq, of, counts, owner, givers)


def _note(n: NoteLeft) -> Row:
    more = [n.numbers] if n.numbers else []
    return ["n", n.seq, n.note, n.person, n.at, n.owner, *more]


def _read_note(room_id: RoomId, row: Row) -> NoteLeft:
    _, seq, note, person, at, owner, *more = row  # who is a release behind writes no numbers
    return NoteLeft(room_id, seq, note, person, moment(at), owner, *more)


def _room_changed(c: RoomChanged) -> Row:
    return ["c", c.seq, c.facts, c.owner]


def _read_room_changed(room_id: RoomId, row: Row) -> RoomChanged:
    _, seq, facts, owner = row
    return RoomChanged(room_id, seq, facts, owner)


def _skipped(s: Skipped) -> Row:
    return ["s", s.seq, s.owner]


def _read_skipped(room_id: RoomId, row: Row) -> Skipped:
    _, seq, owner = row
    return Skipped(room_id, seq, owner)


WRITE: dict[type[Entry], Callable[[Any], Row]] = {
    MessagePosted: _posted,
    MessageEdited: _edited,
    MessageRemoved: _removed,
    MessageResponded: _responded,
    NoteLeft: _note,
    RoomChanged: _room_changed,
    Skipped: _skipped,
}
READ: dict[str, Callable[[RoomId, Row], Entry]] = {
    "p": _read_posted,
    "e": _read_edited,
    "d": _read_removed,
    "r": _read_responded,
    "n": _read_note,
    "c": _read_room_changed,
    "s": _read_skipped,
}
