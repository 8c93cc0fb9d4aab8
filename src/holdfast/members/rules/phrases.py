"""Recovery phrases: seven words that let a member back in. We keep only a seal of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from holdfast.kit.words import N_

LIST = Path(__file__).parent.parent / "words" / "phrase" / "words.txt"
WORDS_IN_A_PHRASE = 7
LEAST_WORDS = 7_776
LEAST_BITS = 90

# More than seven words, numbers, line ends and a mail footer need; what lies beyond is not read.
LONGEST = 1_000

NOT_ON_THE_LIST = (
    N_("The first word isn’t on our list. Please look at its spelling."),
    N_("The second word isn’t on our list. Please look at its spelling."),
    N_("The third word isn’t on our list. Please look at its spelling."),
    N_("The fourth word isn’t on our list. Please look at its spelling."),
    N_("The fifth word isn’t on our list. Please look at its spelling."),
    N_("The sixth word isn’t on our list. Please look at its spelling."),
    N_("The seventh word isn’t on our list. Please look at its spelling."),
)
TOO_FEW = N_("We need all seven words. There are fewer here.")
TOO_MANY = N_("We need seven words. There are more here.")
UNKNOWN = N_("All seven words are on our list, but we don’t know them in this order.")


@cache
def phrase_words() -> tuple[str, ...]:
    """The list that phrases are drawn from, long enough or not used at all."""
    words = tuple(LIST.read_text(encoding="utf-8").split())
    if len(set(words)) != len(words) or len(words) < LEAST_WORDS or _bits(words) < LEAST_BITS:
        raise ValueError("The list of recovery words is too short to be safe.")
    return words


def phrase_bits() -> float:
    """How many bits of chance a phrase holds."""
    return _bits(phrase_words())


def make_phrase(draw: Callable[[int], int]) -> str:
    """Seven words; `draw(n)` must answer an unguessable number below n (`secrets.randbelow`)."""
    words = phrase_words()
    return " ".join(words[draw(len(words))] for _ in range(WORDS_IN_A_PHRASE))


def normalise_phrase(text: str) -> str:
    """The phrase as we sealed it, however it was typed.

    Forgives capitals, accents, wide letters, hyphens, commas, numbering, line ends and invisible
    characters; never guesses a word.
    """
    plain = unicodedata.normalize("NFKD", text[:LONGEST]).casefold()
    letters = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Mn", "Cf"})
    return " ".join(re.findall("[a-z]+", letters))


def is_phrase(text: str) -> bool:
    """Whether this could be a phrase of ours: seven words, all on the list."""
    return hint_for_typos(text) == (UNKNOWN,)


def hint_for_typos(text: str) -> tuple[str, ...]:
    """What to look at again, in words that never repeat what was typed.

    The list is public, so saying which place is misspelt gives nothing away.
    """
    words = normalise_phrase(text).split()
    if len(words) != WORDS_IN_A_PHRASE:
        return (TOO_FEW if len(words) < WORDS_IN_A_PHRASE else TOO_MANY,)
    known = _known()
    wrong = (hint for word, hint in zip(words, NOT_ON_THE_LIST, strict=True) if word not in known)
    return tuple(wrong) or (UNKNOWN,)


@cache
def _known() -> frozenset[str]:
    return frozenset(phrase_words())


def _bits(words: tuple[str, ...]) -> float:
    return WORDS_IN_A_PHRASE * math.log2(len(words))
