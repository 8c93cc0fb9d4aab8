"""Cases and what comes of them, for the doors that lead to one."""

from __future__ import annotations

from holdfast.kit.ids import CaseId
from holdfast.moderation.actions import open_case
from holdfast.moderation.queries import case_summary
from holdfast.rights.matrix import Role
from rights.stage import Stage


async def case_id(stage: Stage) -> int:
    """An undecided case about the member's seat."""
    seat, lead = await stage.town.seat(stage.member), stage.staff[Role.LEAD].actor
    async with stage.town.house.workshop.work() as work:
        return (await open_case(work, lead, room_id=seat.room_id, seat_id=seat.id)).id


async def version(stage: Stage) -> int:
    """The version of that case."""
    number = CaseId(await case_id(stage))
    async with stage.town.house.workshop.reading() as work:
        found = await case_summary(work, number)
    assert found is not None
    return found.version
