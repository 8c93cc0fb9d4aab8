"""The servers that are measured: started on one core, ready when they answer, then stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from bench.programs import program
from bench.shapes import Shape, Target

HERE = Path(__file__).parent
START_SECONDS = 60.0


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server(ABC):
    """One server process with one core and one folder of its own."""

    name: str

    def __init__(self, *, core: int, folder: Path) -> None:
        self.core = core
        self.folder = folder / self.name
        self.port = 0
        self.beside: tuple[int, ...] = ()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What is run."""

    def environment(self) -> dict[str, str]:
        """What it is told besides."""
        return {}

    def answers(self) -> bool:
        """Whether it is ready."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def prepare(self, shape: Shape) -> Target:
        """Make the rooms, seats and tokens that a shape needs."""
        return Target(self.port, self.pid)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def memory_kb(self) -> int:
        """Resident memory of the process, as the kernel counts it."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = self.begun()
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"{self.name} did not start: {self._last_words()}")
            time.sleep(0.02)

    def begun(self, *more: str) -> subprocess.Popen[bytes]:
        """Its process, just begun."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["taskset", "--cpu-list", str(self.core), *self.command(), *more],
                cwd=HERE.parent, env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def stop(self) -> None:
        """Ask it to go, and insist after five seconds."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.stop()

    def _last_words(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-1500:]


class CProgram(Server):
    """The limit: `c-send`, `c-co` or `c-durable`."""

    MODES: ClassVar = {"c-send": "send", "c-co": "coalesce", "c-durable": "durable"}

    def __init__(self, name: str, *, core: int, folder: Path) -> None:
        self.name = name
        super().__init__(core=core, folder=folder)

    def command(self) -> list[str]:
        log = str(self.folder / "climit.log")
        return [str(program("climit")), str(self.port), self.MODES[self.name], log]


class StockApp(Server):
    """FastAPI WebSockets as people write them; `stock-db` keeps each message first."""

    def __init__(self, name: str, *, core: int, folder: Path) -> None:
        self.name = name
        super().__init__(core=core, folder=folder)

    def command(self) -> list[str]:
        uvicorn = [sys.executable, "-m", "uvicorn", "bench.stock.app:app", "--port", str(self.port)]
        return [*uvicorn, "--loop=uvloop", "--ws=websockets-sansio", "--log-level=warning"]

    def environment(self) -> dict[str, str]:
        keeps = self.name == "stock-db"
        return {"STOCK_DATABASE": str(self.folder / "stock.db") if keeps else ""}
