"""The simulated power cut keeps what was synced and loses what was not."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from faults.powercut import Power, is_running

BEGIN = """
import mmap, os, signal, sys
def put(name, words, *, sync=False, flags=0):
    file = os.open(name, os.O_RDWR | os.O_CREAT | flags, 0o600)
    os.write(file, words)
    if sync:
        os.fsync(file)
    return file
"""
END = "\nprint('ready', flush=True)\nsignal.pause()\n"


@pytest.fixture
def power(tmp_path: Path, shim: Path) -> Power:
    data = tmp_path / "data"
    data.mkdir()
    (data / "old").write_bytes(b"old")
    return Power.over(data, shim)


def _run_and_cut(power: Power, program: str, keep: float = 0.0) -> dict[str, bytes]:
    """Run a small program until it is ready, cut the power, and see what is left."""
    with _started(power, program) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        power.cut(process.pid, keep=keep, random=Random(1))
    return {
        str(path.relative_to(power.data)): path.read_bytes()
        for path in sorted(power.data.rglob("*"))
        if path.is_file()
    }


def _started(
    power: Power, program: str, more: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(program) + END],
        env={**power.environment, **(more or {})},
        cwd=power.data,
        stdout=subprocess.PIPE,
    )


@pytest.mark.full
def test_synced_bytes_survive_and_later_ones_do_not(power: Power) -> None:
    left = _run_and_cut(power, "os.write(put('a', b'kept', sync=True), b' lost')")
    assert left == {"old": b"old", "a": b"kept"}


@pytest.mark.full
def test_a_file_that_was_never_synced_is_gone(power: Power) -> None:
    assert _run_and_cut(power, "put('never', b'lost')") == {"old": b"old"}


@pytest.mark.full
def test_fdatasync_keeps_what_it_covers(power: Power) -> None:
    left = _run_and_cut(power, "os.fdatasync(put('sub', b'kept'))")
    assert left["sub"] == b"kept"


def test_only_the_synced_version_of_a_page_survives(power: Power) -> None:
    program = """
        file = put('a', b'a' * 10000, sync=True)
        os.pwrite(file, b'b' * 10, 5000)
        os.fsync(file)
        os.pwrite(file, b'c' * 5000, 0)
    """
    left = _run_and_cut(power, program)
    assert left["a"] == b"a" * 5000 + b"b" * 10 + b"a" * 4990


@pytest.mark.full
def test_writes_to_a_synchronous_file_survive_without_a_sync(power: Power) -> None:
    program = """
        put('dsync', b'kept', flags=os.O_DSYNC)
        os.pwrite(put('sync', b'kept', flags=os.O_SYNC), b'KE', 0)
        os.writev(put('vector', b'', flags=os.O_DSYNC), [b'ke', b'pt'])
    """
    left = _run_and_cut(power, program)
    assert (left["dsync"], left["sync"], left["vector"]) == (b"kept", b"KEpt", b"kept")


def test_a_mapping_survives_only_when_it_was_flushed(power: Power) -> None:
    program = """
        for name in ('flushed', 'unflushed'):
            view = mmap.mmap(put(name, b'-' * 4096, sync=True), 4096)
            view[:4] = b'said'
            if name == 'flushed':
                view.flush()
    """
    left = _run_and_cut(power, program)
    assert (left["flushed"][:5], left["unflushed"][:5]) == (b"said-", b"-----")


@pytest.mark.full
def test_a_cut_that_was_not_synced_leaves_the_longer_file(power: Power) -> None:
    program = """
        os.ftruncate(put('a', b'longer', sync=True), 2)
        file = put('b', b'longer', sync=True)
        os.ftruncate(file, 2)
        os.fsync(file)
    """
    left = _run_and_cut(power, program)
    assert (left["a"], left["b"]) == (b"longer", b"lo")


def test_a_rename_carries_synced_words_and_empties_unsynced_ones(power: Power) -> None:
    program = """
        put('a', b'new', sync=True); os.rename('a', 'synced')
        put('b', b'new'); os.rename('b', 'old')
        put('c', b'new', sync=True); os.link('c', 'd'); os.unlink('c')
    """
    left = _run_and_cut(power, program)
    assert left == {"synced": b"new", "old": b"", "d": b"new"}


def test_a_file_keeps_its_new_name_when_it_is_synced_after_the_rename(power: Power) -> None:
    program = """
        os.mkdir('deep')
        file = put('a', b'new')
        os.rename('a', 'deep/b')
        os.fsync(file)
    """
    assert _run_and_cut(power, program) == {"old": b"old", "deep/b": b"new"}


def test_one_process_may_sync_what_another_wrote(power: Power) -> None:
    program = """
        file = put('a', b'mine', sync=True)
        child = os.fork()
        if child == 0:
            os.write(os.open('a', os.O_WRONLY | os.O_APPEND), b' and yours')
            os._exit(0)
        os.waitpid(child, 0)
        os.fsync(file)
    """
    assert _run_and_cut(power, program)["a"] == b"mine and yours"


def test_children_that_left_the_group_lose_power_too(power: Power) -> None:
    program = """
        if os.fork() == 0:
            os.setsid()
            put('child', str(os.getpid()).encode(), sync=True)
            os.rename('child', 'pid')
            signal.pause()
        while not os.path.exists('pid'):
            pass
    """
    child = int(_run_and_cut(power, program)["pid"])
    assert not is_running(child)


SQLITE = """
    import sqlite3
    db = sqlite3.connect('db', isolation_level=None)
    db.execute('PRAGMA journal_mode=WAL')
    db.execute('PRAGMA synchronous=MODE')
    db.execute('CREATE TABLE said (seq INTEGER PRIMARY KEY, words TEXT)')
    db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    for seq in range(50):
        db.execute('INSERT INTO said (words) VALUES (?)', ('word' * seq,))
"""


@pytest.mark.parametrize(("mode", "durable"), [("FULL", True), ("NORMAL", False)])
@pytest.mark.parametrize("keep", [0.0, 0.5])
def test_sqlite_loses_nothing_in_full_and_something_in_normal(
    power: Power, mode: str, durable: bool, keep: float
) -> None:
    _run_and_cut(power, SQLITE.replace("MODE", mode), keep)
    with closing(sqlite3.connect(power.data / "db")) as db:
        (kept,) = db.execute("SELECT count(*) FROM said").fetchone()
        (sound,) = db.execute("PRAGMA integrity_check").fetchone()
    assert sound == "ok"
    assert (kept == 50) is durable


def test_power_may_go_at_a_chosen_sync(power: Power) -> None:
    program = "put('a', b'kept', sync=True); put('b', b'lost', sync=True)"
    with _started(power, program, {"POWERCUT_AT": "2"}) as process:
        assert process.wait() == -signal.SIGKILL
    power.cut()
    assert (power.data / "a").read_bytes() == b"kept"
    assert not (power.data / "b").exists()


def test_a_process_may_die_right_after_a_sync(power: Power) -> None:
    power.strand()
    program = "put('a', b'kept', sync=True); put('b', b'never written', sync=True)"
    with _started(power, program) as process:
        assert process.wait() == -signal.SIGKILL
    assert power.is_stranded
    power.cut()
    assert (power.data / "a").read_bytes() == b"kept"
    assert not (power.data / "b").exists()


def test_names_may_survive_where_words_do_not(power: Power) -> None:
    with _started(power, "put('never', b'lost')") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        power.cut(process.pid, names=True)
    assert (power.data / "never").read_bytes() == b""


def test_a_disk_may_keep_some_unsynced_pages(power: Power) -> None:
    program = "os.pwrite(put('a', bytes(40 * 4096), sync=True), b'x' * 40 * 4096, 0)"
    left = _run_and_cut(power, program, keep=0.5)["a"]
    pages = {left[at : at + 4096] for at in range(0, len(left), 4096)}
    assert pages == {bytes(4096), b"x" * 4096}


def test_a_full_disk_refuses_growth_only_and_a_broken_one_refuses_syncs(power: Power) -> None:
    power.fill_disk()
    power.break_syncs()
    program = """
        def tried(act):
            try:
                act()
            except OSError as error:
                return error.errno
        file = os.open('old', os.O_RDWR)
        print(tried(lambda: os.pwrite(file, b'OLD', 0)), tried(lambda: os.write(file, b'longer')),
              tried(lambda: os.posix_fallocate(file, 0, 100)), tried(lambda: os.fsync(file)))
    """
    with _started(power, program) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == [b"None", b"28", b"28", b"5"]
        power.cut(process.pid)
    assert (power.data / "old").read_bytes() == b"old"
    power.mend()
    assert _run_and_cut(power, "put('old', b'longer', sync=True)")["old"] == b"longer"
