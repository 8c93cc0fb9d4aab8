"""What can be done with a plan and with a sealed line."""

from __future__ import annotations

from holdfast.wellbeing.actions.erasing import erase_plan
from holdfast.wellbeing.actions.lines import erase_line, leave_line
from holdfast.wellbeing.actions.openings import (
    approve_opening,
    ask_to_open_line,
    open_line,
    see_openings,
)
from holdfast.wellbeing.actions.plans import (
    add_line,
    change_line,
    forget_undo,
    remove_line,
    share_line,
    take_back,
)
from holdfast.wellbeing.actions.seals import forget_signal

__all__ = [
    "add_line",
    "approve_opening",
    "ask_to_open_line",
    "change_line",
    "erase_line",
    "erase_plan",
    "forget_signal",
    "forget_undo",
    "leave_line",
    "open_line",
    "remove_line",
    "see_openings",
    "share_line",
    "take_back",
]
