"""Who looks after the place: by name, all of them, and who is asked to join."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Role
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.rules.shifts import SERVES
from holdfast.staff.tables import InvitationRow, StaffRow

NEEDED = (Role.STEWARD, Role.MODERATOR, Role.CRISIS_MODERATOR)


async def name_of(work: Work, staff_id: StaffId) -> str:
    """The name a staff person works under; it stays when they are gone."""
    row = await work.db.get(StaffRow, staff_id)
    return row.name if row else ""


async def everybody_here(work: Work) -> Sequence[StaffRow]:
    """All who are on the staff, by name."""
    query = select(StaffRow).where(StaffRow.removed_at.is_(None))
    return (await work.db.scalars(query.order_by(StaffRow.name_key, StaffRow.id))).all()


async def open_invitations(work: Work) -> Sequence[InvitationRow]:
    """Invitations that wait, the newest first; the console's codes have no name and are none."""
    waiting = InvitationRow.ends_at > work.clock.now(), InvitationRow.name != ""
    query = select(InvitationRow).where(*waiting).order_by(InvitationRow.id.desc())
    return (await work.db.scalars(query)).all()


async def stewards_besides(work: Work, staff_id: StaffId) -> list[int]:
    """How many ways in each of the other stewards has.

    All stewards are held until this work ends: two who remove each other at once do so in turn.
    """
    stewards = StaffRow.role == Role.STEWARD, StaffRow.removed_at.is_(None)
    held = select(StaffRow.id).where(*stewards).order_by(StaffRow.id).with_for_update()
    found = (await work.db.scalars(held)).all()
    return [(await ways_of(work, one)).count for one in found if one != staff_id]


async def duties_nobody_can_come_for(work: Work) -> list[Role]:
    """What a place needs before people come, and nobody there could sign in to do."""
    here = [row.role for row in await everybody_here(work) if (await ways_of(work, row.id)).count]
    served = {duty for role in here for duty in (role, *SERVES.get(role, ()))}
    return [duty for duty in NEEDED if duty not in served]
