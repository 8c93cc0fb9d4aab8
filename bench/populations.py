"""Seeded people who look for a circle: facets and hours as drawn for the proof, no real words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.circles.rules.forming.pool import Flags, Floats, Ints, Pool

TOPICS: Final = 12
WIDTH: Final = 384  # of a vector, as wide as those of a small model
PEAKS: Final = [16, 20, 12, 8]  # local hours at which people are there
ZONES: Final = [-8, -6, -5, 0, 1, 2, 5, 8]


@dataclass(frozen=True)
class Drawn:
    """How likely each language, zone and hour is, and how many people have one time of day only."""

    languages: tuple[float, ...]
    zones: tuple[float, ...]
    peaks: tuple[float, ...]
    narrow: float


# Even: as the proof drew them. Skewed: eight languages of which five are small, people at the two
# ends of the world, mostly in the evening, and every third with one time of day only.
EVEN: Final = Drawn(
    (0.7, 0.15, 0.1, 0.05),
    (0.08, 0.1, 0.2, 0.25, 0.2, 0.05, 0.07, 0.05),
    (0.35, 0.4, 0.15, 0.1),
    narrow=0.0,
)
SKEWED: Final = Drawn(
    (0.8, 0.1, 0.05, 0.02, 0.015, 0.01, 0.003, 0.002),
    (0.4, 0.03, 0.02, 0.05, 0.05, 0.03, 0.02, 0.4),
    (0.15, 0.65, 0.05, 0.15),
    narrow=0.33,
)
DRAWN: Final = {"even": EVEN, "skewed": SKEWED}
AGES: Final = [0.05, 0.1, 0.85]  # 13 to 15, 16 or 17, 18 and over
HIGH: Final = 0.08
SPREAD: Final = 1.5  # beside a middle of length 1: two texts of one topic are 0.31 alike


def population(count: int, drawn: Drawn, *, seed: int = 0) -> Pool:
    """So many people, always the same for one seed."""
    chance = np.random.default_rng(seed)
    topic = chance.integers(TOPICS, size=count)
    first = chance.choice(len(drawn.languages), p=drawn.languages, size=count)
    pairs = chance.integers(count, size=(count // 20, 2))
    return Pool(
        ages=chance.choice(len(AGES), p=AGES, size=count),
        first=first,
        languages=np.eye(len(drawn.languages), dtype=np.bool_)[first],
        slots=_slots(count, drawn, chance),
        facets={"theme": _themes(topic, chance)},
        waited=chance.exponential(6, count).astype(np.float32),
        high=chance.random(count) < HIGH,
        closer=np.zeros(count, dtype=np.float32),
        apart=pairs[pairs[:, 0] != pairs[:, 1]],
        vectors=_vectors(topic, chance),
    )


def _slots(count: int, drawn: Drawn, chance: np.random.Generator) -> Flags:
    """Three times of day each, or one, on three days of four."""
    zone = chance.choice(ZONES, p=drawn.zones, size=count)
    peaks = chance.choice(PEAKS, p=drawn.peaks, size=(count, 3))
    narrow = chance.random(count) < drawn.narrow
    peaks[narrow, 1:] = peaks[narrow, :1]
    slots = np.zeros((count, 42), dtype=np.bool_)
    for day in range(7):
        for peak in range(3):
            block = ((peaks[:, peak] - zone) % 24) // 4
            on = np.flatnonzero(chance.random(count) < 0.75)
            slots[on, day * 6 + block[on]] = True
    return slots


def _themes(topic: Ints, chance: np.random.Generator) -> Flags:
    themes = np.zeros((len(topic), TOPICS), dtype=np.bool_)
    themes[np.arange(len(topic)), topic] = True
    themes[np.arange(len(topic)), chance.integers(TOPICS, size=len(topic))] = True
    return themes


def _vectors(topic: Ints, chance: np.random.Generator) -> Floats:
    """A cluster for each topic, wide enough that neighbours overlap as texts of people do."""
    middles = chance.standard_normal((TOPICS, WIDTH), dtype=np.float32)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    rows: Floats = chance.standard_normal((len(topic), WIDTH), dtype=np.float32)
    rows *= np.float32(SPREAD / np.sqrt(WIDTH))
    rows += middles[topic]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows
