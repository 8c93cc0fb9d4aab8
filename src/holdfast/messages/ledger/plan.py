"""Turning a batch of entries into rows: pure, the same for both databases.

A store reads the facts a batch needs, asks `plan` what to write, writes it and commits. Nothing
here looks at a clock, a database or a socket.
"""

from __future__ import annotations

from collections import Counter

import orjson
from msgspec.structs import replace

from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import RoomId
from holdfast.kit.tables import from_millis
from holdfast.messages.events import (
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    announced,
)
from holdfast.messages.ledger.batch import Facts, Known, Plan
from holdfast.messages.ledger.entries import (
    Accepted,
    Annotate,
    Announce,
    Edit,
    Fold,
    Hide,
    Kept,
    Outcome,
    Post,
    Release,
    Remove,
    Respond,
    Restore,
    Row,
    Spoken,
    Waiting,
)
from holdfast.messages.ledger.guided import guide
from holdfast.messages.rules import GivenBack, NonceTaken


def make_plan(batch: list[Waiting], facts: Facts) -> Plan:
    """What to write for this batch."""
    plan = Plan(facts)
    for entry in batch:
        outcome = _enter(plan, entry)
        plan.outcomes.append((entry.ticket, outcome))
    return plan


def _enter(plan: Plan, entry: Waiting) -> Outcome:
    match entry:
        case Fold():
            return _fold(plan, RoomId(entry.room_id), entry.of, entry.at)
        case Release():
            return _release(plan, entry)
        case Announce():
            return _announce(plan, entry)
        case Hide() | Restore() | Annotate():
            return guide(plan, entry)
    return _enter_spoken(plan, entry)


def _enter_spoken(plan: Plan, entry: Spoken) -> Outcome:
    if entry.seat.room_id not in plan.facts.heads:
        return NotFound()
    kept = plan.facts.posts if isinstance(entry, Post) else plan.facts.changes
    known = kept.get((entry.seat.id, entry.nonce))
    if known is not None:
        return _as_it_stands(plan, entry, known)
    if entry.seat.id in plan.facts.left and not isinstance(entry, Remove):
        return NotFound()
    match entry:
        case Post():
            return _hold(plan, entry) if entry.why else _post(plan, entry)
        case Edit():
            return _edit(plan, entry)
        case Remove():
            return _remove(plan, entry)
        case Respond():
            return _respond(plan, entry)


def _as_it_stands(plan: Plan, entry: Spoken, known: Known) -> Outcome:
    """The same nonce again: the same answer, unless the words are others."""
    seq, mac, at, key, held = known
    if isinstance(entry, Post | Edit):
        same = key is not None and plan.facts.mac(key, entry.meaning, entry.seat.actor) == mac
    else:
        same = isinstance(entry, Remove) and mac is None
    if not same:
        return NonceTaken()
    if seq is None and isinstance(entry, Post):
        return Kept(entry.nonce, held, at, first=False) if held else GivenBack()
    return Accepted(entry.nonce, seq, at, first=False)


def _keep(plan: Plan, entry: Post, seq: int | None) -> None:
    plan.follows += entry.follows
    if entry.goes_after is not None:
        going = {"message_id": entry.message_id, "hours": entry.goes_after, "at": entry.expires}
        plan.follows.append(Row("goings", going))
    plan.messages.append(
        (
            entry.message_id,
            entry.seat.room_id,
            seq,
            entry.seat.id,
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


def _hold(plan: Plan, entry: Post) -> Kept:
    """Keep it for a person to read: it takes no place in the room's order yet."""
    assert entry.why is not None  # noqa: S101 - only then it comes here
    _keep(plan, entry, None)
    held = {
        "message_id": entry.message_id,
        "room_id": entry.seat.room_id,
        "seat_id": entry.seat.id,
        "why": entry.why,
        "held_at": entry.at,
        "state": "held",
    }
    plan.follows.append(Row("held", held))
    return Kept(entry.nonce, entry.why, entry.at, wait=entry.wait)


def _release(plan: Plan, entry: Release) -> Outcome:
    if entry.message_id not in plan.facts.holding:
        return Conflict()
    seq = plan.next_seq(RoomId(entry.room_id))
    plan.releases.append((seq, entry.message_id))
    plan.decided.append((entry.by, entry.at, entry.message_id))
    plan.facts.holding.discard(entry.message_id)
    plan.events.append(replace(entry.message, seq=seq))
    return Accepted(entry.message.nonce, seq, entry.at)


def _announce(plan: Plan, entry: Announce) -> Outcome:
    room = RoomId(entry.room_id)
    if room not in plan.facts.heads:
        return NotFound()
    seq = plan.next_seq(room)
    written = orjson.dumps(entry.facts).decode()
    plan.changes.append((room, seq, entry.kind, 0, None, None, None, written, entry.at, None))
    plan.events.append(announced(room, seq, entry.kind, entry.facts, from_millis(entry.at)))
    return Accepted("", seq, entry.at)


def _post(plan: Plan, entry: Post) -> Accepted:
    seat = entry.seat
    seq = plan.next_seq(seat.room_id)
    _keep(plan, entry, seq)
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
            expires_at=from_millis(entry.expires) if entry.expires else None,
        )
    )
    return Accepted(entry.nonce, seq, entry.at)


def _edit(plan: Plan, entry: Edit) -> Outcome:
    room, at = entry.seat.room_id, from_millis(entry.at)
    if (room, entry.of) not in plan.facts.standing:
        return NotFound()
    seq = plan.next_seq(room)
    plan.follows += entry.follows
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
    plan.follows += entry.follows
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
    """Tell the room the counts, at a place of their own in the order; once, whoever does it."""
    if room not in plan.facts.heads or (room, of) not in plan.facts.standing:
        return Conflict()
    if not plan.is_unfolded(room, of):
        return Conflict()
    there = plan.facts.responses.get((room, of), set())
    counts = dict(sorted(Counter(response for _, response in there).items()))
    seq = plan.next_seq(room)
    plan.unfold[room, of] = False
    written = orjson.dumps(counts).decode()
    plan.changes.append((room, seq, "responded", of, None, None, None, written, at, None))
    plan.events.append(MessageResponded(room, seq, of, counts, given=frozenset(there)))
    return Accepted("", seq, at)
