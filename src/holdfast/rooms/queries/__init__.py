"""Reading rooms and seats: one function for each question."""

from __future__ import annotations

from holdfast.rooms.queries.places import (
    head_of,
    names_in_use,
    newest_seq,
    open_rooms,
    read_mark,
    seats_ever,
    seats_of,
    words_of,
)

__all__ = [
    "head_of",
    "names_in_use",
    "newest_seq",
    "open_rooms",
    "read_mark",
    "seats_ever",
    "seats_of",
    "words_of",
]
