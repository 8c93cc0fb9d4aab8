"""What the bar of the desk needs to know of whoever is at it."""

from __future__ import annotations

from typing import Any

from holdfast.desk.pages.steward_doors import looks_after
from holdfast.rights.rules import Permission, Staff, may


def bar_for(staff: Staff) -> dict[str, Any]:
    """Their name, and whether break-glass is theirs to see."""
    return {"me": staff.name, "breaks_glass": may(staff, Permission.GLASS_AGREE)}


def frame_for(staff: Staff) -> str:
    """The frame of a page that is not only the desk's: where its reader has their other pages."""
    if may(staff, Permission.DESK_WATCH):
        return "desk/frame.html"
    return "desk/steward/frame.html" if looks_after(staff) else "staff/frame.html"
