"""What a room may be called, and what it may be just now. Pure."""

from __future__ import annotations

from holdfast.rooms.rules.places import (
    FIRST_ROOMS,
    LANGUAGE,
    LINE,
    LINES,
    LONGEST_ABOUT,
    LONGEST_LANGUAGE,
    LONGEST_NAME,
    LONGEST_TOPIC,
    Plan,
    is_slug,
    is_whole,
)
from holdfast.rooms.rules.states import Here, RoomState, state_of, until_of

__all__ = [
    "FIRST_ROOMS",
    "LANGUAGE",
    "LINE",
    "LINES",
    "LONGEST_ABOUT",
    "LONGEST_LANGUAGE",
    "LONGEST_NAME",
    "LONGEST_TOPIC",
    "Here",
    "Plan",
    "RoomState",
    "is_slug",
    "is_whole",
    "state_of",
    "until_of",
]
