"""A second pair of eyes: the hard rules of a circle, spelt out person by person, and people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from holdfast.circles.rules.forming.pool import Floats
from holdfast.circles.rules.forming.wishes import Wish

BANDS = ("13-15", "16-17", "18+")
LANGUAGES = ("en", "es", "ar", "pt")
THEMES = ("grief", "anxiety", "early sobriety", "being a carer", "new parent")
STAGES = ("", "new", "a while", "years")


def what_is_wrong(people: Sequence[Wish]) -> list[str]:
    """Every hard rule that these people would break as one circle."""
    wrong = []
    if not 4 <= len(people) <= 8:
        wrong.append(f"there are {len(people)} people")
    if sum(person.high for person in people) > 2:
        wrong.append("more than two are at high concern")
    slots = [slot for slot in range(42) if all(slot in person.slots for person in people)]
    if len(slots) < 2:
        wrong.append(f"they share {len(slots)} weekly slots")
    if not any(all(word in person.languages for person in people) for word in LANGUAGES):
        wrong.append("they have no language in common")
    for one, other in combinations(people, 2):
        if one.age != other.age:
            wrong.append("two age bands mix")
        if other.key in one.apart or one.key in other.apart:
            wrong.append("two sit together who must not")
    return wrong


def crowd(seed: int, count: int, *, trouble: float = 0.1) -> list[Wish]:
    """People with few hours, several languages, many blocks and much concern, by a seed."""
    chance = random.Random(seed)
    return [_somebody(chance, number, count, trouble) for number in range(count)]


def _somebody(chance: random.Random, number: int, count: int, trouble: float) -> Wish:
    centre = chance.choice((0, 7, 20, 35))
    apart = {f"p{chance.randrange(count)}" for _ in range(3) if chance.random() < trouble}
    return Wish(
        key=f"p{number}",
        age=chance.choices(BANDS, (1, 1, 4))[0],
        languages=tuple(chance.sample(LANGUAGES, chance.choice((1, 1, 2)))),
        slots=frozenset((centre + chance.randrange(9)) % 42 for _ in range(chance.randrange(2, 9))),
        themes=frozenset(chance.sample(THEMES, chance.randrange(3))),
        stage=chance.choice(STAGES),
        waited=chance.expovariate(1 / 60),
        high=chance.random() < 2 * trouble,
        closer=chance.choice((0.0, 0.0, 0.5, 1.0)),
        apart=frozenset(apart - {f"p{number}"}),
    )


def alike(**more: object) -> list[Wish]:
    """Six people who have everything in common, to be made different one by one."""
    same: dict[str, object] = {
        "age": "18+", "languages": ("en",), "slots": frozenset({1, 7, 13}),
        "themes": frozenset({"grief"}),
    }  # fmt: skip
    return [Wish(key=f"p{number}", **{**same, **more}) for number in range(6)]  # type: ignore[arg-type]


def words_of(people: Sequence[Wish], *, width: int = 16, seed: int = 0) -> Floats:
    """A unit vector for each person's words, near others of the same first theme."""
    chance = np.random.default_rng(seed)
    middles = chance.standard_normal((len(THEMES) + 1, width))
    first = [min((THEMES.index(theme) for theme in person.themes), default=-1) for person in people]
    rows = middles[first] + 0.5 * chance.standard_normal((len(people), width))
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit
