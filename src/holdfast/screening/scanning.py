"""The first reading: one pass over one automaton. Nearly all talk ends here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from string import ascii_lowercase, digits
from typing import Any

import ahocorasick
from msgspec import Struct

from holdfast.screening.contact import written
from holdfast.screening.expanding import Wording, forget_words
from holdfast.screening.folding import fold
from holdfast.screening.packs import Lift, Pack, Rule, packs
from holdfast.screening.templates import Template

PHRASE, IDIOM, DISGUISE, CONTACT, DIGIT = 1, 2, 4, 8, 16
DISGUISING_DIGITS = "0134578$"
RUN_TOGETHER = range(9, 17)  # letters: "killmyself"

BEGINNING = 7  # letters of a literal that the automaton looks for at least

Owner = tuple[Rule | str, Template]  # a phrase's rule, or the language of an idiom
Hit = tuple[int, int, int, tuple[Owner, ...], str]  # mask, spaces before, length, whose, its rest
WHOLE = Template((), ())


class Rules(Struct, frozen=True):
    """All languages, compiled."""

    automaton: ahocorasick.Automaton
    lifts: dict[str, tuple[Lift, ...]]
    languages: tuple[str, ...]

    def hits(self, text: str) -> Iterator[tuple[int, Hit]]:
        """Every literal that stands in a folded text, and where it ends."""
        for place, hit in self.automaton.iter(text):
            rest = hit[4]
            if not rest:
                yield place, hit
            elif text.startswith(rest, place + 1):
                yield place + len(rest), hit


_others: list[Callable[[], Rules | None]] = []


@cache
def rules() -> Rules:
    """The rules as they lie in the package, compiled once a process. Raises `BadPack`."""
    handed = (ask() for ask in _others)
    return next((found for found in handed if found), None) or compiled(packs())


def ask_first(other: Callable[[], Rules | None]) -> None:
    """Somebody else compiles the same rules, perhaps: they are asked before it is done here."""
    _others.append(other)


def compiled(languages: list[Pack]) -> Rules:
    """One automaton of every phrase, idiom and mark of disguise of these languages."""
    found: dict[str, tuple[int, list[Owner]]] = {}
    known: dict[Owner, Owner] = {}

    def one(whose: Rule | str, around: Template) -> Owner:
        return known.setdefault((whose, around), (whose, around))

    for mark, mask in _marks():
        found[mark] = (found.get(mark, (0, []))[0] | mask, [])
    for pack in languages:
        for wording, around in pack.idioms:
            _add(found, wording, IDIOM, one(pack.language, around))
        for wording, rule, around in pack.phrases:
            _add(found, wording, PHRASE, one(rule, around))
            joined = "".join(wording)
            if around.is_whole and rule.level >= 3 and len(joined) in RUN_TOGETHER:
                _add(found, (joined,), PHRASE, one(rule, WHOLE))
    forget_words()
    lifts = {pack.language: pack.lifts for pack in languages}
    return Rules(_automaton(found), lifts, tuple(pack.language for pack in languages))


def _automaton(found: dict[str, tuple[int, list[Owner]]]) -> ahocorasick.Automaton:
    """It looks for the beginning of each literal alone: with all letters it is thrice as large."""
    automaton = ahocorasick.Automaton()
    alike: dict[Any, Any] = {}  # what many literals have in common, kept once
    for literal, stem in stems(found):
        mask, whose = found[literal]
        before, owners = len(literal) - len(literal.lstrip(" ")), tuple(whose)
        owners, rest = (alike.setdefault(it, it) for it in (owners, literal[len(stem) :]))
        automaton.add_word(stem, (mask, before, len(literal), owners, rest))
    automaton.make_automaton()
    return automaton


def stems(literals: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each literal with as much of its beginning as no other one has, and not too little."""
    ordered = sorted(literals)
    shared = [0, *(_alike(*two) for two in pairwise(ordered)), 0]
    for literal, before, after in zip(ordered, shared, shared[1:], strict=False):
        yield literal, literal[: max(before + 1, after + 1, BEGINNING)]


def _alike(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    both = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))


def _add(
    found: dict[str, tuple[int, list[Owner]]], wording: Wording, mask: int, owner: Owner
) -> None:
    """An idiom and a sign may be worded alike; then both are kept."""
    begin = "" if wording[0].startswith("*") else " "
    end = "" if wording[-1].endswith("*") else " "
    written = f"{begin}{' '.join(wording).strip('*')}{end}"
    known, owners = found.get(written, (0, []))
    found[written] = (known | mask, owners if owner in owners else [*owners, owner])


def _marks() -> list[tuple[str, int]]:
    """What shows that letters are disguised, or that a way to reach someone may be near."""
    letters, numerals, wake = ascii_lowercase, written()["numerals"], written()["wake"]
    spaced = [f" {one} {two} " for one in letters for two in letters if one != two]
    swapped = [
        pair for one in letters for two in DISGUISING_DIGITS for pair in (one + two, two + one)
    ]
    stretched = [one * 3 for one in letters]
    return [
        *((mark, DISGUISE) for mark in (*spaced, *swapped, *stretched)),
        *((digit, DIGIT) for digit in digits),
        *((f" {word} ", DIGIT) for word in numerals if len(word) > 1),
        *((_waking(word), CONTACT) for word in wake),
        ("@", CONTACT),
    ]


def _waking(word: str) -> str:
    return fold(word).removesuffix(" ") if word.endswith("*") else fold(word)
