"""Who is at the desk, and what a refusal shows there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from holdfast.kit.errors import NotFound
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.pages.doors import CurrentStaff


async def at_the_desk(staff: CurrentStaff) -> Staff:
    """A staff person who may see the desk. For everybody else it is not there."""
    if not may(staff, Permission.DESK_WATCH):
        raise NotFound
    return staff


AtTheDesk = Annotated[Staff, Depends(at_the_desk)]
