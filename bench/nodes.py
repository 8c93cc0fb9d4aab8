"""One place served by several processes, each on a core of its own, on PostgreSQL and Redis."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bench.house import Holdfast
from bench.machine import Cores
from bench.postgresql import Database, is_there
from bench.servers import HERE

sys.path.insert(0, str(HERE.parent / "tests"))

from redis_server import RedisServer

CORES_NEEDED = 4  # two processes, the database, the load with Redis


class Redis:
    """The bell between the processes, on the core of the load: PostgreSQL fills its own."""

    def __init__(self, folder: Path, *, core: int) -> None:
        self._server = RedisServer(folder)
        self._core = core

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def pid(self) -> int:
        return self._server.pid

    def start(self) -> None:
        self._server.start()
        where = ["--cpu-list", "--pid", str(self._core), str(self._server.pid)]
        subprocess.run(["taskset", "--all-tasks", *where], check=True, capture_output=True)

    def stop(self) -> None:
        self._server.kill()


class Nodes(Holdfast):
    """The first process is measured as others are; `beside` are the ports of the rest."""

    def __init__(self, count: int, *, cores: Cores, folder: Path, name: str = "") -> None:
        name = name or f"nodes-{count}"
        super().__init__(name, core=cores.server, folder=folder, database_core=0)
        self.database = self._database = Database(self.folder / "postgresql", core=cores.load[0])
        self._redis = Redis(self.folder, core=cores.load[-1])  # what it spends is little
        self._more = [_Another(self, number, core=cores.database) for number in range(2, count + 1)]

    def environment(self) -> dict[str, str]:
        return super().environment() | {"HOLDFAST_REDIS_URL": self._redis.url}

    @property
    def pids(self) -> list[int]:
        """Of all processes of the place, the first one's first."""
        return [self.pid, *(node.pid for node in self._more)]

    @property
    def database_pid(self) -> int:
        return self._database.pid

    @property
    def redis_pid(self) -> int:
        return self._redis.pid

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._redis.start()
        super().start()
        for node in self._more:
            node.start()
        self.beside = tuple(node.port for node in self._more)

    def stop(self) -> None:
        for node in self._more:
            node.stop()
        super().stop()
        self._redis.stop()


class _Another(Holdfast):
    """One more process of the same place, with a folder of its own and the same root key."""

    def __init__(self, first: Nodes, number: int, *, core: int) -> None:
        super().__init__(f"{first.name}-{number}", core=core, folder=first.folder, database_core=0)
        self._first = first

    def environment(self) -> dict[str, str]:
        key = self._first.folder / "data" / "root.key"
        keys = {"HOLDFAST_ROOT_KEY": str(key), "HOLDFAST_KEYS": str(key.with_name("keys"))}
        return self._first.environment() | keys


def why_not(cores: Cores) -> str:
    """Why several processes cannot be measured on this machine; empty where they can."""
    if not is_there():
        return "PostgreSQL is not on this machine: apt-get install postgresql"
    if shutil.which("redis-server") is None:
        return "Redis is not on this machine: apt-get install redis-server"
    if len({cores.server, cores.database, *cores.load}) < CORES_NEEDED:
        return "two processes, their database and the load need four cores"
    return ""
