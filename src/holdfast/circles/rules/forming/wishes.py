"""What a person wishes of a circle, and the rules that no score may loosen."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce
from typing import Final

from msgspec import Struct, field

SMALLEST: Final = 4
TARGET: Final = 6
LARGEST: Final = 8
SHARED_SLOTS: Final = 2  # weekly slots in which the whole circle can come
MOST_HIGH: Final = 2  # people at high concern in one circle
SLOTS: Final = 42  # seven days of six four-hour slots, Monday 00:00 UTC first
HOURS_OF_A_SLOT: Final = 4

# What a member may choose, and how much it weighs beside the words (1) and the times (0.6).
FACETS: Final = {"theme": 0.7, "stage": 0.35, "culture": 0.35, "pace": 0.2, "manner": 0.2}


class Wish(Struct, frozen=True):
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

    def as_one(self) -> Together:
        """This person, to be compared with others."""
        return Together(
            frozenset({self.age}), frozenset(self.languages), self.slots,
            high=int(self.high), keys=frozenset({self.key}), apart=self.apart,
        )  # fmt: skip

    def chosen(self, facet: str) -> frozenset[str]:
        """What they chose of one facet; nothing chosen is no claim."""
        return {
            "theme": self.themes,
            "stage": frozenset({self.stage} - {""}),
            "culture": self.cultures,
            "pace": frozenset({self.pace} - {""}),
            "manner": frozenset({self.manner} - {""}),
        }[facet]


class OpenCircle(Struct, frozen=True):
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
    meets: frozenset[int] = frozenset()  # of its slots, those in which a meeting is planned

    def as_wish(self) -> Wish:
        """The circle as if it were one person, to be compared with people."""
        return Wish(
            key=self.key, age=self.age, languages=(self.language,), slots=self.slots,
            themes=self.themes, stage=self.stage, cultures=self.cultures,
            pace=self.pace, manner=self.manner,
        )  # fmt: skip

    def as_one(self) -> Together:
        """Its people as one. What is between two of them is theirs: they sit together already."""
        return Together(
            ages=frozenset({self.age}), languages=frozenset({self.language}), slots=self.slots,
            size=self.size, high=self.high, keys=self.members, apart=self.apart, meets=self.meets,
        )  # fmt: skip

    def has_a_seat_for(self, mine: Wish) -> bool:
        """Whether this person may sit there at all, and did not say no to it."""
        both = self.as_one().joined_by(mine.as_one())
        return self.key not in mine.refused and rule_broken(both) is None


class Rule(StrEnum):
    """What no score may loosen."""

    AGE = "age"
    APART = "apart"
    LANGUAGE = "language"
    SIZE = "size"
    CONCERN = "concern"
    TIMES = "times"


class Together(Struct, frozen=True):
    """People as one: what all of them share, and what keeps some of them apart."""

    ages: frozenset[str]
    languages: frozenset[str]
    slots: frozenset[int]
    size: int = 1
    high: int = 0
    keys: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    meets: frozenset[int] = frozenset()  # slots of meetings that are planned: nobody misses those
    clash: bool = False  # somebody here must not meet somebody else here

    def joined_by(self, other: Together) -> Together:
        """These people and those, as one."""
        meet = bool(self.keys & other.apart or other.keys & self.apart)
        return Together(
            self.ages | other.ages, self.languages & other.languages, self.slots & other.slots,
            size=self.size + other.size, high=self.high + other.high,
            keys=self.keys | other.keys, apart=self.apart | other.apart,
            meets=self.meets | other.meets, clash=meet or self.clash or other.clash,
        )  # fmt: skip


def rule_broken(these: Together) -> Rule | None:
    """The first hard rule that these people would break as one circle, or part of one.

    Forming, seats that are offered, and who comes by themselves: all are asked this one question.
    """
    kept = {
        Rule.AGE: len(these.ages) == 1,
        Rule.APART: not these.clash,
        Rule.LANGUAGE: bool(these.languages),
        Rule.SIZE: these.size <= LARGEST,
        Rule.CONCERN: these.high <= MOST_HIGH,
        Rule.TIMES: len(these.slots) >= SHARED_SLOTS and these.meets <= these.slots,
    }
    return next((rule for rule, is_kept in kept.items() if not is_kept), None)


def may_meet(one: Wish, other: Wish) -> bool:
    """Whether these two may sit in one circle, as far as two can tell."""
    return rule_broken(one.as_one().joined_by(other.as_one())) is None


def may_be_a_circle(wishes: Iterable[Wish]) -> bool:
    """Whether these people may be one circle: size, age, language, hours, concern, and apart."""
    people = [wish.as_one() for wish in wishes]
    return len(people) >= SMALLEST and rule_broken(reduce(Together.joined_by, people)) is None
