"""What staff do with break-glass, and what members are told of it."""

from __future__ import annotations

from holdfast.listening.glass.actions.asking import (
    agree_to_open,
    ask_to_open,
    call_for_second,
    withdraw_request,
)
from holdfast.listening.glass.actions.keys import end_glass_key, make_glass_key, type_words_back
from holdfast.listening.glass.actions.opening import close_look, open_look, show_page
from holdfast.listening.glass.actions.telling import (
    agree_to_delay,
    answer_objection,
    ask_to_delay,
    object_to_opening,
    tell_those_due,
)

__all__ = [
    "agree_to_delay",
    "agree_to_open",
    "answer_objection",
    "ask_to_delay",
    "ask_to_open",
    "call_for_second",
    "close_look",
    "end_glass_key",
    "make_glass_key",
    "object_to_opening",
    "open_look",
    "show_page",
    "tell_those_due",
    "type_words_back",
    "withdraw_request",
]
