"""Who looks after the place, by name."""

from __future__ import annotations

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.staff.tables import StaffRow


async def name_of(work: Work, staff_id: StaffId) -> str:
    """The name a staff person works under; it stays when they are gone."""
    row = await work.db.get(StaffRow, staff_id)
    return row.name if row else ""
