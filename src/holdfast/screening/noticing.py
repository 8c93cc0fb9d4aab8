"""Everything the rules notice in a text: the quick look first, the careful one where it must."""

from __future__ import annotations

from holdfast.screening.folding import fold
from holdfast.screening.packs import Rule
from holdfast.screening.scanning import DISGUISE, IDIOM, PHRASE, Hit, Rules, rules
from holdfast.screening.signals import Reading, Signal
from holdfast.screening.tokens import Quotes, Words, undisguised, words_of
from holdfast.screening.weighing import Found, Scene, weigh

NOTHING = Reading()
MOST_PER_RULE = 24


def notice(text: str, author_role: str, language: str) -> Reading:
    """The reading of a text. Nearly always nothing, found in one pass."""
    compiled = rules()
    mask = 0
    for _, hit in compiled.automaton.iter(fold(text)):
        mask |= hit[0]
    if not mask & (PHRASE | DISGUISE):
        return NOTHING
    return _read_carefully(compiled, text, author_role, language)


def _read_carefully(compiled: Rules, text: str, author_role: str, language: str) -> Reading:
    plain = words_of(text)
    quotes = Quotes(text)
    level, tracks = 0, set[str]()
    signals: dict[tuple[str, int, int], Signal] = {}
    for words in (plain, *undisguised(plain)):
        scene = Scene(words, quotes, author_role, language)
        for found in _found(compiled, words):
            lifts = compiled.lifts[found.rule.around.language]
            weight = weigh(scene, found, lifts)
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
    hits: list[tuple[int, int, Hit]] = []
    for last, hit in compiled.automaton.iter(words.text):
        if hit[0] & (PHRASE | IDIOM):
            begin = last - hit[2] + 1 + hit[1]
            first_word, last_word = words.at(begin, last + (0 if words.text[last] == " " else 1))
            hits.append((first_word, last_word, hit))
    figures = [
        (owner, first, last)
        for first, last, hit in hits
        for owner in hit[3]
        if isinstance(owner, str)
    ]
    found: dict[str, set[tuple[int, int]]] = {}
    named: dict[str, Rule] = {}
    for first, last, hit in hits:
        for owner in hit[3]:
            if isinstance(owner, str):
                continue
            rule, template = owner
            whole = template.around(words.words, first, last)
            if whole and not _in_figure(rule, *whole, figures):
                named[rule.name] = rule
                found.setdefault(rule.name, set()).add(whole)
    return [
        Found(named[name], *span) for name, spans in found.items() for span in _some(sorted(spans))
    ]


def _in_figure(rule: Rule, first: int, last: int, figures: list[tuple[str, int, int]]) -> bool:
    return any(
        whose == rule.around.language and begin < last and first < end
        for whose, begin, end in figures
    )


def _some(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Someone may write one thing a thousand times; its first and last ones tell enough."""
    half = MOST_PER_RULE // 2
    return found if len(found) <= MOST_PER_RULE else [*found[:half], *found[-half:]]
