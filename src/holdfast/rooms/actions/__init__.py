"""Everything that can be done to rooms and seats."""

from __future__ import annotations

from holdfast.rooms.actions.guiding import (
    close_room,
    end_guidance,
    end_what_is_over,
    pin_again,
    pin_at,
    reopen_room,
    set_topic,
    slow_room,
    unpin_gone,
)
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
    open_history,
    rename_seat,
    take_seat,
)
from holdfast.rooms.actions.seconds import make_second_room
from holdfast.rooms.actions.sides import (
    open_side_space,
    rest_side_space,
    sit_with,
    stand_up,
    wake_side_space,
)
from holdfast.rooms.actions.staffed import sit_down, stand_up_off_shift
from holdfast.rooms.actions.states import settle_states
from holdfast.rooms.actions.stops import set_hush, set_pause

__all__ = [
    "GONE",
    "close_room",
    "dress_seat",
    "end_guidance",
    "end_what_is_over",
    "forget_seats",
    "keep_name",
    "leave_all_seats",
    "leave_seat",
    "make_room",
    "make_second_room",
    "mark_read",
    "new_name",
    "open_first_rooms",
    "open_history",
    "open_side_space",
    "pin_again",
    "pin_at",
    "rename_seat",
    "reopen_room",
    "rest_side_space",
    "set_hush",
    "set_pause",
    "set_topic",
    "settle_states",
    "sit_down",
    "sit_with",
    "slow_room",
    "stand_up",
    "stand_up_off_shift",
    "take_seat",
    "unpin_gone",
    "wake_side_space",
]
