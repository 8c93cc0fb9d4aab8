"""Reading words before anything else happens to them. Pure; imports nothing that acts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader noticed. Nothing reads yet; the place for it is here from the first day."""


NOTHING_NOTICED = Reading()


@dataclass(frozen=True, slots=True)
class Read:
    """A person's words together with their reading: the only form in which words may be kept."""

    text: str
    reading: Reading


def read(text: str) -> Read:
    """Read a person's words. Whatever is kept of them has come through here."""
    return Read(text, NOTHING_NOTICED)
