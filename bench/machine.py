"""The machine it runs on: what to say about it, and which core belongs to whom."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, asked for by name
DISK = Path("/var/tmp")  # noqa: S108 - kept over a restart, so never in memory


@dataclass(frozen=True)
class Cores:
    """One core for the server under test, the others for the load and the database beside it."""

    server: int
    database: int
    load: tuple[int, ...]

    def __str__(self) -> str:
        load = ",".join(map(str, self.load))
        return f"server on core {self.server}, load on {load}, PostgreSQL on {self.database}"


def deal_cores(usable: list[int]) -> Cores:
    """The first core is the server's. With two, PostgreSQL must share the core of the load."""
    if len(usable) < 2:
        raise SystemExit("bench: one core cannot carry a server and its load; two are needed")
    server, *others = usable
    if len(others) < 3:
        return Cores(server, others[-1], tuple(others))
    return Cores(server, others[0], tuple(others[1:4]))


@dataclass(frozen=True)
class Places:
    """Where servers keep their data: `disk` is the real one, `memory` has no fsync to wait for."""

    disk: Path
    memory: Path


@contextmanager
def places_for_data(disk: Path = DISK) -> Iterator[Places]:
    """Two folders that are gone afterwards. Both can be read by PostgreSQL's own account."""
    folders = [
        Path(tempfile.mkdtemp(prefix="holdfast-bench-", dir=where)) for where in (disk, MEMORY)
    ]
    for folder in folders:
        folder.chmod(0o755)
    try:
        yield Places(*folders)
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def description(cores: Cores, places: Places) -> dict[str, str]:
    """What every table says above itself."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 2**30} GiB",
        "python": platform.python_version(),
        "disk": _file_system(places.disk),
        "cores": str(cores),
        "load now": f"{os.getloadavg()[0]:.1f} before the run",
        "commit": _commit(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _file_system(folder: Path) -> str:
    asked = ["stat", "--file-system", "--format=%T", str(folder)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def _commit() -> str:
    asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
