"""The settings a steward may change while the house runs, and what each may be."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field

NAME, COUNTRY = "name", "country"
LONGEST_NAME = 40
A_NAME = re.compile(r"[^\x00-\x1f\x7f<>]{0,40}")
A_COUNTRY = re.compile(r"[A-Z]{2}")
HOME = "GB"  # until a steward says which country most people here live in


class OwnWords(Struct, frozen=True):
    """The community's own words for one place, and the language they are in."""

    words: str
    language: str


class Known(Struct):
    """What the community chose, as every process holds it in memory: no page asks the database."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    kept: Any = None  # for how long words are kept: the policy of `messages`, put in by `app`

    @property
    def name(self) -> str:
        """What this community calls itself; empty where nobody said."""
        return self.choices.get(NAME, "")

    @property
    def country(self) -> str:
        """The country in which most people here live, as a steward said."""
        return self.choices.get(COUNTRY, HOME)

    def own(self, name: str, language: str) -> OwnWords | None:
        """The own words for a place in the reader's language, or in the one there is."""
        for spoken in (language, "en", *sorted({known for _, known in self.words})):
            if (words := self.words.get((name, spoken))) is not None:
                return OwnWords(words, spoken)
        return None


def is_choice(name: str, value: str) -> bool:
    """Whether a setting may have this value."""
    match name:
        case "name":
            return A_NAME.fullmatch(value) is not None and value == value.strip()
        case "country":
            return A_COUNTRY.fullmatch(value) is not None
    return False
