"""The real server as the fault tests run it: from `bin/serve`, perhaps on a power supply."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from contract.server import Server
from faults.powercut import Power

ROOT = Path(__file__).parents[2]
WEAKEN = Path(__file__).with_name("weaken")


class Served(Server):
    """One `bin/serve` process over one data folder, on its own power supply if it has one."""

    def __init__(
        self, folder: Path, *, shim: Path | None = None, database: str | None = None
    ) -> None:
        super().__init__(folder, database=database)
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)  # it makes every start slow
        self.power: Power | None = None
        if shim is not None:
            self.data.mkdir(parents=True, mode=0o700)
            self.power = Power.over(self.data, shim)
            self.environment |= self.power.environment

    def weaken(self) -> None:
        """Take the syncing out of SQLite's commits without the product's knowledge."""
        self.environment["PYTHONPATH"] = str(WEAKEN)

    def launch(self) -> None:
        """Start it as an operator would, without waiting for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        serve = str(ROOT / "bin" / "serve")
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [serve, "--data", str(self.data), "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self.process is not None
        return self.process.pid

    def dies_or_is_ready(self) -> bool:
        """Wait for whichever comes first; true when it died."""
        assert self.process is not None
        try:
            self.wait_until_ready()
        except AssertionError:
            assert self.process.poll() == -signal.SIGKILL, self.log()
            return True
        return False

    def lose_power(
        self, *, keep: float = 0.0, names: bool = False, random: Random | None = None
    ) -> None:
        """Cut the power of this server (which may be dead already) and of its disk."""
        assert self.power is not None
        assert self.process is not None
        self.power.cut(self.pid, keep=keep, names=names, random=random)
        self.process.wait()
        self.process = None


@contextmanager
def served(
    folder: Path, *, shim: Path | None = None, database: str | None = None
) -> Iterator[Served]:
    """A server that is ready, gone afterwards."""
    server = Served(folder, shim=shim, database=database)
    try:
        server.start()
        yield server
    finally:
        server.kill()
