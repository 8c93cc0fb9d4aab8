"""The little language of phrases: written once with alternatives, spelled out into wordings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product

from holdfast.screening.folding import FOLDS

MOST_WORDINGS = 3000
AGES = tuple(str(age) for age in range(8, 18))
PART = re.compile(r"[()\[\]|]|@[a-z_]+|#age|[^()\[\]|@#]+|[@#]")


class _Marks:
    """The folding table, but what means something in a phrase stays."""

    def __getitem__(self, code: int) -> str:
        return chr(code) if code in MEANINGFUL else FOLDS[code]


MEANINGFUL = frozenset(map(ord, "()[]|@#*_"))
MARKS = _Marks()
PLAIN = re.compile(r"[^()\[\]|@#*]+|\([^()\[\]@#*]*\)|\[[^()\[\]@#*]*\]")
CLOSING = {"(": ")", "[": "]"}

Lists = Mapping[str, list[str]]
Wording = tuple[str, ...]


class BadPhrase(ValueError):
    """A phrase that cannot be spelled out."""


def chunks(phrase: str, lists: Lists) -> list[list[Wording]]:
    """The parts of a phrase in their order, each with everything it may be. Raises `BadPhrase`."""
    found, depth, begun = [], 0, ""
    for chunk in phrase.translate(MARKS).split(" "):
        begun = f"{begun} {chunk}" if depth else chunk
        depth += chunk.count("(") + chunk.count("[") - chunk.count(")") - chunk.count("]")
        if depth == 0 and begun:
            found.append(_plain(begun) or _wordings(begun, lists))
    if depth:
        raise BadPhrase(f"brackets do not close: {phrase}")
    return found


def _plain(chunk: str) -> list[Wording]:
    """One word, or one bracket with nothing particular in it: nearly every part is that."""
    if not PLAIN.fullmatch(chunk):
        return []
    if chunk[0] not in CLOSING:
        return [_once(chunk)]
    options = [_once(one) for one in chunk[1:-1].split("|")]
    return list(dict.fromkeys(options if chunk[0] == "(" else [(), *options]))


def wordings(phrases: Iterable[str], lists: Lists) -> list[Wording]:
    """Every wording of several phrases, each once; `*` kept at its ends, `#` as a word."""
    chosen_words = (
        tuple(word for part in chosen for word in part)
        for phrase in phrases
        for chosen in product(*_few_enough(phrase, chunks(phrase, lists)))
    )
    return [wording for wording in dict.fromkeys(chosen_words) if wording]


class Spelled(list[str]):
    """A list in which nothing is left to spell out."""


def spelled(phrases: Iterable[str], lists: Lists) -> Spelled:
    """A list of words spelled out once, for all phrases that name it."""
    return Spelled(" ".join(wording) for wording in wordings(phrases, lists))


def _few_enough(phrase: str, parts: list[list[Wording]]) -> list[list[Wording]]:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST_WORDINGS:
        raise BadPhrase(f"{size} wordings: {phrase}")
    return parts


def _wordings(chunk: str, lists: Lists) -> list[Wording]:
    options, rest = _either(PART.findall(chunk), lists)
    if rest:
        raise BadPhrase(f"brackets do not close: {chunk}")
    return list(dict.fromkeys(map(_words, options)))


def _either(parts: list[str], lists: Lists) -> tuple[list[str], list[str]]:
    """What one bracket's inside may be, and what is left after it."""
    options: list[str] = []
    pieces: list[list[str]] = []
    while parts:
        part, parts = parts[0], parts[1:]
        if part in CLOSING.values():
            return [*options, *_joined(pieces)], [part, *parts]
        if part == "|":
            options += _joined(pieces)
            pieces = []
        elif part in CLOSING:
            inside, parts = _either(parts, lists)
            if parts[:1] != [CLOSING[part]]:
                raise BadPhrase("brackets do not close")
            parts = parts[1:]
            pieces.append(inside if part == "(" else ["", *inside])
        else:
            pieces.append(_meant(part, lists))
    return [*options, *_joined(pieces)], []


def _meant(part: str, lists: Lists) -> list[str]:
    if part == "#age":
        return list(AGES)
    if not part.startswith("@") or len(part) == 1:
        return [part]
    if part[1:] not in lists:
        raise BadPhrase(f"no list is called {part}")
    named = lists[part[1:]]
    return named if isinstance(named, Spelled) else spelled(named, lists)


def _joined(pieces: list[list[str]]) -> list[str]:
    size = 1
    for piece in pieces:
        size *= len(piece)
    if size > MOST_WORDINGS:
        raise BadPhrase(f"{size} wordings")
    return ["".join(chosen) for chosen in product(*pieces)]


@cache
def _words(wording: str) -> Wording:
    """The words of a wording; a `*` belongs to the word it touches."""
    return tuple(_word(word) for word in wording.replace("_", " ").split() if word != "*")


@cache
def _once(words: str) -> Wording:
    """The words of a text, which stand in memory once, however many phrases have them."""
    return tuple(map(_word, words.split()))


@cache
def _word(word: str) -> str:
    """The first of all words that are the same."""
    return word


def forget_words() -> None:
    """Everything is spelled out: nothing more will be alike."""
    _word.cache_clear()
    _words.cache_clear()
    _once.cache_clear()
