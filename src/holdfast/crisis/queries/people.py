"""Who decides: the role somebody has now, not the one they had when they asked."""

from __future__ import annotations

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import MATRIX, Permission
from holdfast.staff.tables import StaffRow


async def is_among_the_leads(work: Work, staff_id: StaffId) -> bool:
    """Whether this person may decide about a child or exploitation, and is still here."""
    row = await work.db.get(StaffRow, staff_id)
    if row is None or row.removed_at is not None:
        return False
    return Permission.ESCALATION_LEAD_TRACK in MATRIX[row.role]
