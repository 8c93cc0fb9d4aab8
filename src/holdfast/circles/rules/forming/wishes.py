"""What a person wishes of a circle, and the rules that no score may loosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

SMALLEST: Final = 4
TARGET: Final = 6
LARGEST: Final = 8
SHARED_SLOTS: Final = 2  # weekly slots in which the whole circle can come
MOST_HIGH: Final = 2  # people at high concern in one circle
SLOTS: Final = 42  # seven days of six four-hour slots, Monday 00:00 UTC first
HOURS_OF_A_SLOT: Final = 4

# What a member may choose, and how much it weighs beside the words (1) and the times (0.6).
FACETS: Final = {"theme": 0.7, "stage": 0.35, "culture": 0.35, "pace": 0.2, "manner": 0.2}


@dataclass(frozen=True)
class Wish:
    """One person's wish. `key` is theirs for this forming only; `apart` holds others' keys."""

    key: str
    age: str  # their band; bands never mix
    languages: tuple[str, ...]  # the one they like best first
    slots: frozenset[int]
    themes: frozenset[str] = frozenset()
    stage: str = ""
    cultures: frozenset[str] = frozenset()
    pace: str = ""
    manner: str = ""  # talk or read
    waited: float = 0.0  # hours
    high: bool = False  # somebody is looking after a high concern about them
    closer: float = 0.0  # 0: sooner, 1: closer
    apart: frozenset[str] = field(default=frozenset())
    refused: frozenset[str] = field(default=frozenset())  # keys of circles they said no to

    def chosen(self, facet: str) -> frozenset[str]:
        """What they chose of one facet; nothing chosen is no claim."""
        return {
            "theme": self.themes,
            "stage": frozenset({self.stage} - {""}),
            "culture": self.cultures,
            "pace": frozenset({self.pace} - {""}),
            "manner": frozenset({self.manner} - {""}),
        }[facet]


@dataclass(frozen=True)
class OpenCircle:
    """A circle with a seat free, as those see it who may come in: what it shares, nobody's own."""

    key: str
    age: str
    language: str
    slots: frozenset[int]  # in which everybody there can come
    size: int
    themes: frozenset[str] = frozenset()
    stage: str = ""
    cultures: frozenset[str] = frozenset()
    pace: str = ""
    manner: str = ""
    high: int = 0  # people at high concern there
    members: frozenset[str] = frozenset()  # keys, for those who must stay apart
    apart: frozenset[str] = frozenset()  # keys of those whom somebody there does not want to meet

    def as_wish(self) -> Wish:
        """The circle as if it were one person, to be compared with people."""
        return Wish(
            key=self.key, age=self.age, languages=(self.language,), slots=self.slots,
            themes=self.themes, stage=self.stage, cultures=self.cultures,
            pace=self.pace, manner=self.manner,
        )  # fmt: skip

    def has_a_seat_for(self, mine: Wish) -> bool:
        """Whether this person may sit there at all."""
        return (
            self.size < LARGEST
            and self.key not in mine.refused
            and self.age == mine.age
            and self.language in mine.languages
            and len(self.slots & mine.slots) >= SHARED_SLOTS
            and self.high + mine.high <= MOST_HIGH
            and not self.members & mine.apart
            and mine.key not in self.apart
        )


def may_meet(one: Wish, other: Wish) -> bool:
    """Whether these two may sit in one circle, as far as two can tell."""
    return (
        one.age == other.age
        and not set(one.languages).isdisjoint(other.languages)
        and len(one.slots & other.slots) >= SHARED_SLOTS
        and other.key not in one.apart
        and one.key not in other.apart
    )


def may_be_a_circle(wishes: Iterable[Wish]) -> bool:
    """Whether these people may be one circle: size, age, language, hours, concern, and apart."""
    people = list(wishes)
    keys = {wish.key for wish in people}
    return (
        SMALLEST <= len(people) <= LARGEST
        and len({wish.age for wish in people}) == 1
        and bool(set.intersection(*(set(wish.languages) for wish in people)))
        and len(frozenset.intersection(*(wish.slots for wish in people))) >= SHARED_SLOTS
        and sum(wish.high for wish in people) <= MOST_HIGH
        and not any(wish.apart & keys for wish in people)
    )
