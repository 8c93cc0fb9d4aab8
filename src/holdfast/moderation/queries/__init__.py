"""Reading reports and cases."""

from __future__ import annotations

from holdfast.moderation.queries.cards import CaseCard, Flagged, Reported, Step, case_card
from holdfast.moderation.queries.cases import (
    CaseSummary,
    case_summary,
    cases_in,
    cases_of_seat,
    ended_cases,
    is_reporter,
    open_cases,
    staff_in_subject,
    undecided_case,
)
from holdfast.moderation.queries.reports import MyReport, my_report, reports_of_member

__all__ = [
    "CaseCard",
    "CaseSummary",
    "Flagged",
    "MyReport",
    "Reported",
    "Step",
    "case_card",
    "case_summary",
    "cases_in",
    "cases_of_seat",
    "ended_cases",
    "is_reporter",
    "my_report",
    "open_cases",
    "reports_of_member",
    "staff_in_subject",
    "undecided_case",
]
