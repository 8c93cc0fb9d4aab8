"""Where a place moves from: its SQLite file, read in one piece and left as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from holdfast.app.arriving import LEFT
from holdfast.app.moving.alike import Moved, Row, Sum
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import KNOWN
from holdfast.kit.facts import EPOCH, ROOT_KEY

OWN = ("alembic_version", "sqlite_sequence", LEFT)  # of the file's shape, not of the place


def leave(file: Path, where: str, when: str) -> None:
    """Write into the file that its place is elsewhere: from now on no house opens on it."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("PRAGMA synchronous=FULL")
        db.execute(f"CREATE TABLE IF NOT EXISTS {LEFT} (told TEXT NOT NULL)")
        db.execute(f"DELETE FROM {LEFT}")  # noqa: S608
        told = json.dumps({"where": where, "when": when})
        db.execute(f"INSERT INTO {LEFT} VALUES (?)", (told,))  # noqa: S608


def come_back(file: Path) -> bool:
    """Take that away again. Whether it was there."""
    with closing(sqlite3.connect(file)) as db, db:
        found = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (LEFT,)).fetchone()
        db.execute(f"DROP TABLE IF EXISTS {LEFT}")
    return found is not None


class Source:
    """The file, as it is at this moment; nobody else writes while it is open."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(sqlite3.connect(file)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the one file now
        self._db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        self._db.close()

    def stamp(self) -> str:
        """Another one, when anything was written since."""
        found = self._file.stat()
        return f"{found.st_size}:{found.st_mtime_ns}"

    def shape(self) -> str:
        """The shape that the last migration left."""
        found: str = self._db.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found

    def whose(self) -> str:
        """What tells this place from every other: its epoch and the seal of its root key."""
        asked = "SELECT value FROM facts WHERE name IN (?, ?) ORDER BY name"
        found = self._db.execute(asked, (EPOCH, ROOT_KEY)).fetchall()
        if len(found) != 2:
            raise Unfit("Nobody has ever served this data folder: there is nothing to move.")
        return ":".join(value.hex() for (value,) in found)

    def keystore(self) -> bytes | None:
        """What tells the keystore of this place from every other."""
        found = self._db.execute("SELECT value FROM facts WHERE name = ?", (KNOWN,)).fetchone()
        return found[0] if found else None

    def refuse_unknown(self, tables: Sequence[Moved]) -> None:
        """Raises `Unfit` where the file holds what would be left behind."""
        known = {table.name: set(table.columns) for table in tables}
        for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            if name in OWN:
                continue
            columns = {row[1] for row in self._db.execute(f'PRAGMA table_info("{name}")')}
            if known.get(name) != columns:
                raise Unfit(f"“{name}” in this data folder is not known here. Nothing was moved.")

    def count(self, table: Moved) -> int:
        found: int = self._db.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608
        return found

    def count_until(self, table: Moved, last: int) -> int:
        """How many rows come before the one from which to go on."""
        query = f'SELECT count(*) FROM "{table.name}" WHERE rowid <= ?'  # noqa: S608
        found: int = self._db.execute(query, (last,)).fetchone()[0]
        return found

    def last_number(self, table: Moved) -> int:
        """The highest number that was ever given in this table, as far as it is known."""
        found = self._db.execute(f'SELECT max("{table.numbered}") FROM "{table.name}"').fetchone()  # noqa: S608
        kept = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,))
        return max([0, found[0] or 0, *(int(seq) for (seq,) in kept)])

    def batch(self, table: Moved, after: int, size: int) -> tuple[list[Row], int]:
        """The next rows, as PostgreSQL takes them, and where the batch after them begins."""
        names = ", ".join(f'"{name}"' for name in table.columns)
        found = self._db.execute(
            f'SELECT {names}, rowid FROM "{table.name}" WHERE rowid > ? ORDER BY rowid LIMIT ?',  # noqa: S608
            (after, size),
        ).fetchall()
        rows = [row[:-1] for row in found]
        last: int = found[-1][-1] if found else after
        return list(table.changed(rows, table.to_postgresql)), last

    def sum(self, table: Moved) -> Sum:
        """What the table comes to."""
        names = ", ".join(f'"{name}"' for name in table.columns)
        return Sum().with_rows(self._rows(f'SELECT {names} FROM "{table.name}"'))  # noqa: S608

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        yield from self._db.execute(query)
