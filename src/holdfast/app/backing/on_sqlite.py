"""A place's SQLite file: copied as it is at one moment while people talk, and put down again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from holdfast.app.backing.archive import Archive, Tell
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.sealed import FULL, PIECE
from holdfast.kit.disk import make_last

PAGES = 2_048  # copied between two words about how far it is
SECTION = "holdfast.db"
HALF = ".restoring"
BROKEN = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
BESIDE = ("", "-wal", "-shm", "-journal")


# ---------------------------------------------------------------- taking


def moment(file: Path) -> sqlite3.Connection:
    """The file as it is now: nobody who writes waits for whoever reads it (decision 1)."""
    with _told(file.parent), ExitStack() as opened:
        reading = f"{file.absolute().as_uri()}?mode=ro"
        here = opened.enter_context(closing(sqlite3.connect(reading, uri=True)))
        here.isolation_level = None
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master")  # the moment: it stays like this
        opened.pop_all()
    return here


def take(here: sqlite3.Connection, draft: Path, archive: Archive, tell: Tell) -> None:
    """Copy the file at this moment, look whether the copy is whole, and add it to the backup.

    Then it is let go: nobody's log grows while the copy is sealed.
    """
    try:
        with _told(draft.parent):
            _copy(here, draft, tell)
        rows = _counted(draft)
        archive.begin(SECTION)
        for piece in _pieces(draft):
            archive.add(piece)
            tell("Sealing", archive.size, draft.stat().st_size)
        archive.end(rows)
    finally:
        clear(draft)


def _copy(here: sqlite3.Connection, draft: Path, tell: Tell) -> None:
    clear(draft)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(here), closing(sqlite3.connect(draft)) as there:
        there.execute("PRAGMA synchronous=OFF")
        here.backup(there, pages=PAGES, progress=_told_in(tell))
        there.execute("PRAGMA journal_mode=DELETE")  # all of it is in the one file


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """What may be wrong with the file or the disk. Raises `Refused`."""
    try:
        yield
    except OSError as no:
        code = "no_room" if no.errno in FULL else "not_written"
        raise Refused(code, folder=folder, error=no.strerror) from None
    except sqlite3.Error as no:
        if getattr(no, "sqlite_errorname", "").startswith(BROKEN):
            raise Refused("source_damaged", what=no) from None
        raise Refused("no_room", folder=folder, error=no) from None


def _told_in(tell: Tell) -> Callable[[int, int, int], None]:
    def progress(status: int, left: int, total: int) -> None:
        del status
        tell("Copying", total - left, total)

    return progress


def _counted(file: Path) -> int:
    """How many rows there are. Raises `Refused` for a file that is not whole."""
    with closing(sqlite3.connect(file)) as db:
        try:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise Refused("source_damaged", what=said)
            return sum(count for _, count in counts(db))
        except sqlite3.DatabaseError as no:
            raise Refused("source_damaged", what=no) from None


def counts(db: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Every table, and how many rows it has."""
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in db.execute(named).fetchall():
        yield name, db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as reading:
        while piece := reading.read(PIECE):
            yield piece


def clear(file: Path) -> None:
    """Take a database that was only a draft away, with what lies beside it."""
    for end in BESIDE:
        with suppress(FileNotFoundError):
            file.with_name(file.name + end).unlink()


# ---------------------------------------------------------------- putting down


def put_down(data: Iterator[bytes], file: Path, rows: int) -> None:
    """The file again, whole and on disk, or not at all. Raises `Refused` where it is not whole."""
    half = file.with_name(file.name + HALF)
    clear(half)
    clear(file)
    number = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as out:
        for piece in data:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    with closing(sqlite3.connect(half)) as db:
        (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok" or sum(count for _, count in counts(db)) != rows:
            raise Refused("not_the_same", what=file.name)
    half.replace(file)
    make_last(file.parent)
