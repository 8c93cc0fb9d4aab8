"""What open cases name of people's words: so that it is held where its author erases it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from holdfast.crisis.queries.holding import term
from holdfast.erasing.holds.queries import kind_of
from holdfast.erasing.holds.rules import About, Named
from holdfast.kit.ids import CaseId, MemberId, MessageId
from holdfast.kit.work import Work
from holdfast.messages.tables import MessageRow
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.tables import AppealRow, CaseRow, FlagRow, MeasureRow, ReportRow
from holdfast.rooms.tables import SeatRow


def _is_open() -> ColumnElement[bool]:
    """Undecided; or a measure of it waits for a second person, or an appeal for an answer."""
    measure = aliased(MeasureRow)
    its = measure.case_id == CaseRow.id
    waits = exists().where(its, measure.state == MeasureState.WAITING)
    appealed = AppealRow.measure_id == measure.id, AppealRow.state == AppealState.WAITING
    asked = exists().where(its, *appealed)
    return or_(CaseRow.state.in_(UNDECIDED), waits, asked)


class OpenCases:
    """Cases as what may hold words up: see `erasing.holds.queries.OpenWork`."""

    async def named(
        self, work: Work, *, member: MemberId | None, messages: Collection[MessageId] | None
    ) -> list[Named]:
        """Open cases that name this member or these messages. Who reported is not named by one."""
        if messages is None:
            return await self._about(work, member)
        if not messages:
            return []
        found: dict[tuple[CaseId, MemberId | None], set[MessageId]] = {}
        for table in (ReportRow, FlagRow, MeasureRow):
            for case, whose, message in await work.db.execute(_naming(table, messages, member)):
                found.setdefault((case, whose), set()).add(message)
        return [Named(about_of(id_), whose, named) for (id_, whose), named in found.items()]

    async def _about(self, work: Work, member: MemberId | None) -> list[Named]:
        query = (
            select(CaseRow.id)
            .join(SeatRow, SeatRow.id == CaseRow.seat_id)
            .where(SeatRow.member_id == member, _is_open())
        )
        cases = (await work.db.scalars(query.order_by(CaseRow.id))).all()
        return [Named(about_of(case), member, await _in_case(work, case)) for case in cases]

    async def closed(self, work: Work, about: Collection[str]) -> dict[str, datetime]:
        """Which of these cases are over, with every measure and appeal of them, since when."""
        known = [kind_of(one) for one in about]
        ids = [number for kind, number in filter(None, known) if kind is About.CASE]
        query = select(CaseRow).where(CaseRow.id.in_(ids), ~_is_open())
        return {about_of(row.id): await _over(work, row) for row in await work.db.scalars(query)}

    async def after(self, work: Work) -> timedelta:
        """The same as after an escalation."""
        return await term(work)


def about_of(case_id: int) -> str:
    """A case, as holds and the record name it."""
    return f"{About.CASE.value}:{case_id}"


def _naming(
    table: type[ReportRow | FlagRow | MeasureRow],
    messages: Collection[MessageId],
    member: MemberId | None,
) -> Any:
    """Of these messages those that one kind of paper in an open case is about."""
    query = (
        select(CaseRow.id, SeatRow.member_id, table.message_id)
        .select_from(MessageRow)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(CaseRow, CaseRow.seat_id == SeatRow.id)
        .join(table, (table.case_id == CaseRow.id) & (table.message_id == MessageRow.id))
        .where(MessageRow.id.in_(messages), _is_open())
    )
    return query if member is None else query.where(SeatRow.member_id == member)


async def _in_case(work: Work, case: CaseId) -> set[MessageId]:
    named: set[MessageId] = set()
    for table in (ReportRow, FlagRow, MeasureRow):
        its = select(table.message_id).where(table.case_id == case, table.message_id.is_not(None))
        named |= {message for message in await work.db.scalars(its) if message is not None}
    return named


async def _over(work: Work, row: CaseRow) -> datetime:
    """When the last of a case was decided."""
    judged = (
        select(AppealRow.judged_at)
        .join(MeasureRow, MeasureRow.id == AppealRow.measure_id)
        .where(MeasureRow.case_id == row.id, AppealRow.judged_at.is_not(None))
    )
    moments = [row.decided_at, row.closed_at, *await work.db.scalars(judged)]
    return max((one for one in moments if one is not None), default=row.opened_at)
