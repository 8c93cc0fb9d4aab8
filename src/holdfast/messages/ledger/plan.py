"""Turning a batch of entries into rows: pure, the same for both databases.

A store reads the facts a batch needs, asks `plan` what to write, writes it and commits. Nothing
here looks at a clock, a database or a socket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import KeyId, RoomId
from holdfast.kit.tables import from_millis
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
)
from holdfast.messages.ledger.entries import (
    Accepted,
    Edit,
    Fold,
    Outcome,
    Post,
    Remove,
    Respond,
    Ticket,
    Waiting,
    Written,
)
from holdfast.messages.rules import NonceTaken

Known = tuple[int, bytes | None, int, KeyId | None]  # seq, mac, at, key
Mac = Callable[[KeyId, str], bytes]


@dataclass(slots=True)
class Facts:
    """What the database knew when the batch began. Seqs and counts are moved on by the plan."""

    heads: dict[int, int]  # room → newest seq
    posts: dict[tuple[int, str], Known]  # by (seat, nonce), as are
    changes: dict[tuple[int, str], Known]
    mac: Mac
    standing: set[tuple[int, int]]  # (room, seq) of messages that stand: there, not removed
    responses: dict[tuple[int, int], set[tuple[int, str]]]  # (room, seq) → {(seat, response)}


@dataclass(slots=True)
class Plan:
    """Rows to write, in the order of `sqlite.py` and `postgresql.py`, and what follows."""

    facts: Facts
    messages: list[tuple[object, ...]] = field(default_factory=list)
    changes: list[tuple[object, ...]] = field(default_factory=list)
    edits: list[tuple[object, ...]] = field(default_factory=list)
    removals: list[tuple[object, ...]] = field(default_factory=list)
    responses: dict[tuple[int, int, int, str], bool] = field(default_factory=dict)
    unfold: dict[tuple[int, int], bool] = field(default_factory=dict)
    keys: dict[KeyId, None] = field(default_factory=dict)
    outcomes: list[tuple[Ticket, Outcome]] = field(default_factory=list)
    events: list[Entry] = field(default_factory=list)

    def next_seq(self, room: int) -> int:
        self.facts.heads[room] += 1
        return self.facts.heads[room]

    def response_rows(self, on: bool) -> list[tuple[int, int, int, str]]:
        """The responses to give (`on`) or to take away, as they stand after the batch."""
        return [row for row, given in self.responses.items() if given == on]

    def unfold_rows(self, waits: bool) -> list[tuple[int, int]]:
        """The messages whose counts wait to be told (or no longer wait)."""
        return [row for row, waiting in self.unfold.items() if waiting == waits]

    def written(self, later: list[Waiting]) -> Written:
        return Written(self.outcomes, self.events, list(self.keys), later)


def once_each(batch: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """The entries this batch may hold, and those that must wait for the next.

    Two entries of a seat under one nonce are told apart only when the first is committed; what
    that seat sent after the second waits with it, so that nobody's words change their order.
    """
    seen: set[tuple[int, str]] = set()
    waiting: set[int] = set()
    now: list[Waiting] = []
    later: list[Waiting] = []
    for entry in batch:
        if isinstance(entry, Fold):
            now.append(entry)
            continue
        seat, mark = entry.seat.id, (entry.seat.id, entry.nonce)
        if mark in seen or seat in waiting:
            waiting.add(seat)
            later.append(entry)
        else:
            seen.add(mark)
            now.append(entry)
    return now, later


def make_plan(batch: list[Waiting], facts: Facts) -> Plan:
    """What to write for this batch."""
    plan = Plan(facts)
    for entry in batch:
        outcome = _enter(plan, entry)
        plan.outcomes.append((entry.ticket, outcome))
    return plan


def _enter(plan: Plan, entry: Waiting) -> Outcome:
    if isinstance(entry, Fold):
        return _fold(plan, RoomId(entry.room_id), entry.of, entry.at)
    if entry.seat.room_id not in plan.facts.heads:
        return NotFound()
    kept = plan.facts.posts if isinstance(entry, Post) else plan.facts.changes
    known = kept.get((entry.seat.id, entry.nonce))
    if known is not None:
        return _as_it_stands(plan, entry, known)
    match entry:
        case Post():
            return _post(plan, entry)
        case Edit():
            return _edit(plan, entry)
        case Remove():
            return _remove(plan, entry)
        case Respond():
            return _respond(plan, entry)


def _as_it_stands(plan: Plan, entry: Post | Edit | Remove | Respond, known: Known) -> Outcome:
    """The same nonce again: the same answer, unless the words are others."""
    seq, mac, at, key = known
    if isinstance(entry, Post | Edit):
        same = key is not None and plan.facts.mac(key, entry.meaning) == mac
    else:
        same = isinstance(entry, Remove) and mac is None
    if not same:
        return NonceTaken()
    return Accepted(entry.nonce, seq, at, first=False)


def _post(plan: Plan, entry: Post) -> Accepted:
    seat = entry.seat
    seq = plan.next_seq(seat.room_id)
    plan.keys[entry.key_id] = None
    plan.messages.append(
        (
            entry.message_id,
            seat.room_id,
            seq,
            seat.id,
            entry.nonce,
            entry.key_id,
            entry.mac,
            entry.key_id,
            entry.text,
            entry.note,
            entry.reply_to,
            entry.wants,
            entry.at,
        )
    )
    plan.events.append(
        MessagePosted(
            room_id=seat.room_id,
            seq=seq,
            owner=seat.id,
            author=seat.author,
            nonce=entry.nonce,
            text=entry.plain,
            at=from_millis(entry.at),
            note=entry.plain_note,
            reply_to=entry.reply_to,
            quote=entry.quote,
            wants=entry.wants,
        )
    )
    return Accepted(entry.nonce, seq, entry.at)


def _edit(plan: Plan, entry: Edit) -> Outcome:
    room, at = entry.seat.room_id, from_millis(entry.at)
    if (room, entry.of) not in plan.facts.standing:
        return NotFound()
    seq = plan.next_seq(room)
    plan.keys[entry.key_id] = None
    plan.edits.append((entry.key_id, entry.text, entry.note, entry.at, room, entry.of))
    _change(plan, entry, seq, "edited", entry.mac)
    now = entry.now
    plan.events.append(
        MessageEdited(room, seq, entry.seat.id, entry.of, now.text, now.note, at, now)
    )
    return Accepted(entry.nonce, seq, entry.at)


def _remove(plan: Plan, entry: Remove) -> Outcome:
    room = entry.seat.room_id
    if (room, entry.of) not in plan.facts.standing:
        return NotFound()
    seq = plan.next_seq(room)
    plan.removals.append(("author", room, entry.of))
    plan.facts.standing.discard((room, entry.of))
    plan.unfold[room, entry.of] = False
    _change(plan, entry, seq, "removed", None)
    plan.events.append(
        MessageRemoved(
            room, seq, entry.seat.id, entry.of, "author", from_millis(entry.at), entry.now
        )
    )
    return Accepted(entry.nonce, seq, entry.at)


def _change(plan: Plan, entry: Edit | Remove, seq: int, kind: str, mac: bytes | None) -> None:
    plan.changes.append(
        (
            entry.seat.room_id,
            seq,
            kind,
            entry.of,
            entry.seat.id,
            entry.nonce,
            mac,
            None,
            entry.at,
            entry.key_id if isinstance(entry, Edit) else None,
        )
    )


def _respond(plan: Plan, entry: Respond) -> Outcome:
    target = (entry.seat.room_id, entry.of)
    if target not in plan.facts.standing:
        return NotFound()
    row = (*target, entry.seat.id, entry.response)
    mine = (entry.seat.id, entry.response)
    there = plan.facts.responses.setdefault(target, set())
    if entry.on == (mine in there):
        return Accepted(entry.nonce, None, entry.at, first=False)
    if entry.on:
        there.add(mine)
    else:
        there.discard(mine)
    plan.responses[row] = entry.on
    plan.unfold[target] = True
    return Accepted(entry.nonce, None, entry.at)


def _fold(plan: Plan, room: RoomId, of: int, at: int) -> Outcome:
    """Tell the room the counts, at a place of their own in the order."""
    if room not in plan.facts.heads or (room, of) not in plan.facts.standing:
        return Conflict()
    there = plan.facts.responses.get((room, of), set())
    counts = dict(sorted(Counter(response for _, response in there).items()))
    seq = plan.next_seq(room)
    plan.unfold[room, of] = False
    written = orjson.dumps(counts).decode()
    plan.changes.append((room, seq, "responded", of, None, None, None, written, at, None))
    plan.events.append(MessageResponded(room, seq, of, counts))
    return Accepted("", seq, at)
