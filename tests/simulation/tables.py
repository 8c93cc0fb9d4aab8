"""What the database holds, in memory: rooms, what was said in them, and who may speak there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from holdfast.kit.ids import KeyId, MemberId, RoomId, SeatId
from holdfast.kit.tables import from_millis
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
)
from holdfast.messages.ledger.batch import Facts, Known, Plan
from holdfast.messages.ledger.entries import Waiting
from holdfast.messages.ledger.facts import needs_of

Place = tuple[int, int]  # room, seq


@dataclass
class Tables:
    """Everything that is committed, as a reader sees it."""

    heads: dict[int, int] = field(default_factory=dict)
    messages: dict[Place, MessagePosted] = field(default_factory=dict)
    changes: dict[Place, Any] = field(default_factory=dict)
    posts: dict[tuple[int, str], Known] = field(default_factory=dict)
    changed: dict[tuple[int, str], Known] = field(default_factory=dict)
    responses: dict[Place, set[tuple[int, str]]] = field(default_factory=dict)
    unfolded: set[Place] = field(default_factory=set)

    def apply(self, plan: Plan) -> None:
        """One transaction takes effect."""
        message: Any
        for message in plan.messages:
            _, _, seq, seat, nonce, key, mac, *_, at = message
            self.posts[seat, nonce] = (seq, mac, at, key, None)
        for event in plan.events:
            if isinstance(event, MessagePosted):
                self.messages[event.room_id, event.seq] = event
            elif isinstance(event, MessageEdited | MessageRemoved) and event.now is not None:
                self.messages[event.room_id, event.of] = event.now
        change: Any
        for change in plan.changes:
            room, seq, _, _, seat, nonce, mac, _, at, key = change
            self.changes[room, seq] = change
            if nonce is not None:
                self.changed[seat, nonce] = (seq, mac, at, key, None)
        for room, of, seat, response in plan.response_rows(on=True):
            self.responses.setdefault((room, of), set()).add((seat, response))
        for room, of, seat, response in plan.response_rows(on=False):
            self.responses.get((room, of), set()).discard((seat, response))
        self.unfolded.update(plan.unfold_rows(waits=True))
        self.unfolded.difference_update(plan.unfold_rows(waits=False))
        self.heads.update(plan.facts.heads)

    def facts(self, batch: list[Waiting]) -> Facts:
        """What a batch must know, read under the rooms' locks."""
        needs = needs_of(batch)
        return Facts(
            heads={room: self.heads[room] for room in needs.rooms if room in self.heads},
            posts={key: self.posts[key] for key in needs.posts if key in self.posts},
            changes={key: self.changed[key] for key in needs.changes if key in self.changed},
            mac=lambda key, meaning, _: mac_of(key, meaning),
            standing={place for place in needs.targets if self._stands(place)},
            responses={
                place: set(self.responses[place])
                for place in needs.targets
                if place in self.responses
            },
            unfolded={place for place in needs.folds if place in self.unfolded},
        )

    def _stands(self, place: Place) -> bool:
        return place in self.messages and self.messages[place].removed is None

    # -- what readers ask ---------------------------------------------------------------------

    def entries_since(self, room: int, since: int, limit: int) -> list[Entry]:
        """Messages as they stand now and changes after a place, in order."""
        seqs = range(since + 1, min(self.heads[room], since + limit) + 1)
        return [entry for seq in seqs for entry in self._at(room, seq)]

    def _at(self, room: int, seq: int) -> Iterable[Entry]:
        if (message := self.messages.get((room, seq))) is not None:
            yield message
        if (change := self.changes.get((room, seq))) is not None:
            yield self._changed(change)

    def _changed(self, change: Any) -> Entry:
        room, seq, kind, of, seat, _, _, counts, at, _ = change
        place = RoomId(room), seq
        now, when = self.messages[room, of], from_millis(at)
        if kind == "edited":
            owner = SeatId(seat)
            return MessageEdited(*place, owner, of, now.text, None, when, now)
        if kind == "removed":
            return MessageRemoved(*place, SeatId(seat), of, "author", when, now)
        given = frozenset(self.responses.get((room, of), ()))
        return MessageResponded(*place, of, orjson.loads(counts), None, given)


def mac_of(key: KeyId, meaning: str) -> bytes:
    """What tells the same words from others; here nothing is secret."""
    del key
    return meaning.encode()


@dataclass
class People:
    """Who sits where, and whose session ended; it is decided outside the ledger."""

    seats: dict[tuple[MemberId, str], tuple[SeatId, RoomId, str]] = field(default_factory=dict)
    left: set[SeatId] = field(default_factory=set)
    signed_out: set[MemberId] = field(default_factory=set)
