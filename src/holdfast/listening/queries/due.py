"""Whether anything of listening is due by the clock."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.work import Work
from holdfast.listening.rules.asks import AskState
from holdfast.listening.tables import AskRow, DutyRow, GuardCallRow, ListeningRow


async def is_anything_due(work: Work) -> bool:
    """Whether anybody waits, is on duty, talks, or is to be decided about: mostly nobody."""
    return any(
        [
            await work.db.scalar(one.limit(1)) is not None
            for one in (
                select(AskRow.id).where(AskRow.state == AskState.WAITING),
                select(DutyRow.id).where(DutyRow.ended_at.is_(None)),
                select(ListeningRow.id).where(ListeningRow.ended_at.is_(None)),
                select(GuardCallRow.row).where(
                    GuardCallRow.outcome.is_(None), GuardCallRow.called_at.is_(None)
                ),
            )
        ]
    )
