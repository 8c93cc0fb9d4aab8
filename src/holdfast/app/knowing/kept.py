"""Everything kept about me, table by table: what this storey adds to the export of `messages`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Table, select

from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.gathering import rows_about
from holdfast.app.knowing.opening import words_of
from holdfast.app.knowing.told import LEFT_OUT, TOLD, WITHHELD, WORDS_LEFT_OUT
from holdfast.kit.clock import stamp
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.rights.rules import Member
from holdfast.rooms.tables import RoomRow

AT_ONCE = 100  # rows; of somebody who wrote much there are thousands


async def kept_in_tables(work: Work, reader: Reader, member: Member) -> dict[str, Any]:
    """Every row about me in every table, but for what `told.py` leaves out with its reason."""
    rooms: dict[RoomId, str] = {}
    tables: dict[str, list[dict[str, Any]]] = {}
    async for table, rows in rows_about(work, member.id, told=True):
        told = tables[table.name] = []
        for row in rows:
            plain = await _plain(work, table, row, rooms)
            told.append({**plain, **await _worded(work, reader, table, row)})
            if len(told) % AT_ONCE == 0:
                await asyncio.sleep(0)  # others have their turn
    return {"tables": tables, "left_out": reasons()}


def reasons() -> dict[str, list[str]]:
    """What is not in it, and why."""
    return {
        "columns": list(LEFT_OUT.values()),
        "words": sorted(set(WORDS_LEFT_OUT.values())),
        "rows": list(WITHHELD.values()),
    }


async def _plain(
    work: Work, table: Table, row: Row[Any], rooms: dict[RoomId, str]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column in table.columns:
        if privacy_of(column) not in TOLD:
            continue
        value = getattr(row, column.name)
        if column.name.endswith("room_id"):
            told[column.name.removesuffix("_id")] = await _slug(work, value, rooms)
        else:
            told[column.name] = as_plain(value)
    return told


async def _worded(work: Work, reader: Reader, table: Table, row: Row[Any]) -> dict[str, Any]:
    if not any(_is_told(column.table.name, column.name) for column in _words(table)):
        return {}
    found = await words_of(work, reader, table, row)
    told = {name: words for name, words in found.items() if _is_told(table.name, name)}
    return _handover(told) if table.name == "packets" else told


def _handover(told: dict[str, Any]) -> dict[str, Any]:
    """A handover's words without the staff name under it."""
    if "data" not in told:
        return told
    return {"words": {key: said for key, said in json.loads(told["data"]).items() if key != "by"}}


def _words(table: Table) -> Iterable[Any]:
    return (column for column in table.columns if privacy_of(column) is Privacy.WORDS)


def _is_told(table: str, column: str) -> bool:
    return f"{table}.{column}" not in WORDS_LEFT_OUT


async def _slug(work: Work, room_id: RoomId | None, rooms: dict[RoomId, str]) -> str | None:
    if room_id is None:
        return None
    if room_id not in rooms:
        slug = await work.db.scalar(select(RoomRow.slug).where(RoomRow.id == room_id))
        rooms[room_id] = slug or ""
    return rooms[room_id]


def as_plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case _:
            return value
