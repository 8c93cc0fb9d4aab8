"""A way to be reached that is handed over in pieces, one short message after the other.

Each piece says nothing by itself. Whoever keeps the last few of a writer asks here whether they
come to something together; the same rules answer that read a single message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from holdfast.screening.contact import contact_rules, find_contact
from holdfast.screening.signals import CONTACT, Kind, Signal

LONGEST = 60  # letters of what may be a piece
MOST = 8  # pieces that are looked at together
TELLING = 3  # digits in a piece that is no age and no hour
PLACES = (
    "insta instagram ig snap snapchat sc discord dc telegram tg whatsapp wa whats kik skype signal "
    "tiktok facebook fb messenger viber reddit steam twitter wechat line gmail hotmail outlook "
    "yahoo proton icloud mail email correo handle username usuario number numero número nummer "
    "numer telefon telefono teléfono phone dot arroba punto punkt point"
)
ROUND = {"hundred": "zero zero", "thousand": "zero zero zero", "oh": "zero"}
TENS = (
    "twenty two thirty three forty four fifty five sixty six seventy seven eighty eight ninety nine"
)
SIGN = re.compile(r"[\d@]")
RUN = re.compile(r"\d[\d .()/+-]*\d|\d")
LETTERS = re.compile(r"(?<!\w)\w(?:[ .*_-]{1,2}\w(?!\w)){3,}")
BEGUN = re.compile(r"\b(?:starts?|begins?|ends?) (?:with|in)\b")
PHONES = frozenset({Kind.PHONE})
EMAILS = frozenset({Kind.EMAIL})


@cache
def marks() -> frozenset[str]:
    """The words that make a short message a piece of something: numbers, and places to be."""
    numerals = {word for word in contact_rules().numerals if word.isalpha()}
    return frozenset(PLACES.split()) | numerals | set(rounded())


@cache
def rounded() -> dict[str, str]:
    """Round numbers in words, as the digits that somebody would type for them."""
    words = TENS.split()
    return ROUND | dict(zip(words[::2], words[1::2], strict=True))


def is_short(text: str) -> bool:
    """Whether it may be one piece of something."""
    return len(text) <= LONGEST


def is_marked(text: str) -> bool:
    """Whether a short message has something of an address or a number in it."""
    words = text.lower().replace(":", " ").split()
    return SIGN.search(text) is not None or not marks().isdisjoint(words)


def handed_over(pieces: Sequence[str]) -> tuple[Signal, ...]:
    """What the pieces come to together, where the last of them completes it."""
    last = pieces[-1]
    for together, ending, kinds in _together(pieces):
        border = len(together) - len(ending)
        for signal in find_contact(together):
            if signal.kind in kinds and signal.end > border:
                return (Signal(f"{signal.rule}:pieces", signal.kind, 0, len(last)),)
    if BEGUN.search(last.lower()) and not set(PLACES.split()).isdisjoint(last.lower().split()):
        return (Signal("contact:begun:pieces", Kind.HANDLE, 0, len(last)),)
    return ()


def _together(pieces: Sequence[str]) -> Iterator[tuple[str, str, frozenset[Kind]]]:
    """The ways in which pieces may be meant as one, each with what the last has part in it."""
    last = pieces[-1]
    yield " ".join(pieces), last, CONTACT
    if "@" in "".join(pieces):
        yield "".join(piece.strip() for piece in pieces), last.strip(), EMAILS
    if digits := _digits([last]):
        yield _digits(pieces), digits, PHONES
    if not set(rounded()).isdisjoint(" ".join(pieces).lower().split()):
        yield " ".join(map(_in_digits, pieces)), _in_digits(last), PHONES
    if LETTERS.search(last):
        yield " ".join(map(_closed_up, pieces)), _closed_up(last), CONTACT


def _digits(pieces: Sequence[str]) -> str:
    """Only the numbers, of pieces that have a telling one."""
    runs = [" ".join(RUN.findall(piece)) for piece in pieces]
    telling = [run for run in runs if sum(c.isdecimal() for c in run) >= TELLING]
    return "".join(str(int(c)) if c.isdecimal() else c for c in " ".join(telling))


def _in_digits(piece: str) -> str:
    """Round numbers said as one would type them."""
    return " ".join(rounded().get(word, word) for word in piece.lower().split())


def _closed_up(piece: str) -> str:
    """Letters that stand apart, as one word."""
    return LETTERS.sub(lambda apart: re.sub(r"[ .*_-]", "", apart.group()), piece)
