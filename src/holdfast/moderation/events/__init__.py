"""Facts about reports, cases and measures. None carries words."""

from __future__ import annotations

from holdfast.moderation.events.cases import CaseChanged, Tried
from holdfast.moderation.events.measures import (
    AppealAnswered,
    AppealMade,
    MeasureEnded,
    MeasureOverturned,
    MeasureTaken,
)
from holdfast.moderation.events.reports import ReportAnswered

__all__ = [
    "AppealAnswered",
    "AppealMade",
    "CaseChanged",
    "MeasureEnded",
    "MeasureOverturned",
    "MeasureTaken",
    "ReportAnswered",
    "Tried",
]
