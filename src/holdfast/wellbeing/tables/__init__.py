"""Everything kept about looking after oneself: members' plans, and how helpers are doing."""

from __future__ import annotations

from holdfast.wellbeing.tables.caring import DebriefRow, ExposureRow, ReliefRow
from holdfast.wellbeing.tables.plans import (
    LineOpeningRow,
    PlanKeyRow,
    PlanLineRow,
    PlanSignalRow,
    PlanUndoRow,
    SealedLineRow,
)

__all__ = [
    "DebriefRow",
    "ExposureRow",
    "LineOpeningRow",
    "PlanKeyRow",
    "PlanLineRow",
    "PlanSignalRow",
    "PlanUndoRow",
    "ReliefRow",
    "SealedLineRow",
]
