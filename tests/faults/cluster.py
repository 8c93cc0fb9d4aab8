"""A PostgreSQL of the fault tests' own: small segments, a power supply, a port that stays."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.powercut import Power
from guards import missing
from postgres import Cluster, postgres_binaries

# Unlike the tests' shared server, this one must survive torn pages; it checkpoints often.
DURABLE = {
    "full_page_writes": "on",
    "fsync": "on",
    "wal_sync_method": "fdatasync",
    "wal_writer_delay": "10s",  # so that nothing is synced by luck
    "max_wal_size": "8MB",
    "min_wal_size": "2MB",
    "max_connections": "60",
    "dynamic_shared_memory_type": "mmap",  # lies in the folder, and goes with it
    "shared_buffers": "16MB",
    "listen_addresses": "127.0.0.1",
}

NOBODY = 2**22 + 1  # no Linux process has a number as high as this


class PoweredCluster(Cluster):
    """A cluster that can lose its power and come back on the same port."""

    def make(self) -> None:
        """Make it with small segments: they keep the durable image cheap to bring up."""
        super().make()
        self._run("pg_resetwal", "--wal-segsize=1", "-D", str(self.data))

    @property
    def postmaster(self) -> int:
        """The process whose descendants are all the others."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def start_again(self) -> None:
        """Start it on the port it had, as after a reboot: no process has the old number."""
        lock = self.data / "postmaster.pid"
        if lock.exists():
            _, rest = lock.read_text().split("\n", 1)
            lock.write_text(f"{NOBODY}\n{rest}")
        for socket in self.folder.glob(".s.PGSQL.*"):
            socket.unlink()
        self._ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", self._options())


@contextmanager
def powered_cluster(shim: Path) -> Iterator[tuple[PoweredCluster, Power]]:
    """A running cluster on a power supply of its own, gone afterwards."""
    if postgres_binaries() is None:
        missing("PostgreSQL", "apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="hf-cut-"))
    folder.chmod(0o755)
    cluster = PoweredCluster(folder / "cluster", DURABLE)
    cluster.make()
    own_shim = shutil.copy(shim, folder)  # PostgreSQL's own person must be able to read it
    power = Power.over(cluster.data, Path(own_shim))
    cluster.environment = power.environment
    cluster.start()
    try:
        yield cluster, power
    finally:
        power.mend()
        cluster.stop("immediate")
        shutil.rmtree(folder)
