"""What of people's words is named in a case or an appeal that is open, and so stays."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from holdfast.kit.ids import KeyId, MessageId
from holdfast.kit.work import Work
from holdfast.moderation.rules.appeals import APPEAL_WITHIN, AppealState
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.tables import (
    AppealRow,
    CaseRow,
    FlagRow,
    MeasureRow,
    ReportedLineRow,
    ReportRow,
)


async def messages_in_cases(work: Work) -> set[MessageId]:
    """The messages of undecided cases, and of measures that wait or that may still be appealed."""
    lately = MeasureRow.at > work.clock.now() - APPEAL_WITHIN
    undecided = CaseRow.state.in_(UNDECIDED)
    reported = select(ReportRow.message_id).join(CaseRow, CaseRow.id == ReportRow.case_id)
    flagged = select(FlagRow.message_id).join(CaseRow, CaseRow.id == FlagRow.case_id)
    measured = (
        select(MeasureRow.message_id)
        .outerjoin(AppealRow, AppealRow.measure_id == MeasureRow.id)
        .where(
            or_(
                MeasureRow.state == MeasureState.WAITING,
                and_(MeasureRow.state == MeasureState.IN_FORCE, lately),
                AppealRow.state == AppealState.WAITING,
            )
        )
    )
    found = set[MessageId]()
    for query in (reported.where(undecided), flagged.where(undecided), measured):
        found |= {message for message in await work.db.scalars(query) if message is not None}
    return found


async def keys_of_cases(work: Work) -> set[KeyId]:
    """What reports, measures and appeals are sealed with: they go with their case."""
    queries = (
        select(ReportRow.key_id).where(ReportRow.words.is_not(None)),
        select(ReportRow.kept_key_id).where(ReportRow.kept.is_not(None)),
        select(ReportedLineRow.key_id).where(ReportedLineRow.words != b""),
        select(MeasureRow.key_id).where(MeasureRow.reason != b""),
        select(AppealRow.key_id).where(or_(AppealRow.words != b"", AppealRow.answer.is_not(None))),
    )
    found = set[KeyId]()
    for query in queries:
        found |= {key for key in await work.db.scalars(query) if key is not None}
    return found
