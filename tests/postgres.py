"""A real PostgreSQL for the tests, from the programs on this machine: one cluster for all workers.

`postgres_url` is a fresh database of its own for each test. `Cluster` is there for tests that
need a server of their own to kill, to starve or to cut the power of.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from guards import DATABASE, missing

SHARED = "HOLDFAST_TEST_CLUSTER"
FOLDER = "holdfast-tests-"
SETTINGS = {  # fsync stays on: the server of the house refuses to start without it
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",  # lies in the folder, and goes with it
    "listen_addresses": "127.0.0.1",
}

SHARED_MEMORY = re.compile(r"^ *\d+ +(\d+)$", re.M)  # its key and number, in postmaster.pid
Answer = TypeVar("Answer")


# ---------------------------------------------------------------- one server


@dataclass
class Cluster:
    """One PostgreSQL server with a folder of its own, listening on a free loopback port."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)
    environment: Mapping[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Make an empty cluster in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        owner = _owner()
        if owner:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        options = ("--no-sync", "--auth=trust", "--username=holdfast", "--encoding=UTF8")
        self._run("initdb", "-D", str(self.data), "--locale=C.UTF-8", *options)

    def start(self) -> None:
        """Start it and wait until it answers; a port that was taken meanwhile is given up."""
        for last in (False, False, True):
            self.folder.joinpath("port").write_text(str(_free_port()))
            try:
                self._ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", self._options())
            except AssertionError:
                if last:
                    raise
            else:
                return

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` is polite, `immediate` is a crash."""
        if self.data.joinpath("postmaster.pid").exists():
            self._ctl("stop", "-w", "-t", "60", "-m", mode)

    def forget_shared_memory(self) -> None:
        """What the kernel keeps for a server that was killed, until one starts in its folder."""
        with suppress(OSError):
            found = SHARED_MEMORY.search(self.data.joinpath("postmaster.pid").read_text())
            if found:
                subprocess.run(["ipcrm", "-m", found[1]], capture_output=True, check=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def port(self) -> int:
        return int(self.folder.joinpath("port").read_text())

    def url(self, database: str = "postgres") -> str:
        """The address of one database in it."""
        return f"postgresql://holdfast@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement as the cluster's owner."""
        run_apart(lambda: _execute(self.url(), statement))

    def _options(self) -> str:
        settings = {**self.settings, "port": str(self.port)}
        settings["unix_socket_directories"] = str(self.folder)
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    def _ctl(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        binaries = postgres_binaries()
        assert binaries, "PostgreSQL's programs are not on this machine"
        command = [*_as_owner(), str(binaries / program), *arguments]
        # What it prints goes to a file: a daemon that keeps a pipe open would hang us.
        with self.folder.joinpath(f"{program}.out").open("w+") as out:
            environment = {**os.environ, **self.environment, "LC_ALL": "C.UTF-8"}
            done = subprocess.run(
                command, cwd=self.folder, env=environment, stdout=out, stderr=out, check=False
            )
            out.seek(0)
            assert done.returncode == 0, f"{program}: {out.read()}"


def postgres_binaries() -> Path | None:
    """Where PostgreSQL's programs are: on the path, or where Debian puts the newest."""
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _owner() -> pwd.struct_passwd | None:
    """Root may not run PostgreSQL: as root we become somebody else for it."""
    if os.geteuid() != 0:
        return None
    known = {person.pw_name: person for person in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as_owner() -> list[str]:
    owner = _owner()
    if owner is None:
        return []
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_apart(question: Callable[[], Awaitable[Answer]]) -> Answer:
    """Await something from a plain function, away from any event loop that runs here."""
    answers: list[Answer] = []
    errors: list[BaseException] = []

    async def asked() -> Answer:
        return await question()

    def run() -> None:
        try:
            answers.append(asyncio.run(asked()))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return answers[0]


async def _execute(url: str, statement: str) -> None:
    connection: Any = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


# ---------------------------------------------------------------- one cluster for all workers


def pytest_configure(config: pytest.Config) -> None:
    """The first process (not a worker) names the folder that all workers share."""
    if not hasattr(config, "workerinput"):
        sweep(_quick_disk())
        name = f"{FOLDER}{os.getpid()}-"
        os.environ[SHARED] = tempfile.mkdtemp(prefix=name, dir=_quick_disk())
        Path(os.environ[SHARED]).chmod(0o755)
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_quick_disk()))  # for `tmp_path`


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process ends last: it stops what the workers shared."""
    if hasattr(config, "workerinput"):
        return
    _throw_away(Path(os.environ.pop(SHARED)))


def sweep(disk: Path) -> None:
    """Throw away what a run that was killed could not."""
    for folder in disk.glob(f"{FOLDER}*-*"):
        process = folder.name.removeprefix(FOLDER).partition("-")[0]
        if process.isdigit() and not Path("/proc", process).exists():
            ours = folder.with_name(f"{FOLDER}{os.getpid()}-{folder.name}")
            with suppress(FileNotFoundError):  # another run that begins now was quicker
                _throw_away(folder.rename(ours))
    for lock in disk.glob("pytest-of-*/pytest-*/.lock"):  # pytest itself waits three days for it
        with suppress(OSError):
            if not Path("/proc", lock.read_text()).exists():
                shutil.rmtree(lock.parent, ignore_errors=True)


def _throw_away(folder: Path) -> None:
    for place in (folder / "cluster", *folder.glob("keys-*")):
        with suppress(AssertionError, OSError):  # its server died with the run, without a word
            Cluster(place).stop("immediate")
        Cluster(place).forget_shared_memory()
    shutil.rmtree(folder, ignore_errors=True)


def _quick_disk() -> Path:
    """Memory, where there is enough of it: the cluster is thrown away anyway."""
    memory = Path("/dev/shm")
    enough = memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30
    return memory if enough else Path(tempfile.gettempdir())


@contextmanager
def one_worker_at_a_time(folder: Path) -> Iterator[None]:
    with folder.joinpath("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """The shared server; the worker that needs it first makes it."""
    if postgres_binaries() is None:
        missing("PostgreSQL", "apt-get install postgresql")
    folder = Path(os.environ[SHARED])
    cluster = Cluster(folder / "cluster")
    with one_worker_at_a_time(folder):
        if not folder.joinpath("ready").exists():
            cluster.make()
            cluster.start()
            folder.joinpath("ready").touch()
    return cluster


@pytest.fixture
def postgres_template() -> str:
    """The database from which a test's own is copied: an empty one, until told otherwise."""
    return "template1"


@pytest.fixture
def postgres_url(
    postgres_cluster: Cluster,
    postgres_template: str,
    record_property: Callable[[str, object], None],
) -> Iterator[str]:
    """The address of a database of this test's own."""
    record_property(DATABASE, "postgresql")
    name = f"test_{uuid.uuid4().hex}"
    postgres_cluster.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_cluster.url(name)
    postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def other_cluster() -> Iterator[Cluster]:
    """The cluster of the keys."""
    cluster = Cluster(Path(os.environ[SHARED], f"keys-{uuid.uuid4().hex}"))
    cluster.make()
    cluster.start()
    yield cluster
    cluster.stop("immediate")
