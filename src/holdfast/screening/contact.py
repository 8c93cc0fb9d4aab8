"""Ways to reach someone outside, by the rules that also run in the browser before sending.

The rules lie in `static/js/contact-rules.js`: JSON behind the words `export default`. What is done
with them is done in `static/js/contact.js` too, step by step; a test holds both to one answer.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from msgspec import Struct

from holdfast.screening.signals import Kind, Signal

RULES_FILE = ("static", "js", "contact-rules.js")
BLANKS = frozenset("\t\r\v\f\u2028\u2029\u1680")
BEFORE, AFTER = " \n,:;([|=<>\"'!?*~-", " \n,:"
NO_MORE = 1_000_000
NOT_A_DIGIT = re.compile(r"[^0-9]")


class ContactRule(Struct, frozen=True):
    """One rule: what it looks for, and what may not be so."""

    name: str
    kind: Kind
    find: re.Pattern[str]
    unless: re.Pattern[str] | None
    digits: tuple[int, int]
    not_counting: bool
    cased: bool
    spelled: bool  # numbers in words count


class ContactRules(Struct, frozen=True):
    """The file, made ready."""

    rules: tuple[ContactRule, ...]
    numeral: re.Pattern[str]
    numerals: dict[str, int]
    many: dict[str, int]
    allowed: frozenset[str]
    hosts: tuple[str, ...]
    folds: dict[str, str]


@cache
def written() -> dict[str, Any]:
    """The rules as they lie in the package. Raises `ValueError` when they are no JSON."""
    script = files("holdfast").joinpath(*RULES_FILE).read_text("utf-8")
    found: dict[str, Any] = json.loads(script.partition("export default ")[2].rstrip(";\n"))
    return found


@cache
def contact_rules() -> ContactRules:
    """The rules, compiled when the first text asks for them."""
    raw = written()
    numerals: dict[str, int] = raw["numerals"]
    words = "|".join(sorted(numerals, key=lambda word: (-len(word), word)))
    many = "|".join(raw["many"])
    numeral = f"(?:(?:{many}) )?(?:[0-9]|{words})"
    return ContactRules(
        tuple(_rule(one, numeral) for one in raw["rules"]),
        re.compile(f"(?:({many}) )?([0-9]|{words})"),
        numerals,
        raw["many"],
        frozenset(raw["allowed"]),
        tuple(raw["hosts"]),
        raw["fold"] | dict.fromkeys(raw["drop"], "") | dict.fromkeys(BLANKS, " "),
    )


def _rule(raw: dict[str, Any], numeral: str) -> ContactRule:
    least, most = raw.get("digits", (0, NO_MORE))
    return ContactRule(
        raw["name"],
        Kind(raw["kind"]),
        re.compile(raw["find"].replace("{N}", numeral), re.ASCII),
        re.compile(raw["unless"], re.ASCII) if "unless" in raw else None,
        (least, most),
        raw.get("check") == "not-counting",
        raw.get("cased", False),
        "{N}" in raw["find"],
    )


def find_contact(text: str) -> list[Signal]:
    """Everything found, in the order of the text; no two overlap."""
    rules = contact_rules()
    low, cased, places = _folded(rules, text)
    found: list[tuple[int, int, ContactRule]] = []
    for rule in rules.rules:
        plain = cased if rule.cased else low
        for match in rule.find.finditer(plain):
            start, end = _trimmed(match)
            said = plain[start:end]
            is_new = all(end <= first or last <= start for first, last, _ in found)
            if is_new and _holds(rules, rule, said):
                found.append((start, end, rule))
    found.sort(key=lambda one: one[0])
    return [
        Signal(f"contact:{rule.name}", rule.kind, places[start], places[end - 1] + 1)
        for start, end, rule in found
    ]


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """Without what stood before it only so that it could be found."""
    said = match.group()
    return match.end() - len(said.lstrip(BEFORE)), match.start() + len(said.rstrip(AFTER))


def _holds(rules: ContactRules, rule: ContactRule, said: str) -> bool:
    if any(host in said for host in rules.hosts) or (rule.unless and rule.unless.search(said)):
        return False
    digits = _digits(rules, said) if rule.spelled else NOT_A_DIGIT.sub("", said)
    if rule.kind is Kind.PHONE and digits in rules.allowed:
        return False
    if not rule.digits[0] <= len(digits) <= rule.digits[1]:
        return False
    return not (rule.not_counting and _is_counting(digits))


def _digits(rules: ContactRules, said: str) -> str:
    return "".join(
        str(rules.numerals.get(numeral, numeral)) * rules.many.get(many or "", 1)
        for many, numeral in rules.numeral.findall(said)
    )


def _is_counting(digits: str) -> bool:
    """One two three, or one and the same again and again."""
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    return len(steps) == 1 and abs(steps.pop()) <= 1


def _folded(rules: ContactRules, text: str) -> tuple[str, str, list[int]]:
    """The text in plain letters, small and as they are, and the place of each in the original."""
    low, cased, places = [], [], []
    for place, char in enumerate(text):
        for part in char if char.isascii() else unicodedata.normalize("NFKD", char):
            plain = _folded_part(rules.folds, part)
            if plain:
                small = plain.lower()
                low.append(small if len(small) == 1 else plain)
                cased.append(plain)
                places.append(place)
    return "".join(low), "".join(cased), places


def _folded_part(folds: dict[str, str], part: str) -> str:
    if part > "\uffff":
        return " "
    if "\u0300" <= part <= "\u036f":
        return ""
    return folds.get(part, folds.get(part.lower(), part))
