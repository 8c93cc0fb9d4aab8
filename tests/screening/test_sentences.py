"""Our own sentences in every language: what must be noticed, and what only looks alike."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from holdfast.screening.reading import read

FOLDER = Path(__file__).parent / "sentences"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
LEAST = 60
TUNED_RECALL, UNSEEN_RECALL = 0.9, 0.75
FALSE_ALARMS, UNSEEN_FALSE_ALARMS = 0.08, 0.12


@dataclass(frozen=True)
class Sentence:
    """One sentence, and from which level on it is rightly read."""

    text: str
    level: int = 3
    track: str | None = None


@dataclass(frozen=True)
class Sentences:
    """One language's sentences, each list in two: those rules were tuned on, and the others."""

    crisis: tuple[list[Sentence], list[Sentence]]
    contrast: tuple[list[Sentence], list[Sentence]]
    elevated: list[Sentence]


@cache
def sentences(language: str) -> Sentences:
    raw = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert raw["language"] == language
    assert raw["needs_native_review"] is True
    crisis, contrast, elevated = (
        _entries(raw, kind) for kind in ("crisis", "contrast", "elevated")
    )
    texts = ({entry.text for entry in entries} for entries in (crisis, contrast))
    assert min(map(len, texts)) >= LEAST
    elevated += [entry for entry in crisis if entry.level == 2]
    return Sentences(_parted(crisis), _parted(contrast), elevated)


def _entries(raw: dict[str, Any], kind: str) -> list[Sentence]:
    return [
        Sentence(one["text"], one.get("level", 3), one.get("track")) for one in raw.get(kind, [])
    ]


def _parted(entries: list[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    return [one for index, one in enumerate(entries) if index % 3 != 2], entries[2::3]


def noticed(language: str, entries: list[Sentence]) -> list[str]:
    """Those that call a person; those of level 2, that at least one looks."""
    return [
        one.text
        for one in entries
        if read(one.text, language=language).reading.level >= min(one.level, 3)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_noticed_in_the_words_of_a_language(language: str) -> None:
    tuned, unseen = sentences(language).crisis
    found = noticed(language, tuned)
    missed = [one.text for one in tuned if one.text not in found]
    assert len(found) >= TUNED_RECALL * len(tuned), missed
    heard = len(noticed(language, unseen))  # a number only, so that they stay unread
    assert heard >= UNSEEN_RECALL * len(unseen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_alike_raises_no_alarm(language: str) -> None:
    tuned, unseen = sentences(language).contrast
    wrong = noticed(language, tuned)
    assert len(wrong) <= FALSE_ALARMS * len(tuned), wrong
    heard = len(noticed(language, unseen))
    assert heard <= UNSEEN_FALSE_ALARMS * len(unseen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_abuse_and_children_in_danger_are_noticed_with_their_track(language: str) -> None:
    elevated = sentences(language).elevated
    readings = [(one, read(one.text, language=language).reading) for one in elevated]
    missed = [
        one.text
        for one, reading in readings
        if reading.level < 2 or (one.track and not reading.tracks)
    ]
    assert len(missed) <= 0.25 * len(elevated), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_noticed_whatever_the_language_of_the_room(language: str) -> None:
    """People write in their own language when it is worst."""
    tuned, _ = sentences(language).crisis
    heard = len(noticed("nl" if language != "nl" else "en", tuned))
    assert heard >= 0.8 * len(tuned)
