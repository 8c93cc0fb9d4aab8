"""How pages look and speak for one reader: language, colours, letters, hours. Pure."""

from __future__ import annotations

from msgspec import Struct

PSEUDO = "en-x-pseudo"
LANGUAGES = {"en": "English", "es": "Español", "ar": "العربية"}
RIGHT_TO_LEFT = {"ar", PSEUDO}


class Looks(Struct, frozen=True):
    """What a reader chose, or what suits everyone."""

    locale: str = "en"
    theme: str = "system"
    text_size: str = "100"
    letters: str = "plain"
    zone: str = "UTC"
    disguise: str = ""  # what the pages call themselves, if not by their own name
    has_pin: bool = False  # this device can be locked
    shared: bool = False  # others use this device: it keeps nothing

    @property
    def dir(self) -> str:
        return "rtl" if self.locale in RIGHT_TO_LEFT else "ltr"


def best_language(accepted: str, offered: tuple[str, ...], otherwise: str) -> str:
    """The first language of an Accept-Language header that we have."""
    for part in accepted.split(","):
        wanted = part.partition(";")[0].strip().lower()
        for language in offered:
            if wanted == language or wanted.startswith(language + "-"):
                return language
    return otherwise if otherwise in offered else "en"
