"""What the seeded faults share: the list of them, and how to pick and change an entry."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from faults.history import Accepted, Entry, History, Sent

Fault = Callable[[History, Random], History | None]
E = TypeVar("E", bound=Entry)

SEEDED: dict[str, Fault] = {}


def fault(make: Fault) -> Fault:
    """Register a way to break a history under its own name."""
    SEEDED[make.__name__] = make
    return make


def some(
    history: History, random: Random, kind: type[E], fits: Callable[[E], bool] = lambda _: True
) -> tuple[int, E] | None:
    """Pick one entry of a kind by chance, with its place."""
    found = [(n, e) for n, e in enumerate(history) if isinstance(e, kind) and fits(e)]
    return random.choice(found) if found else None


def replaced(history: History, place: int, *entries: Entry) -> History:
    """Give the history with other entries in one place (or none)."""
    return [*history[:place], *entries, *history[place + 1 :]]


def accepted_posts(history: History) -> dict[tuple[str, int], Sent]:
    """Which post was accepted where."""
    sent = {e.nonce: e for e in history if isinstance(e, Sent) and e.what == "post"}
    return {
        (e.room, e.seq): sent[e.nonce]
        for e in history
        if isinstance(e, Accepted) and e.nonce in sent
    }
