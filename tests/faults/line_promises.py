"""Judges the lines: what each client heard, and where it went on (P4 and P7 to P10)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from faults.facts import Breach, Facts, Place, post_of
from faults.history import Accepted, Entered, Heard, History, Live, Reset, Revoked, Sent

GRACE = 1.0  # seconds between a revocation and the last thing that may still be delivered

Own = tuple[str, str]  # client, room


@dataclass(slots=True)
class _Cursors:
    """How far each line and each client has heard, and what each client has said."""

    by_line: dict[tuple[str, str], int] = field(default_factory=dict)
    by_client: dict[Own, int] = field(default_factory=dict)
    entered: dict[tuple[str, str], Entered] = field(default_factory=dict)
    said: dict[Own, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))


def of_lines(history: History) -> Iterator[Breach]:
    """P7, P8 and P9: line by line, as each client lived it."""
    cursors = _Cursors()
    for entry in history:
        match entry:
            case Accepted():
                said = cursors.said[(entry.client, entry.room)]
                said.append((entry.at, max(entry.seq, said[-1][1] if said else 0)))
            case Entered():
                yield from _on_entering(cursors, entry)
            case Heard():
                yield from _on_hearing(cursors, entry)
            case Live():
                yield from _on_live(cursors, entry)
            case Reset():
                cursors.by_line.pop((entry.line, entry.room), None)
                cursors.by_client[(entry.client, entry.room)] = entry.head
            case _:
                pass


def _on_entering(cursors: _Cursors, entry: Entered) -> Iterator[Breach]:
    own = (entry.client, entry.room)
    if entry.since != entry.asked:
        yield Breach("resumed elsewhere", f"{entry.room} {entry.since}")
    if entry.asked != cursors.by_client.get(own, entry.asked):
        yield Breach("skipped", f"{entry.room} {entry.asked}")
    cursors.by_client[own] = entry.since
    cursors.by_line[(entry.line, entry.room)] = entry.since
    cursors.entered[(entry.line, entry.room)] = entry


def _on_hearing(cursors: _Cursors, entry: Heard) -> Iterator[Breach]:
    line = (entry.line, entry.room)
    cursor = cursors.by_line.get(line)
    if cursor is None:
        yield Breach("heard outside a room", f"{entry.room} {entry.seq}")
    elif entry.seq <= cursor:
        yield Breach("heard twice or backwards", f"{entry.room} {entry.seq}")
    elif entry.seq > cursor + 1:
        yield Breach("skipped", f"{entry.room} {entry.seq}")
    cursors.by_line[line] = max(cursor or 0, entry.seq)
    cursors.by_client[(entry.client, entry.room)] = cursors.by_line[line]


def _on_live(cursors: _Cursors, entry: Live) -> Iterator[Breach]:
    line = (entry.line, entry.room)
    if cursors.by_line.get(line) != entry.head:
        yield Breach("resume incomplete", f"{entry.room} {entry.head}")
    entered = cursors.entered.get(line)
    said = cursors.said.get((entry.client, entry.room))
    if entered is None or not said:
        return
    before = bisect_right(said, entered.asked_at, key=lambda pair: pair[0])
    if before and said[before - 1][1] > entry.head:
        yield Breach("own words missing", f"{entry.room} {entry.head}")


def of_views(history: History, facts: Facts) -> Iterator[Breach]:
    """P4: every reader sees what the log holds, at the same place, by the same author."""
    changes = _changes(facts)
    replaying: dict[tuple[str, str], float] = {}
    for entry in history:
        match entry:
            case Entered():
                replaying[(entry.line, entry.room)] = entry.asked_at
            case Live():
                replaying.pop((entry.line, entry.room), None)
            case Heard() if entry.event in ("posted", "edited"):
                asked_at = replaying.get((entry.line, entry.room))
                yield from _of_one_view(entry, facts, changes, asked_at)
            case _:
                pass


def _changes(facts: Facts) -> dict[Place, list[Sent]]:
    found: dict[Place, list[Sent]] = defaultdict(list)
    for sent in facts.sent.values():
        if sent.what != "post":
            found[(sent.room, sent.of)].append(sent)
    return found


def _of_one_view(
    heard: Heard, facts: Facts, changes: dict[Place, list[Sent]], asked_at: float | None
) -> Iterator[Breach]:
    place = (heard.room, heard.of if heard.event == "edited" else heard.seq)
    where = f"{heard.room} {heard.seq}"
    kept = facts.kept.get(place)
    if kept is None:
        yield Breach("heard, but not in the log", where)
        return
    if heard.event == "posted" and heard.author != kept.author:
        yield Breach("heard under another name", where)
    post = post_of(facts, heard.room, kept)
    possible = [*([post] if post else []), *changes.get(place, ())]
    if heard.removed:
        if place not in facts.erased and all(sent.what != "remove" for sent in possible):
            yield Breach("heard as removed", where)
        return
    shown = next((s for s in possible if s.what != "remove" and s.digest == heard.digest), None)
    if shown is None:
        yield Breach("heard other words", where)
    elif asked_at is not None and _is_stale(shown, facts, changes.get(place, []), asked_at):
        yield Breach("heard words since taken back", where)


def _is_stale(shown: Sent, facts: Facts, changes: list[Sent], asked_at: float) -> bool:
    """A replay shows a message as it is now: not as it was before an accepted change."""
    own_seq = facts.seqs.get(shown.nonce, 0)
    for change in changes:
        answers = facts.accepted.get(change.nonce)
        if answers and answers[0].at < asked_at and answers[0].seq > own_seq > 0:
            return True
    return False


def of_revocation(history: History) -> Iterator[Breach]:
    """P10: a moment after a revocation nothing is delivered, entered or accepted."""
    since: dict[Own, float] = {}
    sent_at: dict[str, float] = {}
    for entry in history:
        match entry:
            case Revoked():
                since[(entry.client, entry.room)] = entry.at
            case Sent():
                sent_at.setdefault(entry.nonce, entry.at)
            case Heard() | Entered() if _is_after(since, entry):
                yield Breach("heard after revocation", f"{entry.room} {entry.at:.3f}")
            case Accepted() if _is_after(since, entry):
                if sent_at[entry.nonce] > since[(entry.client, entry.room)] + GRACE:
                    yield Breach("spoke after revocation", f"{entry.room} {entry.seq}")
            case _:
                pass


def _is_after(since: dict[Own, float], entry: Heard | Entered | Accepted) -> bool:
    revoked_at = since.get((entry.client, entry.room))
    return revoked_at is not None and entry.at > revoked_at + GRACE
