"""What can be done about raids."""

from __future__ import annotations

from holdfast.raids.actions.counting import forget_what_is_old, note_arrivals, note_cohort
from holdfast.raids.actions.raiding import begin_raid, end_raid, end_raid_by_hand, raid_by_hand
from holdfast.raids.actions.reading import set_read_first
from holdfast.raids.actions.undoing import bring_back_cohort, undo_cohort

__all__ = [
    "begin_raid",
    "bring_back_cohort",
    "end_raid",
    "end_raid_by_hand",
    "forget_what_is_old",
    "note_arrivals",
    "note_cohort",
    "raid_by_hand",
    "set_read_first",
    "undo_cohort",
]
