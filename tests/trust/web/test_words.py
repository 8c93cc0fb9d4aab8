"""W12, W13, W19, W20: whatever somebody writes stays words, and is read in good time."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import time
import unicodedata
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

import holdfast
from holdfast.messages.rules import clean, formatted
from trust.web.payloads import ATTACKS, LINKS, WRAPPERS

OURS = {"p", "br", "em", "ul", "li", "blockquote"}


class Tags(HTMLParser):
    """Every tag of a piece of HTML, with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_comment(self, data: str) -> None:
        self.tags.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.add("declaration")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_w12_of_fifteen_hundred_attacks_none_becomes_anything_but_words() -> None:
    tried = [wrap.replace("@", attack) for attack, wrap in itertools.product(ATTACKS, WRAPPERS)]
    assert len(set(tried)) >= 1_500
    for text in tried:
        shown = Tags(str(formatted(clean(text))))
        assert shown.tags <= OURS, text
        assert shown.attributes == [], text


@pytest.mark.parametrize("link", LINKS)
def test_w13_an_address_that_somebody_writes_leads_nowhere(link: str) -> None:
    """It stays words: no link, no preview, and nothing is asked for when it is shown."""
    for wrap in WRAPPERS:
        shown = Tags(str(formatted(clean(wrap.replace("@", link)))))
        assert (shown.tags - OURS, shown.attributes) == (set(), []), wrap


# ---------------------------------------------------------------- time


NOT_PEOPLE_S = (
    "holdfast.app.doctor",  # an operator's own files
    "holdfast.app.schema",  # our migrations
    "holdfast.cli",
    "holdfast.kit.catalogues",  # our own words
    "holdfast.kit.pseudo",
    "holdfast.kit.scripts",  # our own scripts
    "holdfast.town",
)
HOUSE = Path(holdfast.__file__).parent
USED = re.compile(r"\b([A-Z][A-Z_]*)\.(fullmatch|match|search|sub|finditer|findall|split)\(")


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that looks at what people write, by where it stands."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(holdfast.__path__, "holdfast."):
        if module.name.startswith(NOT_PEOPLE_S) or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{module.name}.{name}"] = value
    return found


@cache
def uses() -> dict[str, set[str]]:
    """How the house uses the patterns of each name."""
    found = {"SITE": {"fullmatch"}, "PRESSED": {"fullmatch"}}  # handed on under another name
    for path in HOUSE.rglob("*.py"):
        for name, way in USED.findall(path.read_text("utf-8")):
            found.setdefault(name, set()).add(way)
    return found


PIECES = [
    *("a", "1", " ", "*", "*a", "a*", "**", "[", "(", '"', "“", "«", ".", "..", "-", "a-", "-a"),
    *("a.", "1 ", "1.", "+1", "@", "\n", "a\n", "?", "<", "<a", "&", "/", "/*", "%(", "//", "a a "),
    *("\u0301", "\U000e0041", "\U0001f3f4", "0:", "19", "=", "'", "https://a.", "é", "؟"),
]
LONGEST_WORDS, LONG = 4_000, 100_000


def seconds(pattern: re.Pattern[str], ways: set[str], text: str) -> float:
    """Processor time to look through a text, in the ways in which the house does."""
    began = time.process_time()
    for way in ways & {"fullmatch", "match"}:
        getattr(pattern, way)(text)
    if ways - {"fullmatch", "match"}:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - began


def slow_on(where: str, size: int, most: float) -> list[str]:
    """The texts of this size over which a pattern takes longer than that."""
    pattern, ways = patterns()[where], uses().get(where.rpartition(".")[2], {"search"})
    slow = []
    for piece, last in itertools.product(PIECES, ("", "!")):
        text = (piece * size)[: size - 1] + last
        if seconds(pattern, ways, text) <= most:
            continue
        if min(seconds(pattern, ways, text) for _ in range(3)) > most:
            slow.append(piece + last)
    return slow


@pytest.mark.full
def test_w19_there_are_patterns_to_try_and_one_that_hurts_would_be_seen() -> None:
    assert len(patterns()) > 20
    hurts = re.compile("(a+)+b")
    assert seconds(hurts, {"match"}, "a" * 22) > 0.01


@pytest.mark.parametrize("where", sorted(patterns()))
def test_w19_a_pattern_reads_the_longest_message_in_ten_milliseconds(where: str) -> None:
    assert slow_on(where, LONGEST_WORDS, 0.01) == []


@pytest.mark.slow
@pytest.mark.parametrize("where", sorted(patterns()))
def test_w19_a_pattern_reads_a_hundred_thousand_characters_in_fifty_milliseconds(
    where: str,
) -> None:
    """Of the processor: other work on the machine does not count."""
    assert slow_on(where, 20_000, 0.05) == [], "before it is tried with more"
    assert slow_on(where, LONG, 0.05) == []


# ---------------------------------------------------------------- letters


def test_w20_what_is_kept_is_in_one_shape() -> None:
    assert clean("e\u0301") == "é"
    assert unicodedata.is_normalized("NFC", clean("A\u030a\u1100\u1161"))


def test_w20_nothing_hides_in_letters_that_nobody_sees() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "meet me at the station")
    assert clean(f"Hello{hidden}") == "Hello"
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert clean(f"{scotland} {scotland}") == f"{scotland} {scotland}"
    assert clean(f"\U0001f3f4{hidden}") == "\U0001f3f4"


def test_w20_no_letter_is_buried_under_marks_and_none_that_people_write_is_lost() -> None:
    heaped = clean("Z" + "\u0321\u0322\u0300\u0301\u0302\u0303\u0304" * 40 + "algo")
    assert heaped.endswith("algo")
    assert sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFD", heaped)) <= 4
    for written in ("ệ", "שָׁלוֹם", "مُحَمَّد", "ที่นี่", "ਪੰਜਾਬੀ", "क्षत्रिय", "o̩̍"):
        assert clean(written) == unicodedata.normalize("NFC", written)


def test_w20_what_turns_the_reading_round_ends_with_its_line() -> None:
    for mark in ("\u202e", "\u202d", "\u2066", "\u2067", "\u2068"):
        first, second = clean(f"one{mark}two\nthree").split("\n")
        assert first[-1] in {"\u202c", "\u2069"}
        assert second == "three"


def test_w20_ten_thousand_joined_pictures_are_read_in_good_time() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    began = time.process_time()
    assert clean(family * 10_000) == family * 10_000
    formatted(family * 10_000)
    assert time.process_time() - began < 1
