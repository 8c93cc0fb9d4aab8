"""Facts about reports, cases and measures. None carries words."""

from __future__ import annotations

from holdfast.moderation.events.cases import CaseChanged
from holdfast.moderation.events.reports import MessageReported, ReportAnswered, ReportUndone

__all__ = ["CaseChanged", "MessageReported", "ReportAnswered", "ReportUndone"]
