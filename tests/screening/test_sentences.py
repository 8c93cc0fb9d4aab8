"""Our own sentences in every language: what must be noticed, and what only looks alike."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.screening.reading import read

FOLDER = Path(__file__).parent / "sentences"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
LEAST = 60
TUNED_RECALL, UNSEEN_RECALL = 0.9, 0.75
FALSE_ALARMS, UNSEEN_FALSE_ALARMS = 0.08, 0.12


@dataclass(frozen=True)
class Sentences:
    """One language's sentences, each list in two: those rules were tuned on, and the others."""

    crisis: tuple[list[str], list[str]]
    contrast: tuple[list[str], list[str]]


def sentences(language: str) -> Sentences:
    raw = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert raw["language"] == language
    assert raw["needs_native_review"] is True
    crisis, contrast = ([entry["text"] for entry in raw[kind]] for kind in ("crisis", "contrast"))
    assert min(len(set(crisis)), len(set(contrast))) >= LEAST, (len(crisis), len(contrast))
    assert all(entry["level"] in {3, 4} for entry in raw["crisis"])
    return Sentences(_parted(crisis), _parted(contrast))


def _parted(texts: list[str]) -> tuple[list[str], list[str]]:
    held_out = texts[2::3]
    return [text for index, text in enumerate(texts) if index % 3 != 2], held_out


def noticed(language: str, texts: list[str]) -> float:
    return sum(read(text, language=language).reading.level >= 3 for text in texts) / len(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_noticed_in_the_words_of_a_language(language: str) -> None:
    tuned, unseen = sentences(language).crisis
    missed = [text for text in tuned if read(text, language=language).reading.level < 3]
    assert noticed(language, tuned) >= TUNED_RECALL, missed
    assert noticed(language, unseen) >= UNSEEN_RECALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_alike_raises_no_alarm(language: str) -> None:
    tuned, unseen = sentences(language).contrast
    wrong = [text for text in tuned if read(text, language=language).reading.level >= 3]
    assert noticed(language, tuned) <= FALSE_ALARMS, wrong
    assert noticed(language, unseen) <= UNSEEN_FALSE_ALARMS


def test_danger_is_noticed_whatever_the_language_of_the_room() -> None:
    """People write in their own language when it is worst."""
    for language in LANGUAGES:
        tuned, _ = sentences(language).crisis
        elsewhere = "nl" if language != "nl" else "en"
        found = sum(read(text, language=elsewhere).reading.level >= 3 for text in tuned)
        assert found >= 0.8 * len(tuned), language
