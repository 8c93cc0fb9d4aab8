"""Sentences that were missed when they were new: what the rules have learnt stays learnt."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from holdfast.screening.reading import read

FOLDER = Path(__file__).parent / "sentences"
WRITTEN = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
LANGUAGES = sorted(language for language, raw in WRITTEN.items() if "seen" in raw)
LEARNT, FALSE_ALARMS = 0.9, 0.05


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_missed_once_is_noticed_now(language: str) -> None:
    texts = seen(language, danger=True)
    missed = [text for text in texts if not calls_a_person(text, language)]
    assert len(missed) <= (1 - LEARNT) * len(texts), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_noticing_more_has_not_made_everyday_talk_an_alarm(language: str) -> None:
    texts = seen(language, danger=False)
    wrong = [text for text in texts if calls_a_person(text, language)]
    assert len(wrong) <= FALSE_ALARMS * len(texts), wrong


def seen(language: str, *, danger: bool) -> list[str]:
    return [one["text"] for one in WRITTEN[language]["seen"] if one["danger"] is danger]


def calls_a_person(text: str, language: str) -> bool:
    return read(text, language=language).reading.level >= 3
