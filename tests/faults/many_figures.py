"""What a history says in numbers: how late words came, how long nobody was answered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from faults.history import Accepted, Entry, Heard, Sent

Moment = float
WINDOW = 2.0  # seconds


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of all do not exceed; 0 where there is none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def deliveries(
    history: Sequence[Entry], since: Moment = 0.0, until: Moment = math.inf
) -> list[float]:
    """Seconds from a post's first saying, within these moments, to each reader's first hearing."""
    said: dict[str, Sent] = {}
    heard: set[tuple[str, str]] = set()
    late: list[float] = []
    for entry in history:
        if isinstance(entry, Sent) and entry.what == "post":
            said.setdefault(entry.digest, entry)
        elif isinstance(entry, Heard) and entry.event == "posted" and entry.digest in said:
            sent, once = said[entry.digest], (entry.client, entry.digest)
            if entry.client != sent.client and once not in heard and since <= sent.at < until:
                late.append(entry.at - sent.at)
            heard.add(once)
    return late


def delivery_windows(history: Sequence[Entry], since: Moment, until: Moment) -> list[float]:
    """The p99 of what was said in each whole two seconds between these moments."""
    many = int((until - since) // WINDOW)
    begins = (since + number * WINDOW for number in range(many))
    return [percentile(deliveries(history, begin, begin + WINDOW), 0.99) for begin in begins]


def answers(history: Sequence[Entry], since: Moment = 0.0, until: Moment = math.inf) -> list[float]:
    """Seconds from the first saying of something, within these moments, to its `accepted`."""
    said: dict[str, float] = {}
    took: dict[str, float] = {}
    for entry in history:
        if isinstance(entry, Sent):
            said.setdefault(entry.nonce, entry.at)
        elif isinstance(entry, Accepted) and since <= said[entry.nonce] < until:
            took.setdefault(entry.nonce, entry.at - said[entry.nonce])
    return list(took.values())


def first_accepted_after(history: Sequence[Entry], moment: Moment) -> float:
    """Seconds from a moment until something was accepted again; infinite where nothing was."""
    later = (e.at - moment for e in history if isinstance(e, Accepted) and e.at >= moment)
    return next(later, math.inf)


def accepted_between(
    history: Sequence[Entry], since: Moment, until: Moment, clients: Iterable[str]
) -> int:
    """How many times some clients were told that something is kept, within these moments."""
    asked = set(clients)
    return sum(
        isinstance(e, Accepted) and e.client in asked and since <= e.at < until for e in history
    )
