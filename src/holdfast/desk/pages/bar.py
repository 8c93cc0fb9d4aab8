"""What the bar of the desk needs to know of whoever is at it."""

from __future__ import annotations

from typing import Any

from holdfast.rights.rules import Permission, Staff, may


def bar_for(staff: Staff) -> dict[str, Any]:
    """Their name, and whether break-glass is theirs to see."""
    return {"me": staff.name, "breaks_glass": may(staff, Permission.GLASS_AGREE)}
