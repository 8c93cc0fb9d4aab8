"""`holdfast doctor`: what is unsafe in this installation, why, and what mends it."""

from __future__ import annotations

from holdfast.app.doctor.findings import Finding, Level, Look, exit_code
from holdfast.app.doctor.looking import looked_at
from holdfast.app.doctor.machine import Answer, Machine
from holdfast.app.doctor.round import ALL, examined

__all__ = [
    "ALL",
    "Answer",
    "Finding",
    "Level",
    "Look",
    "Machine",
    "examined",
    "exit_code",
    "looked_at",
]
