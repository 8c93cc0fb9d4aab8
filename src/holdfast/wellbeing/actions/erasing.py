"""Erasing what is kept here about a member who erases everything."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.work import Work
from holdfast.rights.rules import Member
from holdfast.wellbeing.actions.seals import drop_key
from holdfast.wellbeing.rules.seals import Purpose
from holdfast.wellbeing.tables import (
    LineOpeningRow,
    PlanLineRow,
    PlanSignalRow,
    PlanUndoRow,
    SealedLineRow,
)


async def erase_plan(work: Work, member: Member) -> None:
    """Erase my plan, my sealed line, what was written about opening it, and every key of theirs."""
    for table in (LineOpeningRow, SealedLineRow, PlanSignalRow, PlanUndoRow, PlanLineRow):
        await work.db.execute(delete(table).where(table.member_id == member.id))
    for purpose in Purpose:
        await drop_key(work, member.id, purpose)
