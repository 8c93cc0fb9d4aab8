"""Everything that can be done to a meeting."""

from __future__ import annotations

from holdfast.meetings.actions.leading import lead_meeting, run_meeting, take_part
from holdfast.meetings.actions.planning import (
    cancel_meeting,
    end_meetings,
    move_meeting,
    plan_meeting,
    set_reminder,
)

__all__ = [
    "cancel_meeting",
    "end_meetings",
    "lead_meeting",
    "move_meeting",
    "plan_meeting",
    "run_meeting",
    "set_reminder",
    "take_part",
]
