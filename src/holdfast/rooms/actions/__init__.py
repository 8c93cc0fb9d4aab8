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
from holdfast.rooms.actions.sides import (
    open_side_space,
    rest_side_space,
    sit_with,
    stand_up,
    wake_side_space,
)
from holdfast.rooms.actions.staffed import sit_down, stand_up_off_shift
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
    "open_side_space",
    "rename_seat",
    "rest_side_space",
    "settle_states",
    "sit_down",
    "sit_with",
    "stand_up",
    "stand_up_off_shift",
    "take_seat",
    "wake_side_space",
]
