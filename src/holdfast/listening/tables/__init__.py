"""Everything kept about listening one to one."""

from __future__ import annotations

from holdfast.listening.tables.asks import AskRow, DutyRow, OfferRow, WaitRow
from holdfast.listening.tables.sessions import (
    FeedbackRow,
    GuardCallRow,
    HandOverRow,
    HandRow,
    ListeningRow,
    TryRow,
)

__all__ = [
    "AskRow",
    "DutyRow",
    "FeedbackRow",
    "GuardCallRow",
    "HandOverRow",
    "HandRow",
    "ListeningRow",
    "OfferRow",
    "TryRow",
    "WaitRow",
]
