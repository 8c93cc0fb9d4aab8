"""Which facts a batch needs: the keys to look up, gathered once for either database."""

from __future__ import annotations

from msgspec import Struct

from holdfast.messages.ledger.entries import (
    Annotate,
    Fold,
    Hide,
    Post,
    Release,
    Restore,
    Spoken,
    Waiting,
)


class Needs(Struct):
    """What to read before planning."""

    rooms: list[int]
    posts: list[tuple[int, str]]  # (seat, nonce) of what is to be said
    changes: list[tuple[int, str]]  # (seat, nonce) of what is to be changed
    targets: list[tuple[int, int]]
    holds: list[bytes]  # messages to be released
    hidden: list[tuple[int, int]]  # (room, seq) of messages to be restored
    folds: list[tuple[int, int]]  # (room, seq) of messages whose counts are to be told


def needs_of(batch: list[Waiting]) -> Needs:
    rooms: dict[int, None] = {}
    posts: list[tuple[int, str]] = []
    changes: list[tuple[int, str]] = []
    targets: dict[tuple[int, int], None] = {}
    holds: list[bytes] = []
    hidden: dict[tuple[int, int], None] = {}
    folds: dict[tuple[int, int], None] = {}
    for entry in batch:
        if not isinstance(entry, Spoken):
            rooms[entry.room_id] = None
            if isinstance(entry, Fold | Hide | Annotate):
                targets[entry.room_id, entry.of] = None
            if isinstance(entry, Fold):
                folds[entry.room_id, entry.of] = None
            elif isinstance(entry, Restore):
                hidden[entry.room_id, entry.of] = None
            elif isinstance(entry, Release):
                holds.append(entry.message_id)
            continue
        rooms[entry.seat.room_id] = None
        if isinstance(entry, Post):
            posts.append((entry.seat.id, entry.nonce))
        else:
            changes.append((entry.seat.id, entry.nonce))
            targets[entry.seat.room_id, entry.of] = None
    return Needs(sorted(rooms), posts, changes, list(targets), holds, list(hidden), list(folds))
