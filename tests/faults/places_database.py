"""A PostgreSQL of an experiment's own: killed, frozen, restarted, with a copy that takes over."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from faults.cluster import DURABLE, PoweredCluster
from faults.powercut import stop_tree, wait_until_gone
from guards import missing
from postgres import postgres_binaries

SERVING = {**DURABLE, "wal_writer_delay": "200ms", "max_connections": "200"}
STANDBY = "copy"


class OwnPostgres(PoweredCluster):
    """A durable server; what is done to it is done to all of its processes."""

    def kill(self) -> None:
        """Take every process of it away without a word."""
        doomed = stop_tree(self.postmaster)
        for process in doomed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until_gone(doomed)

    def freeze(self) -> None:
        """It is there, and does not move: a machine that hangs."""
        self._frozen = stop_tree(self.postmaster)

    def thaw(self) -> None:
        """It moves again."""
        for process in self._frozen:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        self._frozen = []

    def throw_away(self) -> None:
        """Stop it, however it is."""
        with suppress(OSError, ValueError, IndexError, AssertionError):
            self.kill()
        self.forget_shared_memory()

    _frozen: list[int] = []  # noqa: RUF012 - replaced, never changed


class OwnCopy(OwnPostgres):
    """A standby that follows a primary, and may take its place."""

    def follow(self, primary: OwnPostgres) -> None:
        """Copy the primary and start following it."""
        self.folder.mkdir(parents=True)
        shutil.chown(self.folder, primary.data.stat().st_uid, primary.data.stat().st_gid)
        source = f"{primary.url()}?application_name={STANDBY}"
        self._run("pg_basebackup", "-D", str(self.data), "-d", source, "-R", "-X", "stream",
                  "--no-sync", "--checkpoint=fast")  # fmt: skip
        self.start()

    def promote(self) -> None:
        """Become the primary; returns when it takes writes."""
        self._ctl("promote", "-w", "-t", "60")


@contextmanager
def own_postgres(settings: Mapping[str, str] | None = None) -> Iterator[OwnPostgres]:
    """A running PostgreSQL with fsync, gone afterwards."""
    with _folder() as folder:
        cluster = OwnPostgres(folder / "primary", {**SERVING, **(settings or {})})
        try:
            cluster.make()
            cluster.start()
            yield cluster
        finally:
            cluster.throw_away()


@contextmanager
def own_pair() -> Iterator[tuple[OwnPostgres, OwnCopy]]:
    """A primary and a standby without which nothing is acknowledged."""
    with _folder() as folder:
        primary = OwnPostgres(folder / "primary", SERVING)
        copy = OwnCopy(folder / "copy", SERVING)
        try:
            primary.make()
            primary.start()
            copy.follow(primary)
            primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
            primary.execute("SELECT pg_reload_conf()")
            yield primary, copy
        finally:
            primary.throw_away()
            copy.throw_away()


@contextmanager
def _folder() -> Iterator[Path]:
    if postgres_binaries() is None:
        missing("PostgreSQL", "apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="hf-own-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
