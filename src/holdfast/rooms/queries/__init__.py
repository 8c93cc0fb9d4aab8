"""Reading rooms and seats: one function for each question."""

from __future__ import annotations

from holdfast.rooms.queries.places import (
    head_of,
    name_of,
    names_in_use,
    newest_seq,
    open_rooms,
    read_mark,
    room_named,
    seats_ever,
    seats_of,
    words_of,
)
from holdfast.rooms.queries.states import (
    Stated,
    StateLine,
    room_languages,
    rota_gaps,
    state_line,
    unsettled_rooms,
)

__all__ = [
    "StateLine",
    "Stated",
    "head_of",
    "name_of",
    "names_in_use",
    "newest_seq",
    "open_rooms",
    "read_mark",
    "room_languages",
    "room_named",
    "rota_gaps",
    "seats_ever",
    "seats_of",
    "state_line",
    "unsettled_rooms",
    "words_of",
]
