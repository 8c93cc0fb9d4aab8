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
NO_DIGIT = re.compile(r"\D")
WORD = re.compile(r"[^\W\d_]+|[%$€£]")
LETTERS = re.compile(r"(?<!\w)\w(?:[ .*_-]{1,2}\w(?!\w)){3,}")
CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)")
YEAR = re.compile(r"(?:19|20)\d\d")
BEYOND = 5  # digits that are telling whatever stands beside them
LEAST = 4  # digits that are no year and no line of help, so that there is something to hand over
STEP = 9  # between numbers of lines that are counted
EMERGENCY = frozenset({"000", "110", "111", "112", "118", "119", "911", "988", "999"})
AROUND = (
    "first second third fourth last next then and part half bit piece rest plus is it its s the my "
    "number code area start starts begin begins middle end ends with in y luego es mi el primero "
    "und dann ist meine die erste letzte et puis mon le"
)
LINKS = frozenset(f"{AROUND} {PLACES}".split())  # around a piece, and around little else
MINE = "insta|instagram|ig|snap|snapchat|discord|telegram|tg|whatsapp|kik|skype|tiktok|facebook"
BEGUN = re.compile(
    rf"\bmy (?:\w+ )?(?:{MINE}|e?mail|gmail|username|handle|number)"
    r"(?: \w+)? (?:starts?|begins?|ends?) (?:with|in)\b"
)
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
    if BEGUN.search(last.lower()):
        return (Signal("contact:begun:pieces", Kind.HANDLE, 0, len(last)),)
    return ()


def _together(pieces: Sequence[str]) -> Iterator[tuple[str, str, frozenset[Kind]]]:
    """The ways in which pieces may be meant as one, each with what the last has part in it."""
    last = pieces[-1]
    if not _is_known(last.strip()):
        yield " ".join(one for one in pieces if not _is_known(one.strip())), last, CONTACT
    if "@" in "".join(pieces):
        yield "".join(piece.strip() for piece in pieces), last.strip(), EMAILS
    if (ending := _run(last)) and (digits := _digits(pieces)).endswith(ending):
        yield digits, ending, PHONES
    if not set(rounded()).isdisjoint(" ".join(pieces).lower().split()):
        yield " ".join(map(_in_digits, pieces)), _in_digits(last), PHONES
    if LETTERS.search(last):
        yield " ".join(map(_closed_up, pieces)), _closed_up(last), CONTACT


def _digits(pieces: Sequence[str]) -> str:
    """Only the numbers, of pieces that are little else. Empty where they are nothing to call.

    A year, an hour, a line of help, a page and what is counted line by line are no pieces.
    """
    runs = [_run(piece) for piece in pieces if not _is_counted(piece, pieces)]
    odd = sum(len(NO_DIGIT.sub("", run)) for run in runs if not _is_known(run))
    return " ".join(run for run in runs if run) if odd >= LEAST else ""


def _run(piece: str) -> str:
    """The digits of a piece: a long number always, a shorter one where hardly more is said."""
    rest = CLOCK.sub(" ", piece)
    runs = ["".join(str(int(c)) if c.isdecimal() else c for c in run) for run in RUN.findall(rest)]
    if set(WORD.findall(RUN.sub(" ", rest).lower())) <= LINKS:
        run = " ".join(runs)
        return run if len(NO_DIGIT.sub("", run)) >= TELLING else ""
    return " ".join(run for run in runs if len(NO_DIGIT.sub("", run)) >= BEYOND)


def _is_known(run: str) -> bool:
    """A year, or a number that anybody may call."""
    digits = NO_DIGIT.sub("", run)
    known = digits in EMERGENCY or digits in contact_rules().allowed
    return known or YEAR.fullmatch(run) is not None


def _is_counted(piece: str, pieces: Sequence[str]) -> bool:
    """Whether another line says the same with a number close to this one."""
    around = RUN.sub("#", piece)
    if WORD.search(around) is None:
        return False
    number = _number(piece)
    return any(
        other != piece and RUN.sub("#", other) == around and abs(_number(other) - number) <= STEP
        for other in pieces
    )


def _number(piece: str) -> int:
    return int("0" + "".join(str(int(c)) for c in piece if c.isdecimal()))


def _in_digits(piece: str) -> str:
    """Round numbers said as one would type them."""
    return " ".join(rounded().get(word, word) for word in piece.lower().split())


def _closed_up(piece: str) -> str:
    """Letters that stand apart, as one word."""
    return LETTERS.sub(lambda apart: re.sub(r"[ .*_-]", "", apart.group()), piece)
