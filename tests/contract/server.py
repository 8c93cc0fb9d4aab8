"""A real Holdfast server in a process of its own, started, stopped and killed like any other."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

BOOT = 60.0
"""Seconds in which a server must be ready."""


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command() -> list[str]:
    """How `holdfast` is called; HOLDFAST_TEST_COMMAND puts another in its place (seeded faults)."""
    named = os.environ.get("HOLDFAST_TEST_COMMAND")
    return shlex.split(named) if named else [str(Path(sys.executable).with_name("holdfast"))]


def environment(*, limits: bool, database: str | None) -> dict[str, str]:
    """The settings of a server, and nothing of those the tests themselves were started with."""
    settings = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
    settings |= {k: v for k, v in os.environ.items() if k.startswith("HOLDFAST_FAULT")}
    settings["HOLDFAST_COVERAGE"] = "off"
    if not limits:
        settings["HOLDFAST_LIMITS"] = "off"
    if database:
        settings["HOLDFAST_DATABASE_URL"] = database
    return settings


class Server:
    """One server process over one data folder."""

    def __init__(self, folder: Path, *, limits: bool = False, database: str | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.pid = 0
        self.token = ""
        self.environment = environment(limits=limits, database=database)

    @classmethod
    def running(cls, folder: Path, known: dict[str, Any]) -> Server:
        """A server that another process of this test run has started."""
        server = cls(folder)
        server.port, server.pid, server.token = known["port"], known["pid"], known["token"]
        server.environment = known["environment"]
        return server

    @property
    def known(self) -> dict[str, Any]:
        """What other processes of this test run need to use it, too."""
        return {"port": self.port, "pid": self.pid, "environment": self.environment}

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> str:
        """Its data folder."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [*command(), "serve", "--data", self.data, "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        self.pid = process.pid
        end = time.monotonic() + BOOT
        with httpx.Client(trust_env=False) as asking:
            while not self._is_ready(asking):
                if time.monotonic() > end or process.poll() is not None:
                    process.kill()
                    raise AssertionError(f"the server did not come up:\n{self.log()[-4000:]}")
                time.sleep(0.05)

    def _is_ready(self, asking: httpx.Client) -> bool:
        try:
            return asking.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Take the process away without a word of warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to stop."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        with suppress(ProcessLookupError, ChildProcessError):
            if self.pid:
                os.kill(self.pid, how)
                os.waitpid(self.pid, 0)
        self.pid = 0

    def steward(self) -> str:
        """A bearer token of a steward, asked for once."""
        if not self.token:
            self.token = self.staff("steward")
        return self.token

    def staff(self, role: str) -> str:
        """A bearer token of somebody new in this role."""
        if "HOLDFAST_TEST_COMMAND" in os.environ:
            return self._staff_from_the_keyboard(role)
        with ThreadPoolExecutor(1) as apart:  # in this thread an event loop may run
            return apart.submit(
                token_for, role, self.environment | {"HOLDFAST_DATA": self.data}
            ).result()

    def _staff_from_the_keyboard(self, role: str) -> str:
        """The same as the command line prints it: a whole Python for it."""
        done = subprocess.run(
            [*command(), "steward", "token", "--role", role, "--data", self.data],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[-1]

    def log(self) -> str:
        """What the server wrote so far."""
        return (self.folder / "server.log").read_text(errors="replace")


def token_for(role: str, environment: dict[str, str]) -> str:
    """What `holdfast steward token` does, without another Python: it is asked for often."""
    from holdfast.cli.opening import with_workshop  # an outside server needs nothing of ours
    from holdfast.kit.work import Workshop
    from holdfast.rights.rules import Role, System
    from holdfast.settings import Settings
    from holdfast.staff.actions import make_staff_token

    async def make(workshop: Workshop, _: object) -> str:
        async with workshop.work() as work:
            return await make_staff_token(work, System(), role=Role(role))

    given = {f"HOLDFAST_{name}".upper(): name for name in Settings.model_fields}
    settings = Settings(**{given[k]: v for k, v in environment.items() if k in given})  # type: ignore[arg-type]
    return with_workshop(settings, make)


class Appointed(dict[str, str]):
    """Tokens of staff of a server, by role; each is made when it is first asked for."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server

    def __missing__(self, role: str) -> str:
        self[role] = self._server.staff(role)
        return self[role]
