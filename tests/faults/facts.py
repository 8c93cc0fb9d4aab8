"""A history of one load, indexed: who said what, and what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from faults.history import (
    Accepted,
    Dropped,
    Erased,
    Final,
    Heard,
    History,
    Kept,
    Refused,
    Restored,
    Sent,
)

Place = tuple[str, int]  # room, seq


@dataclass(frozen=True, slots=True)
class Breach:
    """One promise broken, and where."""

    promise: str
    where: str


@dataclass(slots=True)
class Facts:
    """A history, indexed once. Texts are unique, so a digest names what was sent."""

    sent: dict[str, Sent] = field(default_factory=dict)
    by_digest: dict[str, Sent] = field(default_factory=dict)
    accepted: dict[str, list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    refused: set[str] = field(default_factory=set)
    unanswered: Counter[str] = field(default_factory=Counter)  # how often, by nonce
    dropped: set[str] = field(default_factory=set)  # refused, whether anybody heard it or not
    finals: dict[str, Final] = field(default_factory=dict)
    kept: dict[Place, Kept] = field(default_factory=dict)
    changes: set[Place] = field(default_factory=set)
    post_at: dict[Place, str] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    erased: dict[Place, float] = field(default_factory=dict)  # since when, as was acknowledged
    restored: list[float] = field(default_factory=list)  # when the place was put back


def indexed(history: History) -> Facts:
    """Read a history once and remember who said what, and what became of it."""
    facts = Facts(restored=_restores(history))
    for entry in history:
        match entry:
            case Sent():
                facts.sent.setdefault(entry.nonce, entry)
                facts.unanswered[entry.nonce] += 1
                if entry.what != "remove":
                    facts.by_digest.setdefault(entry.digest, entry)
            case Accepted():
                facts.accepted[entry.nonce].append(entry)
            case Refused() | Dropped():
                _refuse(facts, entry)
            case Erased():
                for seq in entry.seqs:
                    _erase(facts, (entry.room, seq), entry.at)
            case Heard() if entry.event != "posted":
                facts.changes.add((entry.room, entry.seq))
            case Final():
                facts.finals[entry.room] = entry
                facts.changes.update((entry.room, seq) for seq in entry.changes)
                facts.kept.update({(entry.room, kept.seq): kept for kept in entry.kept})
            case _:
                pass
    _number(facts)
    return facts


def _restores(history: History) -> list[float]:
    return [entry.at for entry in history if isinstance(entry, Restored)]


def _refuse(facts: Facts, entry: Refused | Dropped) -> None:
    facts.dropped.add(entry.nonce)
    if isinstance(entry, Refused):
        facts.refused.add(entry.nonce)
        facts.unanswered[entry.nonce] -= 1


def _number(facts: Facts) -> None:
    """Note which seq each nonce has: from its answer, or else from the log."""
    for nonce, answers in facts.accepted.items():
        place = (answers[0].room, answers[0].seq)
        facts.seqs[nonce] = answers[0].seq
        if facts.sent[nonce].what == "post":
            facts.post_at[place] = nonce
        else:
            facts.changes.add(place)
            if facts.sent[nonce].what == "remove":
                of = (answers[0].room, facts.sent[nonce].of)
                _erase(facts, of, min(answer.at for answer in answers))
    for (room, seq), kept in facts.kept.items():
        post = post_of(facts, room, kept)
        if post is not None:
            facts.seqs.setdefault(post.nonce, seq)


def _erase(facts: Facts, place: Place, at: float) -> None:
    facts.erased[place] = min(at, facts.erased.get(place, at))


def post_of(facts: Facts, room: str, kept: Kept) -> Sent | None:
    """Find whose words these are: a post's own, an edit's of it, or a removed post's."""
    if kept.removed:
        return facts.sent.get(facts.post_at.get((room, kept.seq), ""))
    said = facts.by_digest.get(kept.digest)
    if said is None or said.room != room:
        return None
    if said.what == "post":
        return said
    return facts.sent.get(facts.post_at.get((room, kept.seq), "")) if said.of == kept.seq else None
