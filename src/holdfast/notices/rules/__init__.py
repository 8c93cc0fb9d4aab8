"""Pure decisions about calling people: who, when, and by what address."""

from __future__ import annotations

from holdfast.notices.rules.climbing import (
    AGAIN,
    ENDS,
    NEUTRAL,
    ON_IT_FOR,
    Climb,
    Outcome,
    Roster,
    Urgency,
    Way,
    Whom,
    after,
    callees,
    climb,
    is_worse,
    next_rung_at,
    retry_at,
    top,
    was_clock_ahead,
)

__all__ = [
    "AGAIN",
    "ENDS",
    "NEUTRAL",
    "ON_IT_FOR",
    "Climb",
    "Outcome",
    "Roster",
    "Urgency",
    "Way",
    "Whom",
    "after",
    "callees",
    "climb",
    "is_worse",
    "next_rung_at",
    "retry_at",
    "top",
    "was_clock_ahead",
]
