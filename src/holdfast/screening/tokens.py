"""Words with their places, and what stands between them: what the careful reading works on."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from holdfast.screening.folding import fold_with_places

ENDS = re.compile(r"[.!?…;\n\r।؟。](?:[\s\"'”’»)]|$)|\n|[.!?…]{2}|[—–]\s")
QUOTED = re.compile(r"\"[^\"\n]{1,400}\"|“[^“”\n]{1,400}”|„[^„“”\n]{1,400}[“”]|«[^«»\n]{1,400}»")
SWAPS = str.maketrans("0134578$", "oieastbs")
STRETCHED = re.compile(r"([a-z])\1{2,}")
NONE, SOFT, HARD = 0, 1, 2


class Words(Struct):
    """A text as folded words; `spans` are their places in the original."""

    original: str
    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    gaps: list[int]  # before each word: nothing, a comma or the like, the end of a sentence

    def sentence(self, first: int, last: int) -> tuple[int, int]:
        """The sentence around some words."""
        while first > 0 and self.gaps[first] != HARD:
            first -= 1
        while last < len(self.words) and self.gaps[last] != HARD:
            last += 1
        return first, last


def words_of(original: str) -> Words:
    """The words of a text, as they are."""
    folded = fold_with_places(original)
    found = [(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", folded.text)]
    spans = [(folded.places[start], folded.places[end - 1] + 1) for _, start, end in found]
    gaps = [_gap(original, spans, index) for index in range(len(spans))]
    return Words(original, folded.text, [word for word, _, _ in found], spans, gaps)


def _gap(original: str, spans: list[tuple[int, int]], index: int) -> int:
    if index == 0:
        return HARD
    between = original[spans[index - 1][1] : spans[index][0]]
    if ENDS.search(between):
        return HARD
    return SOFT if between.strip(" \t'’`") else NONE


def undisguised(plain: Words) -> list[Words]:
    """The same words with spacing, digits for letters and stretching undone; none if none was."""
    joined = _spacing_undone(plain)
    found: list[Words] = []
    for keep in (r"\1", r"\1\1"):
        words = [STRETCHED.sub(keep, _letters_for_digits(word)) for word in joined.words]
        if words != plain.words and (not found or words != found[0].words):
            found.append(_made(joined, words))
    return found


def _letters_for_digits(word: str) -> str:
    if word.isalpha() or not any(char.isalpha() for char in word):
        return word
    return word.translate(SWAPS)


def _spacing_undone(plain: Words) -> Words:
    """Three single letters or more in a row become a word; a wider gap ends it."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    gaps: list[int] = []
    index = 0
    while index < len(plain.words):
        until = _end_of_singles(plain, index)
        taken = until if until - index >= 3 else index + 1
        words.append("".join(plain.words[index:taken]))
        spans.append((plain.spans[index][0], plain.spans[taken - 1][1]))
        gaps.append(plain.gaps[index])
        index = taken
    return _made(Words(plain.original, "", words, spans, gaps), words)


def _end_of_singles(plain: Words, index: int) -> int:
    until = index
    while until < len(plain.words) and len(plain.words[until]) == 1:
        if until > index and plain.spans[until][0] - plain.spans[until - 1][1] > 2:
            break
        until += 1
    return until


def _made(base: Words, words: list[str]) -> Words:
    return Words(base.original, f" {' '.join(words)} ", words, base.spans, base.gaps)


class Quotes(Struct, dict=True):
    """Where quotation marks stand around words."""

    original: str

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return [found.span() for found in QUOTED.finditer(self.original)]

    def around(self, place: int) -> tuple[int, int] | None:
        """The quotation a place stands in."""
        return next((span for span in self.spans if span[0] < place < span[1]), None)
