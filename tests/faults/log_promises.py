"""Judges the log: nothing lost, doubled, invented or reordered (P1 to P6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from faults.facts import Breach, Facts, Place, post_of
from faults.history import Kept, Sent


def of_the_log(facts: Facts) -> Iterator[Breach]:
    """P2 and P3: every kept message was said once, by its author, in these words, and here."""
    found: set[str] = set()
    for room, final in facts.finals.items():
        for kept in final.kept:
            where = f"{room} {kept.seq}"
            post = post_of(facts, room, kept)
            if post is None:
                yield Breach("phantom", where)
                continue
            if post.author != kept.author:
                yield Breach("wrong author", where)
            if post.nonce in found:
                yield Breach("doubled", where)
            found.add(post.nonce)
            if is_definitely_refused(facts, post.nonce):
                yield Breach("refused yet kept", where)
    for nonce, answers in facts.accepted.items():
        if facts.sent[nonce].what == "post" and nonce not in found:
            yield Breach("lost", f"{answers[0].room} {answers[0].seq}")


def is_definitely_refused(facts: Facts, nonce: str) -> bool:
    """Whether every single time it was sent the answer was no."""
    if nonce not in facts.refused or nonce in facts.accepted:
        return False
    return facts.unanswered[nonce] <= 0


def of_numbering(facts: Facts) -> Iterator[Breach]:
    """P4: seqs of messages and changes together are dense, unique and in order."""
    changes_of: dict[str, set[int]] = defaultdict(set)
    for room, seq in facts.changes:
        changes_of[room].add(seq)
    for room, final in facts.finals.items():
        numbers = [kept.seq for kept in final.kept]
        if numbers != sorted(set(numbers)):
            yield Breach("seqs out of order", room)
        changes = changes_of[room]
        if changes & set(numbers):
            yield Breach("one seq for two things", room)
        expected = set(range(final.first + 1, final.head + 1))
        present = set(numbers) | {seq for seq in changes if seq > final.first}
        for seq in sorted(expected ^ present)[:5]:
            yield Breach("gap", f"{room} {seq}")


def of_acknowledgements(facts: Facts) -> Iterator[Breach]:
    """P1 and P2: what was accepted is where it was accepted, under one seq for ever."""
    taken: dict[Place, str] = {}
    for nonce, answers in facts.accepted.items():
        sent = facts.sent[nonce]
        first = answers[0]
        if taken.setdefault((first.room, first.seq), nonce) != nonce:
            yield Breach("one seq for two nonces", f"{first.room} {first.seq}")
        if len({answer.seq for answer in answers}) > 1:
            yield Breach("two seqs for one nonce", f"{first.room} {first.seq}")
        if sent.room != first.room:
            yield Breach("accepted elsewhere", f"{first.room} {first.seq}")
        if sent.what != "post":
            continue
        kept = facts.kept.get((first.room, first.seq))
        if kept is None or post_of(facts, first.room, kept) is not sent:
            yield Breach("not where it was accepted", f"{first.room} {first.seq}")


def of_changes(facts: Facts) -> Iterator[Breach]:
    """P1 for edits and removals: the newest accepted change of a message is what it shows."""
    newest: dict[Place, tuple[int, Sent]] = {}
    for nonce, answers in facts.accepted.items():
        sent = facts.sent[nonce]
        if sent.what != "post":
            place = (sent.room, sent.of)
            newest[place] = max(
                newest.get(place, (0, sent)), (answers[0].seq, sent), key=lambda pair: pair[0]
            )
    for place, (seq, change) in newest.items():
        kept = facts.kept.get(place)
        if kept is not None and not _shows(facts, kept, change, seq):
            yield Breach("change lost", f"{place[0]} {place[1]}")


def _shows(facts: Facts, kept: Kept, change: Sent, seq: int) -> bool:
    if kept.removed:
        return True
    if change.what == "remove":
        return False
    shown = facts.by_digest.get(kept.digest)
    if shown is None or shown.what != "edit":
        return False
    return shown.nonce == change.nonce or facts.seqs.get(shown.nonce, seq + 1) > seq


def of_real_time(facts: Facts) -> Iterator[Breach]:
    """P5: what was accepted before another thing was first sent comes before it."""
    moments: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for nonce, seq in facts.seqs.items():
        sent = facts.sent[nonce]
        moments[sent.room].append((sent.at, 0, seq))
        answers = facts.accepted.get(nonce)
        if answers:
            moments[sent.room].append((min(a.at for a in answers), 1, seq))
    for room, timed in moments.items():
        highest = 0
        for _, answered, seq in sorted(timed):
            if answered:
                highest = max(highest, seq)
            elif seq <= highest:
                yield Breach("real-time order", f"{room} {seq}")


def of_sessions(facts: Facts) -> Iterator[Breach]:
    """P6: what one client sent in a row, and was never refused, stays in that order.

    A refusal that died with its line looks like a wrong order: loads that meet refusals
    must not lose them, or write down what the server `Dropped`.
    """
    last: dict[tuple[str, str], int] = {}
    for nonce, sent in facts.sent.items():  # a dict keeps the order of first sending
        seq = facts.seqs.get(nonce)
        if seq is None or nonce in facts.dropped:
            continue
        key = (sent.client, sent.room)
        if seq <= last.get(key, 0):
            yield Breach("session order", f"{sent.room} {seq}")
        last[key] = max(seq, last.get(key, 0))
