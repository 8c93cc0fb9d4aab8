"""PostgreSQL for the bench: the programs on this machine, kept to the core it is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from postgres import Cluster, postgres_binaries

SETTINGS = {  # as delivered: fsync, full_page_writes and synchronous_commit are on
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
}


class Database:
    """One cluster that lives as long as the server that uses it."""

    def __init__(self, folder: Path, *, core: int) -> None:
        self.cluster = Cluster(folder, settings=SETTINGS)
        self.core = core

    @property
    def url(self) -> str:
        return self.cluster.url("bench")

    @property
    def pid(self) -> int:
        """The first of its processes: the others are its children."""
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Make it, start it, and put it on its core; what it forks stays there."""
        self.cluster.make()
        self.cluster.start()
        pid = str(self.pid)
        for child in [pid, *_children(pid)]:
            subprocess.run(
                ["taskset", "--cpu-list", "--pid", str(self.core), child],
                check=False, capture_output=True,
            )  # fmt: skip
        self.cluster.execute("CREATE DATABASE bench")

    def another(self) -> str:
        """The address of an empty database in it, in the place of the one that was there before."""
        self.cluster.execute("DROP DATABASE IF EXISTS another WITH (FORCE)")
        self.cluster.execute("CREATE DATABASE another")
        return self.cluster.url("another")

    def stop(self) -> None:
        """Stop it without waiting for those who are connected."""
        self.cluster.stop("fast")


def is_there() -> bool:
    """Whether PostgreSQL's programs are on this machine."""
    return postgres_binaries() is not None


def _children(pid: str) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
