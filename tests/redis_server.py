"""A real Redis for the tests, from the program on this machine: one server for each worker.

`redis_url` is that server, emptied for each test. `redis_apart` is a server of a test's own, to be
killed, held up and started again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from guards import missing
from postgres import SHARED

NOTHING_KEPT = ("--save", "", "--appendonly", "no")
PATIENCE = 20.0  # seconds a server may take until it answers


class RedisServer:
    """One Redis on a free loopback port; what it holds is gone with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it on its port and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not on this machine"
        where = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder))
        with (self._folder / "redis.out").open("ab") as out:
            self._process = subprocess.Popen(
                [program, *where, *NOTHING_KEPT], stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            assert self._process.poll() is None, "redis-server ended as soon as it was started"
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.01)
        assert f"process_id:{self.pid}\r" in self.ask("INFO", "server").decode(), "another answers"

    def start_somewhere(self) -> None:
        """Start it for the first time; a port that was taken meanwhile is given up."""
        for last in (False, False, True):
            try:
                self.start()
            except AssertionError:
                if last:
                    raise
                self.kill()
                self.port = _free_port()
            else:
                return

    def answers(self) -> bool:
        """Whether it answers a ping."""
        try:
            return self.ask("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def ask(self, *words: str) -> bytes:
        """What it says to a command, as it says it."""
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
            return line.recv(1_048_576)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hold(self) -> None:
        """It is there and does nothing, until it is let go."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def let_go(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _started(prefix: str) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        missing("Redis", "apt-get install redis-server")
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=os.environ[SHARED]))  # it goes with the run
    server = RedisServer(folder)
    try:
        server.start_somewhere()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The server that the tests of one worker share; none of them kills it."""
    yield from _started("holdfast-redis-")


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.ask("FLUSHALL")
    return redis_server.url


@pytest.fixture
def redis_apart() -> Iterator[RedisServer]:
    """A server of this test's own."""
    yield from _started("holdfast-redis-apart-")
