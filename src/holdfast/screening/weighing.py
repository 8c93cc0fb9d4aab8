"""The careful reading: what stands around a phrase, and what that makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from holdfast.screening.packs import Around, Lift, Rule
from holdfast.screening.signals import Kind
from holdfast.screening.tokens import NONE, Quotes, Words

JUST_AFTER = 3
BESIDE_A_QUOTE = 8
HELD_KINDS = frozenset({Kind.THREAT, Kind.BAITING, Kind.SEXUAL, Kind.HARSH, Kind.METHOD})


class Found(Struct, frozen=True):
    """A phrase of a rule, and between which words it stands."""

    rule: Rule
    first: int
    last: int


class Scene(Struct, frozen=True):
    """A text being read carefully."""

    words: Words
    quotes: Quotes
    author_role: str
    language: str


def weigh(scene: Scene, found: Found, lifts: tuple[Lift, ...]) -> int | None:
    """The level of what was found there, 0 for what has none; nothing if it is none."""
    rule = found.rule
    if rule.here_only and scene.language != rule.around.language:
        return None
    contexts = _contexts(scene, found) - rule.even_if
    if rule.kind in HELD_KINDS:
        return None if contexts & {"negated", "quoted", "about"} else 0
    if rule.kind is not Kind.SIGN:
        return 0
    return _weakened(_lifted(scene.words, found, lifts), contexts)


def near_enough(words: Sequence[str], rule: Rule, first: int, last: int) -> bool:
    """Whether what a rule asks for stands beside its phrase, and what it forbids does not."""
    sides = (first - rule.within, first), (last, last + rule.within)
    if rule.not_near and any(rule.not_near.stands_in(words, *side) for side in sides):
        return False
    return not rule.near or any(rule.near.stands_in(words, *side) for side in sides)


def _lifted(words: Words, found: Found, lifts: tuple[Lift, ...]) -> int:
    """Only what stands in the same sentence lifts."""
    rule = found.rule
    first, last = words.sentence(found.first, found.last)
    level = rule.level
    for lift in lifts:
        begin, end = max(found.first - lift.within, first), min(found.last + lift.within, last)
        if lift.level != rule.level or (lift.names and rule.name not in lift.names):
            continue
        if not lift.near.stands_in(words.words, begin, end):
            continue
        if lift.not_near is None or not lift.not_near.stands_in(words.words, begin, end):
            level = max(level, lift.to)
    return level


def _weakened(level: int, contexts: set[str]) -> int | None:
    if "you" in contexts:
        return None
    if contexts & {"negated", "quoted", "about"}:
        return 1 if level >= 3 else None
    if "past" in contexts:
        level = min(level, 1)
    if "other" in contexts and level > 1:
        level -= 1
    if "joking" in contexts and level > 0:
        level -= 1
    return level


# ---------------------------------------------------------------- what stands around


def _contexts(scene: Scene, found: Found) -> set[str]:
    around, words = found.rule.around, scene.words
    sentence = words.sentence(found.first, found.last)
    present = {
        "negated": _is_negated(words, found, around),
        "quoted": _is_quoted(scene, found, around),
        "about": _is_about(words, found, sentence[0], around),
        "past": _is_past(words, found, sentence, around),
        "joking": _is(words, sentence, around, "joking") and not _anywhere(words, around),
    }
    if not _says_self(words, found):
        present[_who(scene, found, sentence[0], around)] = True
    return {name for name, holds in present.items() if holds}


def _says_self(words: Words, found: Found) -> bool:
    own = found.rule.around["self"]
    return found.rule.of_self or own.stands_in(words.words, found.first, found.last)


def _is(words: Words, sentence: tuple[int, int], around: Around, name: str) -> bool:
    return around[name].stands_in(words.words, *sentence)


def _anywhere(words: Words, around: Around) -> bool:
    return around["in_earnest"].stands_in(words.words, 0, len(words.words))


def _is_about(words: Words, found: Found, begin: int, around: Around) -> bool:
    """Unless the writer comes in between: "the article made me want to die"."""
    if _says_self(words, found):
        return False
    spoken = [last for _, last in around["about"].all_in(words.words, begin, found.first)]
    return bool(spoken) and not around["self"].stands_in(words.words, spoken[-1], found.first)


def _is_past(words: Words, found: Found, sentence: tuple[int, int], around: Around) -> bool:
    """What is so now may stand anywhere; a "now" after it begins something else."""
    if not _is(words, sentence, around, "past") or _is(words, sentence, around, "present"):
        return False
    return not around["present_before"].stands_in(words.words, sentence[0], found.first)


def _is_negated(words: Words, found: Found, around: Around) -> bool:
    """Two negations before it cancel out: "it's not that I don't want to die"."""
    begin = _clause_begin(words, found.first, around)
    none = list(around["no_negation"].all_in(words.words, begin, found.last))
    begin = max(begin, found.first - around.reach)
    before = {
        place
        for place, _ in around["negation"].all_in(words.words, begin, found.first)
        if not any(first <= place < last for first, last in none)
    }
    if len(before) % 2:
        return True
    end = found.last
    while end < len(words.words) and end < found.last + JUST_AFTER and words.gaps[end] == NONE:
        end += 1
    return around["negation_after"].stands_in(words.words, found.last, end)


def _clause_begin(words: Words, first: int, around: Around) -> int:
    begin = first
    while begin > 0 and words.gaps[begin] == NONE:
        begin -= 1
    ends = [last for _, last in around["but"].all_in(words.words, begin, first)]
    return max([begin, *ends])


def _is_quoted(scene: Scene, found: Found, around: Around) -> bool:
    """In quotation marks beside a word of saying, unless the writer quotes themselves."""
    words = scene.words
    quote = scene.quotes.around(words.spans[found.first][0])
    if quote is None:
        return False
    inside = [index for index, span in enumerate(words.spans) if quote[0] <= span[0] < quote[1]]
    begin, end = inside[0] - BESIDE_A_QUOTE, inside[-1] + 1 + BESIDE_A_QUOTE
    sides = (begin, inside[0]), (inside[-1] + 1, end)
    if not any(around["quoting"].stands_in(words.words, *side) for side in sides):
        return False
    return _nearest(words, begin, inside[0], around) != "self"


def _who(scene: Scene, found: Found, begin: int, around: Around) -> str:
    nearest = _nearest(scene.words, begin, found.first, around)
    if nearest == "you" and scene.author_role == "member":
        return "you"
    return nearest


def _nearest(words: Words, begin: int, end: int, around: Around) -> str:
    """Of whom is spoken: the last of self, others and you that is named before."""
    named = [
        (last, who)
        for who, name in (("other", "others"), ("you", "you"), ("self", "self"))
        for _, last in around[name].all_in(words.words, begin, end)
    ]
    return max(named)[1] if named else "self"
