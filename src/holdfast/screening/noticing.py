"""Everything the rules notice in a text: the quick look first, the careful one where it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from holdfast.screening.contact import find_contact
from holdfast.screening.folding import fold
from holdfast.screening.packs import Rule
from holdfast.screening.scanning import (
    CONTACT,
    DIGIT,
    DISGUISE,
    IDIOM,
    PHRASE,
    Hit,
    Rules,
    rules,
)
from holdfast.screening.signals import Reading, Signal
from holdfast.screening.tokens import Quotes, Words, undisguised, words_of
from holdfast.screening.weighing import Found, Scene, near_enough, weigh

NOTHING = Reading()
MOST_PER_RULE = 12
FEWEST_DIGITS = 5  # fewer make no telephone number

Span = tuple[int, int]
T = TypeVar("T")


def notice(text: str, author_role: str, language: str) -> Reading:
    """The reading of a text. Nearly always nothing, found in one pass."""
    compiled = rules()
    folded = fold(text)
    mask, digits, hits = 0, 0, []
    for place, hit in compiled.hits(folded):
        mask |= hit[0]
        if hit[0] & DIGIT:
            digits += 1
        elif hit[0] & PHRASE:
            hits.append((place, hit))
    reading = NOTHING
    if mask & DISGUISE or (hits and _phrases_stand(folded, hits)):
        reading = _read_carefully(compiled, text, author_role, language)
    if mask & (CONTACT | DISGUISE) or digits >= FEWEST_DIGITS:
        reading = replace(reading, signals=(*reading.signals, *find_contact(text)))
    return reading


def _phrases_stand(folded: str, hits: list[tuple[int, Hit]]) -> bool:
    """Whether a whole phrase stands there, with what it asks for, and not only its anchor."""
    words = folded.split()
    return next(_whole_phrases(words, _places(folded, hits)), None) is not None


def _places(folded: str, hits: Iterable[tuple[int, Hit]]) -> Iterator[tuple[int, int, Hit]]:
    """Which words were hit: a word's number is the number of spaces before it."""
    for place, hit in hits:
        begin = place - hit[2] + 1 + hit[1]
        first = folded.count(" ", 0, begin + 1) - 1
        yield first, first + 1 + folded.count(" ", begin, place), hit


def _whole_phrases(
    words: Sequence[str], places: Iterable[tuple[int, int, Hit]]
) -> Iterator[tuple[Rule, Span]]:
    for first, last, hit in places:
        for owner in hit[3]:
            rule, template = owner
            if isinstance(rule, str):
                continue
            whole = template.around(words, first, last)
            if whole and near_enough(words, rule, *whole):
                yield rule, whole


# ---------------------------------------------------------------- the careful reading


def _read_carefully(compiled: Rules, text: str, author_role: str, language: str) -> Reading:
    plain, quotes = words_of(text), Quotes(text)
    level, tracks = 0, set[str]()
    signals: dict[tuple[str, int, int], Signal] = {}
    for words in (plain, *undisguised(plain)):
        scene = Scene(words, quotes, author_role, language)
        for found in _found(compiled, words):
            weight = weigh(scene, found, compiled.lifts[found.rule.around.language])
            if weight is None:
                continue
            signal = _signal(words, found, weight)
            signals.setdefault((signal.rule, signal.start, signal.end), signal)
            level = max(level, weight)
            if found.rule.track:
                tracks.add(found.rule.track)
    ordered = sorted(signals.values(), key=lambda signal: (signal.start, signal.end, signal.rule))
    return Reading(level, tuple(sorted(tracks)), tuple(ordered))


def _signal(words: Words, found: Found, weight: int) -> Signal:
    start, end = words.spans[found.first][0], words.spans[found.last - 1][1]
    return Signal(found.rule.name, found.rule.kind, start, end, weight)


def _found(compiled: Rules, words: Words) -> list[Found]:
    """Where phrases stand, but those that are part of a figure of speech of their language."""
    places = list(_places(words.text, _some_of_each(compiled.hits(words.text))))
    figures = [
        (language, *whole)
        for first, last, hit in places
        for language, template in hit[3]
        if isinstance(language, str)
        if (whole := template.around(words.words, first, last))
    ]
    found: dict[Rule, set[Span]] = {}
    for rule, whole in _whole_phrases(words.words, places):
        if not _in_figure(rule, whole, figures):
            found.setdefault(rule, set()).add(whole)
    return [Found(rule, *span) for rule, spans in found.items() for span in _some(sorted(spans))]


def _some_of_each(hits: Iterable[tuple[int, Hit]]) -> list[tuple[int, Hit]]:
    """Of each wording the first and last places only."""
    by_wording: dict[int, list[tuple[int, Hit]]] = {}
    for place, hit in hits:
        if hit[0] & (PHRASE | IDIOM):
            by_wording.setdefault(id(hit), []).append((place, hit))
    return [one for several in by_wording.values() for one in _some(several)]


def _in_figure(rule: Rule, whole: Span, figures: list[tuple[str, int, int]]) -> bool:
    return any(
        owner == rule.around.language and begin < whole[1] and whole[0] < end
        for owner, begin, end in figures
    )


def _some(several: list[T]) -> list[T]:
    """Someone may write one thing a thousand times; its first and last ones tell enough."""
    half = MOST_PER_RULE // 2
    return several if len(several) <= MOST_PER_RULE else [*several[:half], *several[-half:]]
