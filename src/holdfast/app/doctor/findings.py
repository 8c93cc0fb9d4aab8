"""What the doctor says of one thing: how bad, what, why, and what mends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from holdfast.app.doctor.machine import Machine
from holdfast.kit.work import Work, Workshop
from holdfast.settings import Settings


class Level(StrEnum):
    """How bad it is. `unseen` is what could not be looked at from here."""

    FINE = "fine"
    UNSEEN = "unseen"
    CARE = "care"
    UNSAFE = "unsafe"


WORTH = {Level.FINE: 0, Level.UNSEEN: 0, Level.CARE: 1, Level.UNSAFE: 2}


class Finding(Struct, frozen=True):
    """One thing that was looked at. What is not fine has a reason and a mend."""

    check: str
    level: Level
    what: str
    why: str = ""
    mend: str = ""


class Look(Struct, frozen=True):
    """What a check may look at: the settings, the machine, and the data where they can be read."""

    settings: Settings
    machine: Machine
    now: datetime
    workshop: Workshop | None = None  # None: there is no database yet, or it does not answer
    work: Work | None = None  # None: its shape is not ours, so that no table can be read
    proxy_logs: tuple[Path, ...] = ()
    proxy_configs: tuple[Path, ...] = ()


Check = Callable[[Look], Awaitable[list[Finding]]]


def fine(check: str, what: str) -> list[Finding]:
    """Nothing to do."""
    return [Finding(check, Level.FINE, what)]


def unseen(check: str, what: str, mend: str = "") -> list[Finding]:
    """It could not be looked at."""
    return [Finding(check, Level.UNSEEN, what, mend=mend)]


def exit_code(findings: Iterable[Finding]) -> int:
    """For whatever watches: 0 all is fine, 1 something wants care, 2 something is unsafe."""
    return max((WORTH[finding.level] for finding in findings), default=0)
