"""A meeting in the night room, for the doors that lead to one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from holdfast.meetings.actions import plan_meeting
from holdfast.meetings.tables import MeetingRow
from holdfast.rights.rules import System
from rights.stage import Stage
from rooms.guided import room_id


async def meeting_id(stage: Stage) -> int:
    """The house plans one, hours after the last."""
    room = await room_id(stage.town)
    async with stage.town.house.workshop.work() as work:
        last = await work.db.scalar(select(func.max(MeetingRow.starts_at)))
        at = (last or work.clock.now()) + timedelta(hours=6)
        row = await plan_meeting(work, System(), room_id=room, starts_at=at, minutes=30)
        return row.id
