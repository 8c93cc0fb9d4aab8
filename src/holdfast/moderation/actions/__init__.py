"""Everything that can be done about reports and cases."""

from __future__ import annotations

from holdfast.moderation.actions.deciding import (
    claim_case,
    decide_case,
    hurry_claims,
    look_at_case,
    release_case,
)
from holdfast.moderation.actions.hearing import heard_first
from holdfast.moderation.actions.joining import case_about, note_flag, open_case
from holdfast.moderation.actions.reports import (
    Made,
    report_message,
    report_person,
    undo_report,
)

__all__ = [
    "Made",
    "case_about",
    "claim_case",
    "decide_case",
    "heard_first",
    "hurry_claims",
    "look_at_case",
    "note_flag",
    "open_case",
    "release_case",
    "report_message",
    "report_person",
    "undo_report",
]
