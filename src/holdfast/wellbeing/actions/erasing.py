"""Erasing what is kept here about a member who erases everything."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.work import Work
from holdfast.rights.rules import Member
from holdfast.wellbeing.tables import (
    LineOpeningRow,
    PlanKeyRow,
    PlanLineRow,
    PlanSignalRow,
    PlanUndoRow,
    SealedLineRow,
)


async def erase_plan(work: Work, member: Member) -> None:
    """Erase my plan, my sealed line, what was written about opening it, and both keys."""
    for table in (
        *(LineOpeningRow, SealedLineRow, PlanSignalRow),
        *(PlanUndoRow, PlanLineRow, PlanKeyRow),
    ):
        await work.db.execute(delete(table).where(table.member_id == member.id))
