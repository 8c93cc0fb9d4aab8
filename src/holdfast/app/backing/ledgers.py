"""The list of what was erased: never in a backup, and needed when one is restored."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from pathlib import Path

from holdfast.app.backing.refusals import Refused
from holdfast.app.unlocking import where_is
from holdfast.erasing.marks import Mark
from holdfast.erasing.tombstones import NAME, open_tombstones
from holdfast.kit.tables import from_millis
from holdfast.settings import Settings

LOST = "lost"  # what an operator says where the list is gone, or there never was one
ALL = "SELECT kind, mark, at FROM tombstones"


async def ledger_is_here(settings: Settings) -> bool:
    """Whether the list lies in its place."""
    if not settings.keystore_url:
        return (settings.keys_folder / NAME).is_file()
    tombstones = open_tombstones(settings)
    try:
        return bool(await tombstones.known())
    finally:
        await tombstones.close()


async def ledger_brought(settings: Settings, said: str) -> list[tuple[Mark, int]]:
    """What the list names that the operator brought. Raises `Refused` where there is none."""
    if said and said != LOST:
        return read_ledger(Path(said))
    if said != LOST and not await ledger_is_here(settings):
        raise Refused("no_ledger", where=where_is(settings))
    return []


async def take_over(settings: Settings, brought: list[tuple[Mark, int]]) -> None:
    """What was brought stands in the list of this place from now on."""
    by_time = defaultdict[int, list[Mark]](list)
    for mark, at in brought:
        by_time[at].append(mark)
    tombstones = open_tombstones(settings)
    try:
        for at, marks in by_time.items():
            await tombstones.add(marks, from_millis(at))
    finally:
        await tombstones.close()


def read_ledger(file: Path) -> list[tuple[Mark, int]]:
    """What a list names that was brought from elsewhere."""
    if not file.is_file():
        raise Refused("no_file", file=file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return [(Mark(kind, bytes(mark)), at) for kind, mark, at in db.execute(ALL)]
    except sqlite3.DatabaseError:
        raise Refused("not_a_ledger", file=file) from None


async def copy_ledger(settings: Settings, to: Settings) -> None:
    """The list of this place, in a place apart from it."""
    here, there = open_tombstones(settings), open_tombstones(to)
    try:
        by_time = defaultdict[datetime, list[Mark]](list)
        for mark, at in (await here.known()).items():
            by_time[at].append(mark)
        for at, marks in by_time.items():
            await there.add(marks, at)
    finally:
        await here.close()
        await there.close()
