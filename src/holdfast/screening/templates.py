"""Phrases made ready: one rare part for the automaton, the rest looked for around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from holdfast.screening.expanding import Lists, Wording, chunks
from holdfast.screening.finding import Finder

MOST_ANCHORS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What must stand before and after an anchor."""

    before: tuple[Finder, ...]  # the nearest first
    after: tuple[Finder, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the anchor is all of the phrase."""
        return not self.before and not self.after

    def around(self, words: Sequence[str], first: int, last: int) -> tuple[int, int] | None:
        """The words of the whole phrase, if it stands around the anchor between these."""
        begin = _back(words, first, self.before)
        if begin is None:
            return None
        end = _on(words, last, self.after)
        return None if end is None else (begin, end)


def _back(words: Sequence[str], place: int, parts: tuple[Finder, ...]) -> int | None:
    if not parts:
        return place
    for begin in parts[0].begins_to(words, place):
        found = _back(words, begin, parts[1:])
        if found is not None:
            return found
    return None


def _on(words: Sequence[str], place: int, parts: tuple[Finder, ...]) -> int | None:
    if not parts:
        return place
    for end in parts[0].ends_from(words, place):
        found = _on(words, end, parts[1:])
        if found is not None:
            return found
    return None


def template(phrase: str, lists: Lists) -> tuple[list[Wording], Template]:
    """The anchors of a phrase, and what stands around them. Raises `BadPhrase`."""
    parts = chunks(phrase, lists)
    begin, end = _anchor(parts)
    anchors: list[Wording] = [()]
    for part in parts[begin:end]:
        anchors = [(*one, *other) for one in anchors for other in part]
    before = tuple(Finder(part) for part in reversed(parts[:begin]))
    return list(dict.fromkeys(anchors)), Template(before, tuple(map(Finder, parts[end:])))


def _anchor(parts: list[list[Wording]]) -> tuple[int, int]:
    """The run of parts whose shortest wording is longest, while it has not too many of them."""
    runs = [
        (begin, end)
        for begin in range(len(parts))
        for end in range(begin + 1, len(parts) + 1)
        if end == begin + 1 or prod(map(len, parts[begin:end])) <= MOST_ANCHORS
    ]
    return max(runs, key=lambda run: (_rarity(parts[run[0] : run[1]]), run[0] - run[1]))


def _rarity(parts: list[list[Wording]]) -> int:
    return sum(min(sum(len(word) + 2 for word in one) for one in part) for part in parts)
