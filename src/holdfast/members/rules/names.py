"""Pseudonyms: two kind words each, chosen by chance that is handed in."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator
from functools import cache, cached_property
from itertools import count
from math import gcd
from pathlib import Path

from msgspec import Struct

from holdfast.kit.errors import Conflict
from holdfast.kit.words import N_

WORDS = Path(__file__).parent.parent / "words"
HOME_LANGUAGE = "en"
REROLLS = 5

# Given a number n, answers one of 0..n-1: `secrets.randbelow` outside, anything in a test.
Choose = Callable[[int], int]


class RolledEnough(Conflict):
    """The first name and five more have been shown."""

    code = "rolled_enough"
    words = N_("That was the last new name for now. Please choose one of the names you have seen.")


class NoNameLeft(Conflict):
    """Every kind name in this language is taken in the room or was rolled already."""

    code = "no_name_left"
    words = N_("All our names are taken in this room. You can still go into another room.")


class Withheld(Struct, frozen=True, dict=True):
    """What must not be in a name; `withheld.toml` says why, part by part."""

    names: frozenset[str]
    themes: frozenset[str]
    inside: tuple[str, ...]
    across: tuple[str, ...]
    initials: frozenset[str]
    pairs: frozenset[str]

    @cached_property
    def halves(self) -> dict[str, list[tuple[str, str]]]:
        """Every way that two words can share a withheld part, by the two letters at the join."""
        halves: dict[str, list[tuple[str, str]]] = {}
        for part in self.inside + self.across:
            for cut in range(1, len(part)):
                halves.setdefault(part[cut - 1 : cut + 1], []).append((part[:cut], part[cut:]))
        return halves


class Wordbook(Struct, frozen=True):
    """The words that names are made of in one language, in the order they are said."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    withheld: Withheld

    @property
    def size(self) -> int:
        return len(self.first) * len(self.second)

    @property
    def stride(self) -> int:
        """A step that comes past every pair and lands far from the last one."""
        golden = int(self.size * 0.618)
        return next(step for step in count(golden) if gcd(step, self.size) == 1)

    def pair(self, index: int) -> tuple[str, str]:
        """The pair with this number, counting from nought."""
        first, second = divmod(index % self.size, len(self.second))
        return self.first[first], self.second[second]

    def pairs_from(self, start: int) -> Iterator[tuple[str, str]]:
        """Every pair once, in long strides: whole runs of neighbours are withheld together."""
        stride = self.stride
        return (self.pair(start + step * stride) for step in range(self.size))


def languages() -> tuple[str, ...]:
    """The languages that have a wordbook of their own."""
    return tuple(sorted(folder.parent.name for folder in WORDS.glob("*/withheld.toml")))


@cache
def wordbook(language: str = HOME_LANGUAGE) -> Wordbook:
    """The wordbook of a room's language; English lends its own where there is none."""
    folder = WORDS / (language if language in languages() else HOME_LANGUAGE)
    return Wordbook(
        first=_lines(folder / "first.txt"),
        second=_lines(folder / "second.txt"),
        withheld=_withheld(folder / "withheld.toml"),
    )


def roll(
    choose: Choose,
    *,
    taken: Collection[str] = frozenset(),
    rolled: Collection[str] = (),
    book: Wordbook | None = None,
) -> str:
    """A new name: neither in use in the room (`taken`) nor shown to this member before (`rolled`).

    Raises `RolledEnough` after the first name and five more, `NoNameLeft` when the room has them
    all.
    """
    if not may_roll_again(rolled):
        raise RolledEnough
    book = book or wordbook()
    for first, second in book.pairs_from(choose(book.size)):
        name = f"{first} {second}"
        if name not in taken and name not in rolled and not why_it_hurts(first, second, book):
            return name
    raise NoNameLeft


def may_roll_again(rolled: Collection[str]) -> bool:
    """Whether another name may be shown to someone who has seen these."""
    return len(rolled) <= REROLLS


def why_it_hurts(first: str, second: str, book: Wordbook) -> str | None:
    """What is wrong with these two words together, or nothing."""
    withheld = book.withheld
    if f"{first} {second}" in withheld.pairs:
        return "pair"
    if first[0] + second[0] in withheld.initials:
        return "initials"
    before, after = first.casefold(), second.casefold()
    for ending, beginning in withheld.halves.get(before[-1] + after[0], ()):
        if before.endswith(ending) and after.startswith(beginning):
            return ending + beginning
    return None


def why_it_is_withheld(word: str, book: Wordbook) -> str | None:
    """What is wrong with one word by itself, or nothing."""
    small = word.casefold()
    if small in book.withheld.names:
        return "somebody’s name"
    if small in book.withheld.themes:
        return "not kind to everyone"
    return next((part for part in book.withheld.inside if part in small), None)


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").split())


def _withheld(path: Path) -> Withheld:
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    return Withheld(
        names=frozenset(kept["names"].split()),
        themes=frozenset(kept["themes"].split()),
        inside=tuple(kept["inside"].split()),
        across=tuple(kept["across"].split()),
        initials=frozenset(kept["initials"].split()),
        pairs=frozenset(kept["pairs"]),
    )
