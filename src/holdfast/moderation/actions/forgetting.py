"""Letting go of the words of reports, once their case is over for long enough."""

from __future__ import annotations

from sqlalchemy import or_, select

from holdfast.kit.work import Work
from holdfast.moderation.rules.cases import KEPT_AFTER
from holdfast.moderation.tables import CaseRow, ReportRow
from holdfast.rights.rules import System

AT_ONCE = 200


async def forget_old_reports(work: Work, actor: System) -> int:
    """Of cases that ended long ago, what was told and what was said then; how many there were.

    That there was a report, and what became of it, stays. The keys go by themselves after this.
    """
    del actor
    since = work.clock.now() - KEPT_AFTER
    query = (
        select(ReportRow)
        .join(CaseRow, CaseRow.id == ReportRow.case_id)
        .where(
            or_(CaseRow.decided_at <= since, CaseRow.closed_at <= since),
            or_(ReportRow.words.is_not(None), ReportRow.kept.is_not(None)),
        )
    )
    found = (await work.db.scalars(query.limit(AT_ONCE))).all()
    for row in found:
        row.words, row.kept = None, None
    return len(found)
