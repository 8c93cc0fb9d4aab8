"""Reading words before anything else happens to them. Pure; imports nothing that acts."""

from __future__ import annotations

from msgspec import Struct

from holdfast.screening.noticing import notice
from holdfast.screening.signals import Kind, Reading, Signal

__all__ = ["NOTHING_NOTICED", "Kind", "Read", "Reading", "Signal", "read"]

NOTHING_NOTICED = Reading()


class Read(Struct, frozen=True):
    """A person's words together with their reading: the only form in which words may be kept."""

    text: str
    reading: Reading


def read(text: str, author_role: str = "member", language: str = "en") -> Read:
    """Read a person's words. Whatever is kept of them has come through here.

    `author_role` is the slug of who writes: a trained person asking "do you think of ending your
    life?" is at work. `language` is the room's; all languages are read, it settles doubts only.
    Raises whatever goes wrong: who calls must hold a text that could not be read.
    """
    return Read(text, notice(text, author_role, language))
