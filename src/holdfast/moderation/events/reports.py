"""Facts about reports: for who made them, and nobody else. None carries words."""

from __future__ import annotations

from holdfast.kit.ids import MemberId, ReportId
from holdfast.kit.work import Event
from holdfast.moderation.rules.reports import Step


class ReportAnswered(Event, frozen=True):
    """A report went a step on: it was looked at, or there is an answer."""

    member_id: MemberId
    report_id: ReportId
    step: Step
