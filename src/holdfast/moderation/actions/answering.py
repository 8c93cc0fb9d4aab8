"""Telling those who reported how far we are: received, looked at, what changed."""

from __future__ import annotations

from holdfast.kit.work import Work
from holdfast.moderation.events import ReportAnswered
from holdfast.moderation.queries.reports import reports_in
from holdfast.moderation.rules.reports import Step, Told
from holdfast.moderation.tables import CaseRow, ReportRow
from holdfast.rights.rules import Staff


async def now_looked_at(work: Work, actor: Staff, row: CaseRow) -> None:
    """Somebody has read these reports, or is about to."""
    del actor  # who it is, nobody is told
    for report in await reports_in(work, row.id):
        if report.step is Step.RECEIVED:
            report.step, report.looked_at = Step.LOOKED_AT, work.clock.now()
            _tell(work, report)


async def answer_all(work: Work, actor: Staff, row: CaseRow, told: Told) -> None:
    """The end of it: what changed, in general words, never about the other person."""
    del actor
    for report in await reports_in(work, row.id):
        now = work.clock.now()
        report.step, report.told, report.answered_at = Step.CHANGED, told, now
        report.looked_at = report.looked_at or now
        _tell(work, report)


def _tell(work: Work, report: ReportRow) -> None:
    if report.member_id is not None:
        work.announce(ReportAnswered(report.member_id, report.id, report.step))
