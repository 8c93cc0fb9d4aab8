"""Everything that can be done about listening."""

from __future__ import annotations

from holdfast.listening.actions.asking import (
    Asked,
    Asking,
    ask_for_listening,
    end_asks,
    look_at_ask,
    make_ask,
    withdraw_ask,
)
from holdfast.listening.actions.duty import begin_duty, end_duties, end_duty, put_on_duty, stop_duty
from holdfast.listening.actions.granting import (
    extend_right,
    give_right_back,
    grant_by_code,
    let_right_go_on,
    take_right_back,
)
from holdfast.listening.actions.guarding import decide_guard, hurry_guards, note_try
from holdfast.listening.actions.handing import (
    approve_hand_over,
    propose_hand_over,
    refuse_hand_over,
    someone_else,
)
from holdfast.listening.actions.hands import (
    answer_hand,
    call_in,
    lower_hand,
    raise_hand,
    say_yes_to_earlier,
)
from holdfast.listening.actions.offering import answer_offer, let_offers_pass, make_offers
from holdfast.listening.actions.talking import (
    close_session,
    end_as_listener,
    end_session,
    end_what_has_nobody,
    end_where_seat_was_left,
    fade_sessions,
    forget_old_words,
    give_feedback,
    go_on,
    note_concern,
    pause_session,
    say_it_was_hard,
    wish_to_return,
    write_note,
)

__all__ = [
    "Asked",
    "Asking",
    "answer_hand",
    "answer_offer",
    "approve_hand_over",
    "ask_for_listening",
    "begin_duty",
    "call_in",
    "close_session",
    "decide_guard",
    "end_as_listener",
    "end_asks",
    "end_duties",
    "end_duty",
    "end_session",
    "end_what_has_nobody",
    "end_where_seat_was_left",
    "extend_right",
    "fade_sessions",
    "forget_old_words",
    "give_feedback",
    "give_right_back",
    "go_on",
    "grant_by_code",
    "hurry_guards",
    "let_offers_pass",
    "let_right_go_on",
    "look_at_ask",
    "lower_hand",
    "make_ask",
    "make_offers",
    "note_concern",
    "note_try",
    "pause_session",
    "propose_hand_over",
    "put_on_duty",
    "raise_hand",
    "refuse_hand_over",
    "say_it_was_hard",
    "say_yes_to_earlier",
    "someone_else",
    "stop_duty",
    "take_right_back",
    "wish_to_return",
    "withdraw_ask",
    "write_note",
]
