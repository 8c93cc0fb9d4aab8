"""The only doors to a report or a case, for an id that came from outside."""

from __future__ import annotations

from holdfast.moderation.access.cases import (
    case_to_claim,
    case_to_decide,
    case_to_see,
    cases_to_see,
)
from holdfast.moderation.access.reports import message_to_report, own_report, person_to_report

__all__ = [
    "case_to_claim",
    "case_to_decide",
    "case_to_see",
    "cases_to_see",
    "message_to_report",
    "own_report",
    "person_to_report",
]
