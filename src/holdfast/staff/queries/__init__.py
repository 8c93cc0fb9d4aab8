"""Reading what is kept about staff: one function for each question."""

from __future__ import annotations

from holdfast.staff.queries.people import name_of
from holdfast.staff.queries.roster import roster
from holdfast.staff.queries.shifts import (
    Shift,
    count_on_shift,
    next_shift_at,
    on_shift,
    planned_since,
    shift_of,
    shifts_between,
)
from holdfast.staff.rules.shifts import OnShift

__all__ = [
    "OnShift",
    "Shift",
    "count_on_shift",
    "name_of",
    "next_shift_at",
    "on_shift",
    "planned_since",
    "roster",
    "shift_of",
    "shifts_between",
]
