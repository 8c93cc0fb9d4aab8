"""What may be said, how, and what becomes of it: pure decisions about messages."""

from __future__ import annotations

from holdfast.messages.rules.words import (
    EDIT_WITHIN,
    LONGEST_NOTE,
    LONGEST_TEXT,
    NONCE,
    Draft,
    GivenBack,
    NonceTaken,
    Response,
    TooLate,
    Wants,
    clean,
    clean_note,
    clean_text,
    close_directions,
    drafted,
    formatted,
    has_something_to_read,
    may_edit,
)

__all__ = [
    "EDIT_WITHIN",
    "LONGEST_NOTE",
    "LONGEST_TEXT",
    "NONCE",
    "Draft",
    "GivenBack",
    "NonceTaken",
    "Response",
    "TooLate",
    "Wants",
    "clean",
    "clean_note",
    "clean_text",
    "close_directions",
    "drafted",
    "formatted",
    "has_something_to_read",
    "may_edit",
]
