"""Abuse, children and exploitation: heard with their track in the languages that say them here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from holdfast.screening.concern import Concern
from holdfast.screening.reading import read

FOLDER = Path(__file__).parent / "sentences"
WRITTEN = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
LANGUAGES = sorted(language for language, raw in WRITTEN.items() if "elevated" in raw)
NEEDLESS = 0.08


@pytest.mark.parametrize("language", LANGUAGES)
def test_someone_who_is_hurt_is_never_only_watched(language: str) -> None:
    for entry in WRITTEN[language]["elevated"]:
        reading = read(entry["text"], language=language).reading
        assert reading.concern >= Concern.HIGH, entry["text"]
        assert entry["track"] in reading.tracks, entry["text"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_over_or_only_told_calls_nobody(language: str) -> None:
    texts = [entry["text"] for entry in WRITTEN[language]["contrast"]]
    called = [one for one in texts if read(one, language=language).reading.concern >= Concern.HIGH]
    assert len(called) <= NEEDLESS * len(texts), called
