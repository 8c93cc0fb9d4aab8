"""What the product does not do yet: each of these goes when it does.

The simulation found them; with them in place it finds nothing more. `test_mends.py` shows that the
product still needs each one, and fails as soon as it does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from holdfast.kit.topics import Frame, Topic
from holdfast.live.line import Line
from holdfast.messages.ledger import Ledger, room_of
from holdfast.messages.ledger.entries import Accepted, NotKnown, Spoken, Waiting, Written

Put = tuple[Any, str, Any]
_after_doubt, _close, _perform = Ledger._after_doubt, Line.close, Line._perform
_ended: WeakSet[Line] = WeakSet()


def doubt_what_came_after(ledger: Ledger, batch: list[Waiting]) -> None:
    """What a seat said after words in doubt waits with them: else it would come before them."""
    seats = {entry.seat.id for entry in batch if isinstance(entry, Spoken)}
    after = [e for e in ledger._waiting if isinstance(e, Spoken) and e.seat.id in seats]
    ledger._waiting = deque(entry for entry in ledger._waiting if entry not in after)
    _after_doubt(ledger, batch)
    ledger._decided += len(after)
    for entry in after:
        entry.ticket.decide(NotKnown())


def note_the_end(line: Line, code: int) -> None:
    """We hung up."""
    _ended.add(line)
    _close(line, code)


def perform_until_the_end(line: Line, data: bytes) -> None:
    """What waited behind a command is not carried out on a line that we ended meanwhile."""
    if line not in _ended:
        _perform(line, data)


def seed_the_head(topic: Topic, frames: Sequence[Frame], head: int) -> None:
    """Where nothing was read the head is known all the same: else a gap after it would not show."""
    _seed(topic, frames, head)
    if topic.head < 0:
        topic.head = head


def look_at_what_is_known(ledger: Ledger, batch: list[Waiting], written: Written) -> None:
    """Words that are found on disk beyond what the room was told were never told: tell of them.

    A commit in doubt, or of a process that was killed, may take effect after everybody came back.
    """
    _after_commit(ledger, batch, written)
    floor: Any = ledger.on_doubt.__self__  # type: ignore[attr-defined]
    for entry in batch:
        done = entry.ticket.outcome
        if isinstance(done, Accepted) and not done.first and done.seq is not None:
            topic = floor.hub.topics.get(room_of(entry))
            if floor.hearing is not None:
                floor.hearing.hear_head(room_of(entry), done.seq)
            elif topic is not None and topic.head < done.seq:
                topic.jump(done.seq)


_seed, _after_commit = Topic.seed, Ledger._after_commit
MENDS: dict[str, list[Put]] = {
    "words after words in doubt": [
        (Line, "close", note_the_end),
        (Line, "_perform", perform_until_the_end),
        (Ledger, "_after_doubt", doubt_what_came_after),
    ],
    "a head without entries": [(Topic, "seed", seed_the_head)],
    "words that were never told": [(Ledger, "_after_commit", look_at_what_is_known)],
}
