"""Ways to reach someone outside are found however they are written; ordinary numbers are not."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from holdfast.screening.contact import contact_rules, find_contact, written
from holdfast.screening.reading import Signal, read
from screening.handing_over import parted
from screening.handing_over import written as handovers

SCRIPTS = Path(__file__).parents[2] / "src" / "holdfast" / "static" / "js"
LEAST = 500
RECALL, FALSE_ALARMS = 0.95, 0.02
HANDED_OVER = [entry["text"] for entry in handovers()["handover"]]
HARMLESS = [entry["text"] for entry in handovers()["harmless"]]

ASK_THE_BROWSER = """
import { findContact } from "./contact.js";
import { readFileSync } from "node:fs";
const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map(findContact)));
"""
ONE_EACH = [
    ("email", "write to marlowe@example.org please"),
    ("phone", "ring 07700 900 143 after six"),
    ("phone", "oh seven seven double oh, nine oh oh one two three"),
    ("handle", "snap: dusk_walker"),
    ("link", "see www.example.org/chat"),
    ("id", "my passport number is A1234567"),
    ("name", "my name is Marlo Reed"),
    ("school", "I go to Northmoor Academy"),
    ("address", "I live at 14 Harbour View, come by"),
    ("birth", "born 12/03/2009, so you know"),
]


@pytest.mark.parametrize("part", [0, 1], ids=["tuned", "kept unread"])
def test_hand_overs_are_found(part: int) -> None:
    assert len(set(HANDED_OVER)) >= LEAST
    texts = parted(HANDED_OVER)[part]
    missed = [text for text in texts if not read(text).reading.contact]
    assert len(missed) <= (1 - RECALL) * len(texts), missed if part == 0 else len(missed)


@pytest.mark.parametrize("part", [0, 1], ids=["tuned", "kept unread"])
def test_what_only_looks_like_a_contact_is_left_alone(part: int) -> None:
    assert len(set(HARMLESS)) >= LEAST
    texts = parted(HARMLESS)[part]
    wrong = [text for text in texts if read(text).reading.contact]
    assert len(wrong) <= FALSE_ALARMS * len(texts), wrong if part == 0 else len(wrong)


@pytest.mark.parametrize(("kind", "text"), ONE_EACH)
def test_each_kind_is_told_apart(kind: str, text: str) -> None:
    assert kind in {signal.kind.value for signal in find_contact(text)}
    assert kind in {signal.kind.value for signal in read(text).reading.signals}


def test_names_schools_addresses_and_birth_dates_are_only_warned_of() -> None:
    warned = [(kind, read(text).reading) for kind, text in ONE_EACH[-4:]]
    assert all(kind in reading.warns and not reading.contact for kind, reading in warned)


def test_help_lines_may_be_named() -> None:
    assert read("ring me on 07700 900 143").reading.contact
    for text in (
        "ring 116 123",
        "text 85258 or call 988",
        "see samaritans.org or findahelpline.com",
    ):
        assert not read(text).reading.contact, text


def test_places_are_those_of_the_text_as_it_was_written() -> None:
    text = "\u200bEmoji 🙂 first: ｍａｒｌｏ＠example.org, then more"
    [found] = find_contact(text)
    assert text[found.start : found.end] == "ｍａｒｌｏ＠example.org"


def test_every_rule_is_shown_by_some_sentence() -> None:
    named = {rule.name for rule in contact_rules().rules}
    shown = {
        signal.rule.removeprefix("contact:")
        for text in (*HANDED_OVER, *(text for _, text in ONE_EACH), *RULE_BY_RULE)
        for signal in find_contact(text)
    }
    assert named - shown == set()


RULE_BY_RULE = [
    "the server is 10.20.30.40 ok",
    "ab 12 34 56 c is my national insurance one",
    "I am at 07700 900 143 ext 12",
    "tell me your number",
    "see you at forum.example.zone/welcome",
    "my number is 55 51 2",
    "Hi, I'm Marlo Reed from the evening group",
    "near LS1 4AP somewhere",
]


@pytest.mark.full
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_the_browser_finds_the_same(tmp_path: Path) -> None:
    """Every hand-over, every look-alike, and letters of two units, which browsers count twice."""
    texts = [*HANDED_OVER, *HARMLESS, *(text for _, text in ONE_EACH), *RULE_BY_RULE]
    texts += [f"🙂 {text} 🙂" for text in texts[::7]]
    in_browser = _asked(tmp_path, texts)
    here = [[_counted_twice(text, signal) for signal in find_contact(text)] for text in texts]
    assert sum(map(bool, here)) > LEAST
    differing = [
        text for text, one, other in zip(texts, here, in_browser, strict=True) if one != other
    ]
    assert differing == []


def _asked(folder: Path, texts: list[str]) -> list[list[tuple[str, str, int, int]]]:
    for name in ("contact.js", "contact-rules.js"):
        shutil.copy(SCRIPTS / name, folder / name)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "ask.js").write_text(ASK_THE_BROWSER)
    asked = subprocess.run(
        ["node", "ask.js"],
        check=True,
        cwd=folder,
        input=json.dumps(texts),
        text=True,
        capture_output=True,
    )
    answers = json.loads(asked.stdout)
    return [
        [(one["kind"], one["rule"], one["start"], one["end"]) for one in all_] for all_ in answers
    ]


def _counted_twice(text: str, signal: Signal) -> tuple[str, str, int, int]:
    kind, rule = signal.kind.value, signal.rule.removeprefix("contact:")
    start, end = (
        len(text[:place].encode("utf-16-le")) // 2 for place in (signal.start, signal.end)
    )
    return kind, rule, start, end


def test_the_rules_use_only_what_both_languages_mean_alike() -> None:
    """No look-behind, which older phones do not know; no named groups, written differently."""
    for rule in written()["rules"]:
        both = rule["find"] + rule.get("unless", "")
        assert not [part for part in ("(?<", "(?P", "\\p{", "(?i") if part in both], rule["name"]
