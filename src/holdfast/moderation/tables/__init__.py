"""Reports, the cases they join, and what came of them."""

from __future__ import annotations

from holdfast.moderation.tables.cases import CaseRow, CaseStepRow, FlagRow
from holdfast.moderation.tables.measures import AppealRow, MeasureRow
from holdfast.moderation.tables.reports import ReportedLineRow, ReportRow

__all__ = [
    "AppealRow",
    "CaseRow",
    "CaseStepRow",
    "FlagRow",
    "MeasureRow",
    "ReportRow",
    "ReportedLineRow",
]
