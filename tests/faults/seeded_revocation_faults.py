"""Ways in which a revocation could come to nothing, each to be seen by the checker."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from faults.history import (
    Accepted,
    Entered,
    Final,
    Heard,
    History,
    Kept,
    Revoked,
    Sent,
    digest_of,
)
from faults.seeding import fault, some


@fault
def deliver_after_revocation(history: History, random: Random) -> History | None:
    """Go on sending to someone whose seat was taken."""
    found = some(history, random, Revoked)
    if found is None:
        return None
    gone = found[1]
    heard = some(history, random, Heard, lambda e: e.room == gone.room)
    if heard is None:
        return None
    late = replace(heard[1], client=gone.client, line=f"{gone.client}/9", at=gone.at + 1.2)
    return [*history, Entered(0.0, 0.0, gone.client, gone.room, late.line, 0, 0), late]


@fault
def let_in_after_revocation(history: History, random: Random) -> History | None:
    """Let someone in again whose seat was taken."""
    found = some(history, random, Revoked)
    if found is None:
        return None
    gone, late = found[1], found[1].at + 1.5
    return [*history, Entered(late, late, gone.client, gone.room, f"{gone.client}/9", 0, 0)]


@fault
def accept_after_revocation(history: History, random: Random) -> History | None:
    """Accept words of someone whose seat was taken."""
    found = some(history, random, Revoked)
    if found is None:
        return None
    gone, late = found[1], found[1].at + 1.5
    name, room = gone.client, gone.room
    final = next(e for e in history if isinstance(e, Final) and e.room == room)
    sent = Sent(late, name, room, "late", name, digest_of("late"))
    answer = Accepted(late + 0.1, name, room, "late", final.head + 1)
    kept = (*final.kept, Kept(final.head + 1, name, sent.digest))
    rest = [e for e in history if e is not final]
    return [*rest, sent, answer, replace(final, head=final.head + 1, kept=kept)]
