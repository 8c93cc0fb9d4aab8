"""The real server as the fault tests run it: `bin/serve`, perhaps on a power supply."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx

from faults.powercut import Power
from postgres import run_apart

ROOT = Path(__file__).parents[2]
WEAKEN = Path(__file__).with_name("weaken")
BOOT = 60.0  # seconds in which a server must be ready


class Served:
    """One `bin/serve` process over one data folder, on its own power supply if it has one."""

    def __init__(
        self, folder: Path, *, shim: Path | None = None, database: str | None = None
    ) -> None:
        self.data = folder / "data"
        self.written = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = _environment(database)
        self.process: subprocess.Popen[bytes] | None = None
        self.power: Power | None = None
        self.data.mkdir(parents=True, mode=0o700)
        if shim is not None:
            self.power = Power.over(self.data, shim)
            self.environment |= self.power.environment

    def weaken(self) -> None:
        """Take the syncing out of SQLite's commits without the product's knowledge."""
        self.environment["PYTHONPATH"] = str(WEAKEN)

    # ------------------------------------------------------------ coming

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        assert not self.dies_or_is_ready(), f"the server did not come up:\n{self.log()}"

    def launch(self) -> None:
        """Start it as an operator would, without waiting for it."""
        serve = str(ROOT / "bin" / "serve")
        with self.written.open("ab") as log:
            self.process = subprocess.Popen(
                [serve, "--data", str(self.data), "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def dies_or_is_ready(self) -> bool:
        """Wait for whichever comes first; true when it died."""
        end = time.monotonic() + BOOT
        with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501
            while self._running.poll() is None:
                assert time.monotonic() < end, f"the server hangs:\n{self.log()}"
                with suppress(httpx.TransportError):
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return False
                time.sleep(0.02)
        return True

    def comes_back(self) -> None:
        """Start it again once it is dead."""
        self._running.wait()
        self.start()

    # ------------------------------------------------------------ going

    def kill(self) -> None:
        """Take the process away without a word of warning."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Ask it to stop and wait until it has; its exit code."""
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait(BOOT)

    def lose_power(
        self, *, keep: float = 0.0, names: bool = False, random: Random | None = None
    ) -> None:
        """Cut the power of this server (which may be dead already) and of its disk."""
        assert self.power is not None
        alive = self._running.poll() is None  # a buried process's number may be another's
        self.power.cut(*[self.pid] if alive else [], keep=keep, names=names, random=random)
        self._running.wait()

    # ------------------------------------------------------------ what there is to know

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._running.pid

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    def log(self) -> str:
        """The end of what the server wrote."""
        return self.written.read_text(errors="replace")[-4000:]


def _environment(database: str | None) -> dict[str, str]:
    settings = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
    settings |= {"HOLDFAST_COVERAGE": "off", "HOLDFAST_LIMITS": "off"}
    settings.pop("PYTHONDONTWRITEBYTECODE", None)  # it makes every start slow
    if database:
        settings["HOLDFAST_DATABASE_URL"] = database
    return settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


def asked(server: Served, question: str) -> list[tuple[Any, ...]]:
    """What a server's database answers; nobody need serve it."""
    if url := server.environment.get("HOLDFAST_DATABASE_URL"):
        return run_apart(lambda: _fetched(url, question))
    with closing(sqlite3.connect(f"file:{server.data}/holdfast.db?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


async def _fetched(url: str, question: str) -> list[tuple[Any, ...]]:
    connection: Any = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(question)]
    finally:
        await connection.close()
