"""Everything that can be done to rooms and seats."""

from __future__ import annotations

from holdfast.rooms.actions.seats import (
    GONE,
    dress_seat,
    forget_seats,
    keep_name,
    leave_all_seats,
    leave_seat,
    make_room,
    mark_read,
    new_name,
    open_first_rooms,
    rename_seat,
    take_seat,
)
from holdfast.rooms.actions.states import settle_states

__all__ = [
    "GONE",
    "dress_seat",
    "forget_seats",
    "keep_name",
    "leave_all_seats",
    "leave_seat",
    "make_room",
    "mark_read",
    "new_name",
    "open_first_rooms",
    "rename_seat",
    "settle_states",
    "take_seat",
]
