"""The names staff work under: short, readable, and nobody else's."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
READABLE = re.compile(r"[\w][\w .’'-]*")


def tidied(name: str) -> str:
    """A name without what nobody sees: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def is_name(name: str) -> bool:
    """Whether this can be a name: letters first, and not too long."""
    return 0 < len(name) <= LONGEST and READABLE.fullmatch(name) is not None


def name_key(name: str) -> str:
    """What two names have in common that would be mistaken for each other when typed."""
    return tidied(name).casefold()
