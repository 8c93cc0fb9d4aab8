"""A Redis of an experiment's own: killed, frozen, emptied, started again on the same port."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from faults.served import free_port
from guards import missing

PATIENCE = 10.0  # seconds in which it must answer


class OwnRedis:
    """One `redis-server` that keeps nothing on disk, as the guide says to run it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, port: int | None = None) -> str:
        """Its address, or what stands in front of it at another port."""
        return f"redis://127.0.0.1:{port or self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1",
                   "--save", "", "--appendonly", "no", "--dir", str(self.folder)]  # fmt: skip
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < until, (self.folder / "redis.log").read_text()[-2000:]
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def client(self) -> redis.Redis:
        """A way to ask it things."""
        once = Retry(NoBackoff(), 0)
        return redis.Redis(port=self.port, socket_timeout=0.5, socket_connect_timeout=1, retry=once)

    def kill(self) -> None:
        """Take it away without a word."""
        self._running.kill()
        self._running.wait()

    def freeze(self) -> None:
        """It is there, and answers nothing."""
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._running.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        """Forget everything in it."""
        with self.client() as client:
            client.flushall()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """A Redis that answers, gone afterwards."""
    if shutil.which("redis-server") is None:
        missing("Redis", "apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="hf-redis-") as folder:
        server = OwnRedis(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()
