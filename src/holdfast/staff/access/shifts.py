"""The only door to a shift, or to the person it is planned for, for an id from outside."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.staff.tables import StaffRow
from holdfast.staff.tables.shifts import ShiftRow


def may_see_the_rota(actor: Actor) -> Staff:
    """The staff person who looks at the rota. Raises `NotPermitted` for anyone else."""
    return _allowed(actor, Permission.SHIFT_SEE)


def may_plan_shifts(actor: Actor) -> Staff:
    """The staff person who plans. Raises `NotPermitted` for anyone else."""
    return _allowed(actor, Permission.SHIFT_PLAN)


def _allowed(actor: Actor, permission: Permission) -> Staff:
    if not isinstance(actor, Staff) or not may(actor, permission):
        raise NotPermitted
    return actor


async def certified_self(work: Work, actor: Actor) -> StaffRow:
    """My own account, if I may go on shift. Raises `NotPermitted`, also once it was removed."""
    me = _allowed(actor, Permission.SHIFT_CHECK_IN)
    row = await work.db.get(
        StaffRow, me.id, populate_existing=True, with_for_update={"key_share": True}
    )
    if row is None or row.removed_at is not None or row.role is not me.role:
        raise NotPermitted
    return row


async def person_to_plan(work: Work, actor: Actor, staff_id: StaffId) -> StaffRow:
    """Someone to put on the rota. Raises `NotPermitted`; `NotFound` for who is not here."""
    may_plan_shifts(actor)
    row = await work.db.get(StaffRow, staff_id, with_for_update={"key_share": True})
    if row is None or row.removed_at is not None:
        raise NotFound
    return row


async def shift_to_call_off(work: Work, actor: Actor, shift_id: ShiftId) -> ShiftRow:
    """A shift that still stands. Raises `NotPermitted`; `NotFound` where there is none."""
    may_plan_shifts(actor)
    standing = ShiftRow.id == shift_id, ShiftRow.called_off_at.is_(None)
    row: ShiftRow | None = await work.db.scalar(select(ShiftRow).where(*standing))
    if row is None:
        raise NotFound
    return row
