"""Restoring into a folder: a mark lies in it until all of the place is there.

As long as the mark lies there no house opens on the folder, and a restore that was cut off goes on
where it is run again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from holdfast.app.arriving import RESTORING
from holdfast.app.backing.across import File
from holdfast.app.backing.archive import Backup
from holdfast.app.backing.on_sqlite import HALF, clear, put_down
from holdfast.app.backing.refusals import Refused
from holdfast.app.schema import migrate, scripts
from holdfast.kit.database import open_database
from holdfast.kit.disk import make_last, put_in_place
from holdfast.kit.pen import Lease
from holdfast.settings import Settings


class IntoFolder:
    """The folder that a place is restored into."""

    def __init__(self, settings: Settings) -> None:
        self._file = settings.database_file
        self._mark = settings.data / RESTORING
        self._lease = Lease(settings.data / "lease")

    async def take(self, of: str) -> bool:
        """Whether this backup was loaded already. Raises `Refused` unless the folder is free."""
        where = self._file.parent
        if not self._lease.take():
            raise Refused("served", where=where)
        begun = self._marked()
        if begun is None and self._file.exists():
            raise Refused("not_empty", where=where)
        if begun is not None and begun["of"] != of:
            raise Refused("another_restore", where=where)
        return begun is not None and bool(begun["loaded"]) and self._file.exists()

    @property
    def is_begun(self) -> bool:
        return self._mark.exists()

    def _marked(self) -> dict[str, Any] | None:
        try:
            return dict(json.loads(self._mark.read_text("ascii")))
        except FileNotFoundError:
            return None

    async def begin(self, of: str) -> None:
        """From now on no house opens here until the end."""
        self._write({"of": of, "loaded": False})

    def _write(self, told: dict[str, object]) -> None:
        put_in_place(self._mark, json.dumps(told).encode("ascii"))

    async def load(self, backup: Backup, rows: dict[str, int], of: str) -> None:
        """All data of the backup. Raises `Refused` where they are not what was backed up."""
        if backup.head.kind == "sqlite":
            for name, _, data in backup.sections():
                put_down(data, self._file, rows[name])
        else:
            await self._load_rows(backup, rows)
        self._write({"of": of, "loaded": True})

    async def _load_rows(self, backup: Backup, rows: dict[str, int]) -> None:
        half = self._file.with_name(self._file.name + HALF)
        clear(half)
        clear(self._file)
        await _make(half, backup.head.migration)
        with closing(sqlite3.connect(half)) as db, db:  # kept as a whole, or not at all
            file = File(db)
            file.empty()
            for name, about, data in backup.sections():
                if file.put_down(name, about, data) != rows[name]:
                    raise Refused("not_the_same", what=name)
            for section in backup.manifest.sections:
                file.go_on_from(section.name, section.about.get("numbers", {}))
            file.finish()
        make_last(half)
        half.replace(self._file)
        make_last(half.parent)

    async def arrived(self) -> None:
        """All of it is here: a house may open."""
        self._mark.unlink()
        make_last(self._mark.parent)

    async def close(self) -> None:
        self._lease.close()


async def _make(file: Path, shape: str) -> None:
    """An empty database of this shape."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    database = open_database(f"sqlite:///{file}")
    try:
        await migrate(database, scripts(), shape)
        await database.forget_deleted()
    finally:
        await database.close()
