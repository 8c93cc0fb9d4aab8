"""Whom the pager may call just now: by the rota, the chain and the roles."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.notices.queries import chain
from holdfast.notices.rules import Roster
from holdfast.rights.rules import MATRIX, Permission, Role
from holdfast.staff.queries.shifts import on_shift
from holdfast.staff.rules.shifts import FOR_CRISIS
from holdfast.staff.tables import StaffRow


async def roster(work: Work) -> Roster:
    """Who there is to call. Until a steward orders the chain, it is everyone certified for it."""
    people = await _staff(work)
    ordered = [one for one in await chain(work) if one in people]
    usual = [one for role in FOR_CRISIS for one, theirs in people.items() if theirs is role]
    here = await on_shift(work, work.clock.now())
    return Roster(
        on_shift=tuple(person.staff_id for person in here if person.in_crisis),
        chain=tuple(ordered or usual),
        stewards=tuple(one for one, role in people.items() if role is Role.STEWARD),
        planners=tuple(
            one for one, role in people.items() if Permission.SHIFT_PLAN in MATRIX[role]
        ),
    )


async def _staff(work: Work) -> dict[StaffId, Role]:
    """Everyone who was not removed, with their role, in the order of their accounts."""
    here = select(StaffRow.id, StaffRow.role).where(StaffRow.removed_at.is_(None))
    found = (await work.db.execute(here.order_by(StaffRow.id))).all()
    return {row.id: row.role for row in found}
