"""One batch of the ledger: what the database knew, and what is to be written."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from holdfast.kit.ids import KeyId
from holdfast.messages.events import Entry
from holdfast.messages.ledger.entries import Outcome, Row, Spoken, Ticket, Waiting, Written
from holdfast.rights.rules import Actor

Known = tuple[int | None, bytes | None, int, KeyId | None, str | None]  # seq, mac, at, key, held
Mac = Callable[[KeyId, str, Actor], bytes]  # of a key and a meaning, for who says it again


class Facts(Struct):
    """What the database knew when the batch began. Seqs and counts are moved on by the plan."""

    heads: dict[int, int]  # room → newest seq
    posts: dict[tuple[int, str], Known]  # by (seat, nonce), as are
    changes: dict[tuple[int, str], Known]
    mac: Mac
    standing: set[tuple[int, int]]  # (room, seq) of messages that stand: there, not removed
    responses: dict[tuple[int, int], set[tuple[int, str]]]  # (room, seq) → {(seat, response)}
    holding: set[bytes] = field(default_factory=set)  # ids of messages that are held
    hidden: set[tuple[int, int]] = field(default_factory=set)  # (room, seq) that may be restored
    left: set[int] = field(default_factory=set)  # seats that were given up
    unfolded: set[tuple[int, int]] = field(default_factory=set)  # whose counts wait to be told


class Plan(Struct):
    """Rows to write, in the order of `sqlite.py` and `postgresql.py`, and what follows."""

    facts: Facts
    messages: list[tuple[object, ...]] = field(default_factory=list)
    changes: list[tuple[object, ...]] = field(default_factory=list)
    edits: list[tuple[object, ...]] = field(default_factory=list)
    removals: list[tuple[object, ...]] = field(default_factory=list)
    hides: list[tuple[int, bool, int, int]] = field(default_factory=list)  # at, frozen, room, seq
    restores: list[tuple[int | None, int, int]] = field(default_factory=list)  # at, room, seq
    annotations: list[tuple[object, ...]] = field(default_factory=list)
    responses: dict[tuple[int, int, int, str], bool] = field(default_factory=dict)
    unfold: dict[tuple[int, int], bool] = field(default_factory=dict)
    releases: list[tuple[int, bytes]] = field(default_factory=list)  # seq, message
    decided: list[tuple[int, int, bytes]] = field(default_factory=list)  # by, at, message
    follows: list[Row] = field(default_factory=list)
    outcomes: list[tuple[Ticket, Outcome]] = field(default_factory=list)
    events: list[Entry] = field(default_factory=list)

    def next_seq(self, room: int) -> int:
        self.facts.heads[room] += 1
        return self.facts.heads[room]

    def restored(self) -> list[tuple[int, int]]:
        """The messages whose words are with them again."""
        return [(room, seq) for _, room, seq in self.restores]

    def response_rows(self, on: bool) -> list[tuple[int, int, int, str]]:
        """The responses to give (`on`) or to take away, as they stand after the batch."""
        return [row for row, given in self.responses.items() if given == on]

    def is_unfolded(self, room: int, seq: int) -> bool:
        """Whether the counts of this message wait to be told."""
        return self.unfold.get((room, seq), (room, seq) in self.facts.unfolded)

    def unfold_rows(self, waits: bool) -> list[tuple[int, int]]:
        """The messages whose counts wait to be told (or no longer wait)."""
        return [row for row, waiting in self.unfold.items() if waiting == waits]

    def written(self, later: list[Waiting]) -> Written:
        return Written(self.outcomes, self.events, later)


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
        if not isinstance(entry, Spoken):
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
