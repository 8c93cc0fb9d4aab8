"""Finding wordings among words: the small searches of the careful reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from holdfast.screening.expanding import Wording


class Finder:
    """Wordings to look for. `#` stands for any number, `*` for the rest of a word."""

    def __init__(self, wanted: Callable[[], Iterable[Wording]] | tuple[Wording, ...]) -> None:
        """What is not at hand is asked for when the first text does: most is never needed."""
        self._given = wanted

    @cached_property
    def _wanted(self) -> tuple[Wording, ...]:
        return self._given if isinstance(self._given, tuple) else tuple(self._given())

    @cached_property
    def _loose(self) -> list[Wording]:
        return [one for one in self._wanted if any("*" in word or word == "#" for word in one)]

    @cached_property
    def _exact(self) -> frozenset[Wording]:
        return frozenset(self._wanted).difference(self._loose)

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(one) for one in self._exact}, reverse=True)

    def stands_in(self, words: Sequence[str], begin: int, end: int) -> bool:
        """Whether one of them stands wholly between the two places."""
        return next(self.all_in(words, begin, end), None) is not None

    def all_in(self, words: Sequence[str], begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Where they stand, from the front."""
        begin, end = max(begin, 0), min(end, len(words))
        for place in range(begin, end):
            for until in self.ends_from(words, place):
                if until <= end and until > place:
                    yield place, until

    def ends_from(self, words: Sequence[str], place: int) -> Iterator[int]:
        """Where those that begin at a place end; the longest first."""
        for length in self._lengths:
            until = place + length
            if until <= len(words) and tuple(words[place:until]) in self._exact:
                yield until
        for wanted in self._loose:
            if _fits(wanted, words[place : place + len(wanted)]):
                yield place + len(wanted)

    def begins_to(self, words: Sequence[str], place: int) -> Iterator[int]:
        """Where those that end at a place begin; the longest first."""
        for length in self._lengths:
            if length <= place and tuple(words[place - length : place]) in self._exact:
                yield place - length
        for wanted in self._loose:
            if len(wanted) <= place and _fits(wanted, words[place - len(wanted) : place]):
                yield place - len(wanted)


def _fits(wanted: Wording, words: Sequence[str]) -> bool:
    return len(wanted) == len(words) and all(map(_is, wanted, words))


def _is(wanted: str, word: str) -> bool:
    if wanted == "#":
        return word.isdigit()
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    if wanted.startswith("*"):
        return word.endswith(wanted[1:])
    return word == wanted
