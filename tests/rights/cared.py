"""Somebody who asked for cover, and a talk that is booked, for the doors that lead to them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from holdfast.rights.matrix import Role
from holdfast.rights.rules import Staff, System
from holdfast.staff.actions.shifts import check_in
from holdfast.wellbeing.actions.caring import ask_for_relief, book_debrief
from holdfast.wellbeing.tables import DebriefRow
from rights.stage import Stage
from town import appoint


async def relief_id(stage: Stage) -> int:
    """Somebody else on shift needs ten minutes."""
    async with stage.town.house.workshop.work() as work:
        other = (await appoint(work, Role.MODERATOR)).actor
        await check_in(work, other, until=work.clock.now() + timedelta(hours=4))
        return (await ask_for_relief(work, other)).id


async def debrief_id(stage: Stage) -> int:
    """The crisis moderator was there for something hard."""
    sam, about = stage.staff[Role.CRISIS_MODERATOR].actor, f"test:{secrets.token_hex(4)}"
    assert isinstance(sam, Staff)
    async with stage.town.house.workshop.work() as work:
        await book_debrief(work, System(), staff_id=sam.id, about=about)
        found = await work.db.scalar(select(DebriefRow.id).where(DebriefRow.about == about))
    assert found is not None
    return found
