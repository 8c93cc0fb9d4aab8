"""Reading a plan: for its member; and for a handover, the lines that member agreed to share."""

from __future__ import annotations

from holdfast.wellbeing.queries.openings import (
    Opening,
    OpeningAsked,
    has_sealed_line,
    is_opening_untold,
    opening_asked,
    openings_of,
    reason_of,
)
from holdfast.wellbeing.queries.plans import (
    LeftLine,
    Line,
    SharedLine,
    Undo,
    kept_in_plan,
    plan_of,
    sealed_line_of,
    shared_lines,
    signals_in_plans,
    undo_of,
)

__all__ = [
    "LeftLine",
    "Line",
    "Opening",
    "OpeningAsked",
    "SharedLine",
    "Undo",
    "has_sealed_line",
    "is_opening_untold",
    "kept_in_plan",
    "opening_asked",
    "openings_of",
    "plan_of",
    "reason_of",
    "sealed_line_of",
    "shared_lines",
    "signals_in_plans",
    "undo_of",
]
