"""What processes have spent of the processor's time, as the kernel counts it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
USER, LAST = 11, 15  # utime, stime, cutime, cstime: counted from the field after the name


def spent(pids: Iterable[int]) -> float:
    """Seconds so far, of these processes and of their children that are gone."""
    return sum(_of(pid) for pid in pids)


def family(pid: int) -> list[int]:
    """A process and its children, as they are now."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(int(child) for child in children.read_text().split())]


def _of(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # it went meanwhile: its parent counts it
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[USER:LAST])) / TICKS
