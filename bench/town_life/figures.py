"""What is counted while a community lives, and what is said of it at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.programs import Sample
from holdfast.circles.rules.fairness import Told


@dataclass
class Figures:
    """Times are in seconds, of waits for a circle in hours."""

    asks: int = 0
    turned_away: int = 0  # nobody was on shift who could be called in
    gave_up: int = 0
    first_replies: list[float] = field(default_factory=list)
    first_replies_in_concern: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)  # how many reasons a match had
    offers: Counter[str] = field(default_factory=Counter)
    with_two: int = 0  # talks begun by who had one already
    caps: int = 0  # duties not begun, because it was enough
    listened: Counter[int] = field(default_factory=Counter)  # seconds by listener
    answered_hands: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)  # from a concern to somebody being there
    closed: int = 0  # escalations
    wishes: int = 0
    placed: list[float] = field(default_factory=list)  # hours waited
    fits: list[float] = field(default_factory=list)
    circles: int = 0
    wishes_given_up: int = 0
    late_answers: int = 0
    told: list[Told] = field(default_factory=list)

    def of_talking(self, *, days: int, listeners: int) -> Sample:
        """Asking, waiting, and what it was for those who listen."""
        hours = [self.listened[one] / 3600 * 7 / days for one in range(listeners)]
        answered = max(1, self.asks - self.turned_away)
        seen = self.offers["taken"] + self.offers["declined"]
        return {
            "asks": float(self.asks),
            "turned_away": 100 * self.turned_away / max(1, self.asks),
            "reply_p50": _cut(self.first_replies, 50),
            "reply_p95": _cut(self.first_replies, 95),
            "concern_p95": _cut(self.first_replies_in_concern, 95),
            "gave_up": 100 * self.gave_up / answered,
            "reasons": sum(self.reasons) / max(1, len(self.reasons)),
            "unseen": 100 * (1 - seen / max(1, self.offers["offered"])),
            "hours_p50": _cut(hours, 50),
            "hours_max": max(hours, default=0.0),
            "two": 100 * self.with_two / max(1, len(self.waits)),
            "caps": float(self.caps),
            "hand_p95": _cut(self.answered_hands, 95),
            "joined_p95": _cut(self.joined, 95),
        }

    def of_circles(self) -> Sample:
        """Wishing, waiting, and how well it fits."""
        return {
            "wishes": float(self.wishes),
            "circles": float(self.circles),
            "placed": 100 * len(self.placed) / max(1, self.wishes),
            "withdrawn": 100 * self.wishes_given_up / max(1, self.wishes),
            "days_p50": _cut(self.placed, 50) / 24,
            "days_p95": _cut(self.placed, 95) / 24,
            "fit": sum(self.fits) / max(1, len(self.fits)),
            "fit_p10": _cut(self.fits, 10),
        }


def _cut(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share)) if len(values) else 0.0
