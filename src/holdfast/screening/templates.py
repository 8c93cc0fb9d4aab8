"""Phrases made ready: one rare part for the automaton, the rest looked for around it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from math import inf, prod

from msgspec import Struct

from holdfast.screening.expanding import BadPhrase, Lists, Wording, chunks
from holdfast.screening.finding import Finder

MOST_ANCHORS = 16
FREQUENT, SELDOM = 0.02, 0.0005  # how often a word stands in a sentence, roughly
BURDEN = 0.0001  # of one more wording to look for

Known = dict[tuple[Wording, ...], Finder]


class Template(Struct, frozen=True, eq=False):
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


def template(phrase: str, lists: Lists, known: Known) -> tuple[list[Wording], Template]:
    """The anchors of a phrase, and what stands around them. Raises `BadPhrase`."""
    parts = chunks(phrase, lists)
    begin, end = _anchor(parts)
    anchors: list[Wording] = [()]
    for part in parts[begin:end]:
        anchors = [(*one, *other) for one in anchors for other in part]
    if () in anchors:
        raise BadPhrase(f"everything may be left out: {phrase}")
    before, after = reversed(parts[:begin]), parts[end:]
    return list(dict.fromkeys(anchors)), Template(_finders(before, known), _finders(after, known))


def _finders(parts: Iterable[list[Wording]], known: Known) -> tuple[Finder, ...]:
    return tuple(_finder(tuple(part), known) for part in parts)


def _finder(wanted: tuple[Wording, ...], known: Known) -> Finder:
    """Many phrases have a part in common: it is kept once."""
    found = known.get(wanted)
    if found is None:
        found = known[wanted] = Finder(wanted)
    return found


def _anchor(parts: list[list[Wording]]) -> tuple[int, int]:
    """The run of parts that will stand in ordinary talk most seldom, of those short enough."""
    often = [sum(map(_how_often, part)) for part in parts]
    best, found = inf, (0, 1)
    for begin in range(len(parts)):
        size, likely = 1, 1.0
        for end in range(begin, len(parts)):
            size, likely = size * len(parts[end]), likely * often[end]
            if end > begin and size > MOST_ANCHORS:
                break
            cost = likely + size * BURDEN
            if cost < best:
                best, found = cost, (begin, end + 1)
    return found


def _how_often(wording: Wording) -> float:
    common = frequent()
    return prod(FREQUENT if word in common else SELDOM for word in wording)


@cache
def frequent() -> frozenset[str]:
    """Words too frequent to find a phrase by, of all languages together."""
    written = files("holdfast.screening").joinpath("frequent.toml").read_text("utf-8")
    lists: dict[str, str] = tomllib.loads(written)
    return frozenset(word for words in lists.values() for word in words.split())
