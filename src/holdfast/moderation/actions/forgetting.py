"""Letting go of the words of cases, once they are over for long enough: members' first."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update

from holdfast.crisis.queries.holding import record_kept
from holdfast.kit.work import Work
from holdfast.moderation.queries.talk import copies_to_forget
from holdfast.moderation.rules.cases import KEPT_AFTER
from holdfast.moderation.tables import (
    AppealRow,
    CaseRow,
    MeasureRow,
    ReportedLineRow,
    ReportRow,
)
from holdfast.rights.rules import System

AT_ONCE = 200
GONE = b""  # in the place of words that every row of its kind has


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
    gone = copies_to_forget(work.clock.now() - KEPT_AFTER)
    await work.db.execute(delete(ReportedLineRow).where(gone))
    return len(found)


async def forget_old_appeals(work: Work, actor: System) -> int:
    """What members asked us to see, thirty days after the answer; how many there were."""
    del actor
    since = work.clock.now() - KEPT_AFTER
    its = AppealRow.judged_at <= since, AppealRow.words != GONE
    done = await work.db.execute(update(AppealRow).where(*its).values(words=GONE))
    return int(done.rowcount)  # type: ignore[attr-defined]


async def forget_old_papers(work: Work, actor: System) -> int:
    """What staff wrote about a case, when its record is kept for long enough; how many measures.

    That a measure was taken, by which rule and until when, stays.
    """
    del actor
    since = work.clock.now() - await record_kept(work)
    over = select(CaseRow.id).where(CaseRow.decided_at <= since)
    its = MeasureRow.case_id.in_(over), MeasureRow.reason != GONE
    mine = select(MeasureRow.id).where(*its)
    answered = AppealRow.measure_id.in_(mine), AppealRow.answer.is_not(None)
    await work.db.execute(update(AppealRow).where(*answered).values(answer=None))
    gone = update(MeasureRow).where(*its).values(reason=GONE, words=None, rewrite=None)
    return int((await work.db.execute(gone)).rowcount)  # type: ignore[attr-defined]
