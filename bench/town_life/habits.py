"""What we assume about people, in one place. None of it is measured on anybody; all is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

# How many of a day's people come in which hour (UTC): few in the morning, most late at night.
HOURS: Final = (
    7, 6, 5, 3, 2, 1.5, 1.5, 2, 2.5, 3, 3, 3, 3.5, 3.5, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 9, 8,
)  # fmt: skip
# When listeners like to be on duty: evenings, and few at night.
DUTY_HOURS: Final = (
    3, 2, 1, 0.5, 0.5, 0.5, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 6, 8, 9, 9, 8, 6, 4,
)  # fmt: skip


@dataclass(frozen=True)
class Habits:
    """Medians are of lognormal draws, in seconds unless they say otherwise."""

    asks_a_day: float = 50
    in_concern: float = 0.06  # of who asks
    patience: tuple[float, float] = (900, 0.8)
    duties_a_week: int = 5
    duty: float = 2 * 3600
    away: float = 0.15  # of offers nobody sees in time
    declines: float = 0.07
    answers_offer: tuple[float, float] = (25, 0.9)
    first_words: tuple[float, float] = (25, 0.7)
    session: tuple[float, float] = (34 * 60, 0.5)
    slower_with_two: float = 1.3
    hard: float = 0.1
    raises_hand: float = 0.04
    staff_comes: tuple[float, float] = (35, 0.6)
    dark_nights: tuple[int, ...] = (2, 5)  # days of the week without staff from two to six
    wishes_a_day: float = 15
    wish_patience: float = 21 * 86400  # on average
    answers_circle: tuple[float, float] = (6 * 3600, 1.0)
    says_no: float = 0.1
    silent: float = 0.1


class Chance:
    """Every draw of one run, from one seed."""

    def __init__(self, seed: int) -> None:
        self.draws = np.random.default_rng(seed)

    def about(self, what: tuple[float, float]) -> float:
        """Seconds, lognormal by median and spread."""
        median, spread = what
        return float(self.draws.lognormal(log(median), spread))

    def happens(self, share: float) -> bool:
        return bool(self.draws.random() < share)

    def moments(self, a_day: float, days: int, hours: tuple[float, ...] = HOURS) -> list[float]:
        """Seconds from the beginning at which people come, by the hours of the day."""
        weights = np.array(hours) / sum(hours)
        found = [
            (day * 24 + hour + float(self.draws.random())) * 3600
            for day in range(days)
            for hour in range(24)
            for _ in range(int(self.draws.poisson(a_day * weights[hour])))
        ]
        return sorted(found)

    def one_of(self, things: Sequence[str]) -> str:
        """Any of them."""
        return things[int(self.draws.integers(len(things)))]

    def by_weight(self, weights: Mapping[str, float]) -> str:
        """One of them, the weightier ones more often."""
        shares = np.array(list(weights.values()), dtype=float)
        return list(weights)[int(self.draws.choice(len(shares), p=shares / shares.sum()))]
