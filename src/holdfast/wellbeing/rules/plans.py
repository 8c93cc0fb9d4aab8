"""The six parts of a safety plan, and what a line of it may be."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.errors import Conflict, HoldfastError, Malformed, TooFast, TooLong
from holdfast.kit.words import N_, NP_

LONGEST_LINE = 300
MOST_LINES = 60
UNPRINTED = {"Cc", "Cs", "Cn"}


class Part(StrEnum):
    """The parts, in the order in which they are read on a bad night."""

    SIGNS = "signs"
    ALONE = "alone"
    COMPANY = "company"
    ASK = "ask"
    LINES = "lines"
    SAFER = "safer"


class Change(StrEnum):
    """What was done last to a plan."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Heading(Struct, frozen=True):
    """What stands over one part, and a question that helps to fill it."""

    part: Part
    title: str
    question: str


HEADINGS = (
    Heading(
        Part.SIGNS,
        N_("Signs that a hard time is coming"),
        N_("What do I think, feel or do when it starts? For example: I stop answering people."),
    ),
    Heading(
        Part.ALONE,
        N_("Things I can do on my own"),
        N_("What has helped me through an hour before? For example: a warm shower, one song."),
    ),
    Heading(
        Part.COMPANY,
        N_("People and places that take my mind off it"),
        N_("Where is it easier to be? I don’t have to say how I am there."),
    ),
    Heading(
        Part.ASK,
        N_("People I can ask for help"),
        N_("Who could I tell that it is bad? How do I reach them?"),
    ),
    Heading(
        Part.LINES,
        N_("Professionals and lines I can call"),
        N_("Who is there at any hour? The help page has lines for many countries."),
    ),
    Heading(
        Part.SAFER,
        N_("Making the place around me safer"),
        NP_(
            "safety",
            "What could I put out of reach before it gets hard, and who could keep it for me? "
            "I don’t have to name it here.",
        ),
    ),
)


class NoWords(Malformed):
    """There is nothing in it."""

    words = N_("Please write something first. A few words are enough.")


class LineTooLong(TooLong):
    """More than fits into one line."""

    words = N_("A line has up to %(most)s characters. You can write a second one.")

    def __init__(self) -> None:
        super().__init__(most=LONGEST_LINE)


class PlanIsFull(Conflict):
    """More lines than anyone reads on a bad night."""

    code = "plan_full"
    words = N_("Your plan has %(most)s lines. Take one out before you add another.")

    def __init__(self) -> None:
        super().__init__(most=MOST_LINES)


def tidied(text: str) -> str:
    """One line: no breaks, no stray blanks, nothing that cannot be seen."""
    seen = (s for s in text if s.isspace() or unicodedata.category(s) not in UNPRINTED)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def why_not_kept(line: str, wait: float) -> HoldfastError | None:
    """Why this cannot be a line now, if it cannot. `wait` is for how long it comes too fast."""
    if not line:
        return NoWords()
    if len(line) > LONGEST_LINE:
        return LineTooLong()
    return TooFast(wait=wait) if wait else None


def part_named(name: str) -> Part | None:
    """The part a form speaks of, if there is one of that name."""
    return Part(name) if name in set(Part) else None
