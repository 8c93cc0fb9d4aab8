"""Facts about reports: for who made them, and nobody else. None carries words."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import MemberId, ReportId
from holdfast.kit.work import Event
from holdfast.moderation.rules.reports import Step


@dataclass(frozen=True)
class ReportAnswered(Event):
    """A report went a step on: it was looked at, or there is an answer."""

    member_id: MemberId
    report_id: ReportId
    step: Step
