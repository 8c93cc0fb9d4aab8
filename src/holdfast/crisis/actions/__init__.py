"""Everything that can be done about someone who may be in danger."""

from __future__ import annotations

from holdfast.crisis.actions.closing import close_escalation, grant, lower_escalation
from holdfast.crisis.actions.following import follow_up
from holdfast.crisis.actions.handing import (
    hand_over_escalation,
    prepare_packet,
    see_packet,
)
from holdfast.crisis.actions.notes import sign_note, write_note
from holdfast.crisis.actions.raising import (
    ask_for_company,
    call_someone,
    join_signals,
    raise_by_hand,
    shelter_for,
)
from holdfast.crisis.actions.taking import (
    heard_in_side_space,
    join_escalation,
    leave_side_space,
    member_left,
    pass_on,
    say_safe,
    stay,
    take_escalation,
)

__all__ = [
    "ask_for_company",
    "call_someone",
    "close_escalation",
    "follow_up",
    "grant",
    "hand_over_escalation",
    "heard_in_side_space",
    "join_escalation",
    "join_signals",
    "leave_side_space",
    "lower_escalation",
    "member_left",
    "pass_on",
    "prepare_packet",
    "raise_by_hand",
    "say_safe",
    "see_packet",
    "shelter_for",
    "sign_note",
    "stay",
    "take_escalation",
    "write_note",
]
