"""Language packs: the phrases of `phrases/*.toml`, checked and made ready for reading."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

from msgspec import Struct

from holdfast.screening.expanding import BadPhrase, Wording, spelled, wordings
from holdfast.screening.finding import Finder
from holdfast.screening.signals import Kind
from holdfast.screening.templates import Known, Template, template

TRACKS = frozenset("CAXVMTW")
CONTEXTS = frozenset({"negated", "other", "you", "quoted", "about", "past", "joking"})
TOWARD = {kind.value: kind for kind in (Kind.THREAT, Kind.BAITING, Kind.SEXUAL, Kind.HARSH)}
WARNS = {kind.value: kind for kind in (Kind.NAME, Kind.SCHOOL, Kind.ADDRESS, Kind.BIRTH)}
AROUND = (
    *("self", "others", "you", "negation", "negation_after", "no_negation", "but"),
    *("quoting", "about", "past", "present", "present_before", "joking", "in_earnest"),
)
KEYS = {
    "sign": {
        *("name", "level", "phrases", "track", "with", "without", "within", "subject"),
        *("even_if", "here_only"),
    },
    "raise": {"from", "of", "to", "with", "without", "within"},
    "method": {"name", "phrases", "with", "without", "within"},
    "toward": {"name", "kind", "phrases", "with", "without", "within", "even_if"},
    "warn": {"name", "kind", "phrases", "with", "without", "within"},
}
WITHIN = 10


class Around(Struct, frozen=True):
    """How one language is read around a phrase."""

    language: str
    finders: Mapping[str, Finder]
    reach: int

    def __getitem__(self, name: str) -> Finder:
        return self.finders[name]


class Rule(Struct, frozen=True, eq=False):
    """One rule: what must hold where one of its phrases stands."""

    name: str
    kind: Kind
    around: Around
    level: int = 0
    track: str | None = None
    near: Finder | None = None
    not_near: Finder | None = None
    within: int = WITHIN
    of_self: bool = False
    even_if: frozenset[str] = frozenset()
    here_only: bool = False


class Lift(Struct, frozen=True):
    """Lifts a sign that stands near certain words."""

    level: int
    names: frozenset[str]  # of which signs; all, when there are none
    to: int
    near: Finder
    not_near: Finder | None
    within: int


class Pack(Struct, frozen=True):
    """One language's phrases, spelled out."""

    language: str
    phrases: tuple[tuple[Wording, Rule, Template], ...]  # by what the automaton looks for
    idioms: tuple[tuple[Wording, Template], ...]
    lifts: tuple[Lift, ...]


class BadPack(ValueError):
    """A pack that cannot be used; says which file and what is wrong."""


def packs() -> list[Pack]:
    """Every language there is. Raises `BadPack`."""
    folder = files("holdfast.screening").joinpath("phrases")
    found = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    return [pack(file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in found]


def pack(language: str, written: str) -> Pack:
    """One language from what is written in its file. Raises `BadPack`."""
    try:
        return _Making(language, tomllib.loads(written)).pack()
    except (tomllib.TOMLDecodeError, BadPhrase, KeyError, TypeError, ValueError) as wrong:
        raise BadPack(f"phrases/{language}.toml: {wrong}") from wrong


class _Making:
    """One file on its way to a pack."""

    def __init__(self, language: str, raw: dict[str, Any]) -> None:
        self.language = language
        self.raw = raw
        self.known: Known = {}
        self.lists: dict[str, list[str]] = dict(raw.get("words", {}))
        for name, phrases in self.lists.items():
            self.lists[name] = spelled(phrases, self.lists)
        reading = raw.get("reading", {})
        known = {*AROUND, "idioms", "negation_reach"}
        if raw["language"] != language or set(reading) - known:
            raise ValueError(f"language {raw['language']}, reading {sorted(set(reading) - known)}")
        self.idioms = tuple(
            (anchor, around)
            for idiom in reading.get("idioms", [])
            for anchors, around in [template(idiom, self.lists, self.known)]
            for anchor in anchors
        )
        finders = {name: self._wanted(reading.get(name, [])) for name in AROUND}
        self.around = Around(language, finders, reading.get("negation_reach", 4))

    def pack(self) -> Pack:
        phrases = [
            found
            for shape in ("sign", "method", "toward", "warn")
            for number, entry in enumerate(self.raw.get(shape, []))
            for found in self._phrases(entry, self._rule(shape, number, entry))
        ]
        lifts = tuple(map(self._lift, self.raw.get("raise", [])))
        return Pack(self.language, tuple(phrases), self.idioms, lifts)

    def _phrases(
        self, entry: dict[str, Any], rule: Rule
    ) -> Iterator[tuple[Wording, Rule, Template]]:
        for phrase in entry["phrases"]:
            anchors, around = template(phrase, self.lists, self.known)
            yield from ((anchor, rule, around) for anchor in anchors)

    def _rule(self, shape: str, number: int, entry: dict[str, Any]) -> Rule:
        if strange := set(entry) - KEYS[shape]:
            raise ValueError(f"{shape} {number}: {sorted(strange)}")
        track, even_if = entry.get("track"), frozenset(entry.get("even_if", ()))
        level = entry["level"] if shape == "sign" else 0
        if (track and track not in TRACKS) or even_if - CONTEXTS or level not in range(5):
            raise ValueError(f"{shape} {number}: track {track}, level {level}, even_if {even_if}")
        return Rule(
            name=f"{self.language}:{entry.get('name') or f'{shape}-{number + 1}'}",
            kind=_kind(shape, entry),
            around=self.around,
            level=level,
            track=track,
            near=self._finder(entry, "with"),
            not_near=self._finder(entry, "without"),
            within=entry.get("within", WITHIN),
            of_self=entry.get("subject") == "self",
            even_if=even_if,
            here_only=entry.get("here_only", False),
        )

    def _lift(self, entry: dict[str, Any]) -> Lift:
        if strange := set(entry) - KEYS["raise"]:
            raise ValueError(f"raise: {sorted(strange)}")
        near = self._wanted(entry["with"])
        without, within = self._finder(entry, "without"), entry.get("within", WITHIN)
        names = frozenset(f"{self.language}:{name}" for name in entry.get("of", ()))
        return Lift(entry["from"], names, entry["to"], near, without, within)

    def _finder(self, entry: dict[str, Any], key: str) -> Finder | None:
        return self._wanted(entry[key]) if key in entry else None

    def _wanted(self, phrases: list[str]) -> Finder:
        return Finder(partial(wordings, phrases, self.lists))


def _kind(shape: str, entry: dict[str, Any]) -> Kind:
    if shape == "toward":
        return TOWARD[entry["kind"]]
    if shape == "warn":
        return WARNS[entry["kind"]]
    return Kind.METHOD if shape == "method" else Kind.SIGN
