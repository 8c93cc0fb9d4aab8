"""A real Holdfast server in a process of its own, started, stopped and killed like any other."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

BOOT = 20.0
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


class Server:
    """One server process over one data folder."""

    def __init__(self, folder: Path, *, limits: bool = False, database: str | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = self._environment(limits, database)
        self.token = ""
        self.process: subprocess.Popen[bytes] | None = None

    def _environment(self, limits: bool, database: str | None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
        kept |= {k: v for k, v in os.environ.items() if k.startswith("HOLDFAST_FAULT")}
        kept["HOLDFAST_COVERAGE"] = "off"
        if not limits:
            kept["HOLDFAST_LIMITS"] = "off"
        if database:
            kept["HOLDFAST_DATABASE_URL"] = database
        return kept

    def launch(self) -> None:
        """Start the process without waiting for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command(), "serve", "--data", str(self.data), "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Return once /readyz says yes; fail with what the server wrote if it does not."""
        assert self.process is not None
        end = time.monotonic() + BOOT
        with httpx.Client(trust_env=False, verify=False) as client:  # noqa: S501
            while time.monotonic() < end and self.process.poll() is None:
                try:
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.02)
        raise AssertionError(f"the server did not come up:\n{self.log()[-4000:]}")

    def start(self) -> None:
        """Start the process and wait until it is ready."""
        self.launch()
        self.wait_until_ready()

    def kill(self) -> None:
        """Take the process away without a word of warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to stop, and see to it that it does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def steward(self) -> str:
        """A bearer token of a steward, as the command line prints it; asked for once."""
        if not self.token:
            self.token = self._print_token()
        return self.token

    def _print_token(self) -> str:
        done = subprocess.run(
            [*command(), "steward", "token", "--role", "steward", "--data", str(self.data)],
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
