"""Every phrase of every rule in every language can be found where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from holdfast.screening import noticing
from holdfast.screening.expanding import BadPhrase, chunks, wordings
from holdfast.screening.folding import fold, fold_with_places
from holdfast.screening.packs import BadPack, pack
from holdfast.screening.scanning import PHRASE, compiled, rules
from holdfast.screening.templates import template

FOLDER = files("holdfast.screening").joinpath("phrases")
LANGUAGES = sorted(
    file.name.removesuffix(".toml") for file in FOLDER.iterdir() if file.name.endswith(".toml")
)
SHAPES = ("sign", "method", "toward", "warn")
WISHES = ("want", "wish", "need", "hope", "like", "love")
MOST_ANCHORS = 40_000  # of all languages: more would make the server slow to start

SMALL = """
language = "en"
[reading]
self = ["i"]
negation = ["not"]
idioms = ["grey (sky|skies)"]
[[sign]]
name = "sky"
level = 3
phrases = ["(grey|gray) sky"]
with = ["falls"]
"""


def raw(language: str) -> dict[str, Any]:
    return tomllib.loads(FOLDER.joinpath(f"{language}.toml").read_text("utf-8"))


def spoken(language: str) -> Iterator[tuple[str, str]]:
    """Each rule's name with a plain sentence made of one of its phrases and what it asks for."""
    written = raw(language)
    lists = written.get("words", {})
    for shape in SHAPES:
        for number, entry in enumerate(written.get(shape, [])):
            name = f"{language}:{entry.get('name') or f'{shape}-{number + 1}'}"
            beside = wordings(entry.get("with", [])[:1], lists)[:1]
            for phrase in entry["phrases"]:
                parts = [max(part, key=len) for part in chunks(phrase, lists)]
                words = [word for part in (*parts, *beside) for word in part]
                yield name, " ".join(words).replace("#", "12").replace("*", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_a_rule_is_found(language: str) -> None:
    sentences = list(spoken(language))
    assert sentences
    missed = [(name, text) for name, text in sentences if name not in standing(text)]
    assert len(missed) <= 0.02 * len(sentences), (
        missed
    )  # some forbid what another part of them says


def standing(text: str) -> set[str]:
    folded = fold(text)
    hits = [(at, hit) for at, hit in rules().hits(folded) if hit[0] & PHRASE]
    places = noticing._places(folded, hits)
    return {rule.name for rule, _ in noticing._whole_phrases(folded.split(), places)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_that_its_own_speakers_must_look_at_it(language: str) -> None:
    written = raw(language)
    assert written["language"] == language
    assert written["needs_native_review"] is True
    assert {entry["level"] for entry in written["sign"]} >= {1, 3, 4}


def test_all_languages_together_stay_small() -> None:
    assert len(rules().automaton) < MOST_ANCHORS


def test_a_phrase_may_be_written_with_alternatives() -> None:
    lists = {"colour": ["red", "(dark|light) blue"]}
    assert wordings(["a (big|small) [very] @colour hat"], lists) == [
        tuple(f"a {size} {very}{colour} hat".split())
        for size in ("big", "small")
        for very in ("", "very ")
        for colour in ("red", "dark blue", "light blue")
    ]
    assert wordings(["J’ai (été|)"], {}) == [("jai", "ete"), ("jai",)]
    assert [one[0] for one in wordings(["#age"], {})] == [str(age) for age in range(8, 18)]
    assert wordings(["suicid*", "*cida"], {}) == [("suicid*",), ("*cida",)]


@pytest.mark.parametrize("phrase", ["(open", "shut)", "@nowhere", "(a|b|c|d|e|f|g) " * 8])
def test_a_phrase_that_cannot_be_spelled_out_is_refused(phrase: str) -> None:
    with pytest.raises(BadPhrase):
        wordings([phrase], {})


def test_a_phrase_is_found_by_its_rarest_part() -> None:
    wishes = "|".join(f"i {wish} to" for wish in WISHES)
    senses = "|".join(f"sense{number}" for number in range(20))
    anchors, around = template(f"({wishes}) ({senses}) the tide", {}, {})
    assert anchors == [("the", "tide")]
    words = ["today", "i", "want", "to", "sense7", "the", "tide", "come"]
    assert around.around(words, 5, 7) == (1, 7)
    assert around.around(words[3:], 2, 4) is None


@pytest.mark.parametrize(
    "broken",
    [
        SMALL.replace("level = 3", "level = 7"),
        SMALL.replace("level = 3", 'level = 3\ntrack = "Q"'),
        SMALL.replace('name = "sky"', 'nam = "sky"'),
        SMALL.replace("negation", "negating"),
        SMALL.replace('"en"', '"de"'),
        SMALL.replace("(grey|gray) sky", "[sky]"),
        SMALL + "\n[[toward]]\nkind = 'rude'\nphrases = ['you']",
        "language =",
    ],
)
def test_a_pack_that_says_what_nobody_understands_is_refused(broken: str) -> None:
    assert pack("en", SMALL).language == "en"
    with pytest.raises(BadPack, match=r"phrases/en\.toml"):
        pack("en", broken)


def test_a_small_pack_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    small = compiled([pack("en", SMALL)])
    monkeypatch.setattr(noticing, "rules", lambda: small)
    levels = {
        text: noticing.notice(text, "member", "en").level
        for text in ("a gray sky falls", "a grey sky falls", "a gray sky", "not a gray sky falls")
    }
    assert levels == {
        "a gray sky falls": 3,
        "a grey sky falls": 0,  # a figure of speech
        "a gray sky": 0,  # nothing falls
        "not a gray sky falls": 1,
    }


@pytest.mark.parametrize(
    "text", ["Don’t", "ÇA VA", "ß ł ı", "a\u200bb", "🙂 hi", "مُدَرِّسَة", "नमस्ते", "a  b"]
)
def test_folding_with_places_is_folding(text: str) -> None:
    quick, slow = fold(text), fold_with_places(text)
    assert slow.text.split() == quick.split()
    assert len(slow.places) == len(slow.text)
