"""A place in PostgreSQL: every table in one snapshot while people talk, and put down again.

What is kept is what `COPY` gives, table after table, in the order in which they refer to each
other. It needs no program of the server's (`pg_dump`), and no more than the place's own account.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from graphlib import TopologicalSorter

import asyncpg
from msgspec import Struct

from holdfast.app.backing.archive import Archive, Tell

PATIENT = {"idle_in_transaction_session_timeout": "10min"}
NOW = "SELECT txid_current_snapshot()::text"  # the moment: the transaction stays at it
OWN = ("alembic_version",)  # what the migrations write by themselves
TABLES = (
    "SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname"
)
COLUMNS = (
    "SELECT attname, format_type(atttypid, NULL) AS kind FROM pg_attribute"
    " WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
    " ORDER BY attnum"
)
REFERS = "SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = $1"
SIZE = "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM unnest($1::oid[]) AS oid"
NUMBERED = "SELECT pg_get_serial_sequence($1, $2)"


class Shape(Struct, frozen=True):
    """One table as the database has it."""

    oid: int
    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(f'"{name}"' for name, _ in self.columns)


async def shapes(db: asyncpg.Connection) -> list[Shape]:
    """Every table there is, whatever others refer to first."""
    found, before = {}, {}
    for oid, name in await db.fetch(TABLES):
        columns = tuple((row["attname"], row["kind"]) for row in await db.fetch(COLUMNS, oid))
        found[oid] = Shape(oid, name, columns)
        before[oid] = {row["confrelid"] for row in await db.fetch(REFERS, oid)} - {oid}
    order = TopologicalSorter(before).static_order()
    return [found[oid] for oid in order if found[oid].name not in OWN]


# ---------------------------------------------------------------- taking


async def take(db: asyncpg.Connection, archive: Archive, tell: Tell) -> None:
    """Add every table to the backup, within the transaction that the caller has begun."""
    tables = await shapes(db)
    total, done = await db.fetchval(SIZE, [table.oid for table in tables]), 0

    async def add(data: bytes) -> None:
        archive.add(data)
        tell("Copying", done + archive.size, max(total, done + archive.size))

    for table in tables:
        archive.begin(table.name, columns=[list(column) for column in table.columns])
        query = f'SELECT {table.names} FROM "{table.name}"'  # noqa: S608
        said = await db.copy_from_query(query, output=add, format="binary")
        archive.end(int(said.split()[-1]), numbers=await _numbers(db, table))
        done += archive.size


async def _numbers(db: asyncpg.Connection, table: Shape) -> dict[str, int]:
    """The columns that count by themselves, and how far they came."""
    found = {}
    for name, kind in table.columns:
        if kind not in {"bigint", "integer"}:
            continue
        sequence = await db.fetchval(NUMBERED, f'"{table.name}"', name)
        if sequence is not None:
            last, called = await db.fetchrow(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
            found[name] = last if called else 0
    return found


# ---------------------------------------------------------------- putting down


async def empty(db: asyncpg.Connection) -> None:
    """Take away what the migrations wrote: it is in the backup, too."""
    tables = await shapes(db)
    await guards(db, tables, on=False)
    await db.execute("TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables))


async def guards(db: asyncpg.Connection, tables: Sequence[Shape], *, on: bool) -> None:
    """Triggers that keep the record from being changed, which would keep it from arriving."""
    turn = "ENABLE" if on else "DISABLE"
    for table in tables:
        await db.execute(f'ALTER TABLE "{table.name}" {turn} TRIGGER USER')


async def put_down(
    db: asyncpg.Connection, name: str, columns: Sequence[Sequence[str]], data: Iterator[bytes]
) -> int:
    """One table again. How many rows it got."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in data:
            yield piece

    named = [column for column, _ in columns]
    said = await db.copy_to_table(name, source=pieces(), columns=named, format="binary")
    return int(said.split()[-1])


async def go_on_from(db: asyncpg.Connection, name: str, numbers: dict[str, int]) -> None:
    """The next row of this table gets the number after the last one that was ever given."""
    for column, number in numbers.items():
        sequence = await db.fetchval(NUMBERED, f'"{name}"', column)
        if sequence is not None and number > 0:
            await db.execute("SELECT setval($1::text::regclass, $2)", sequence, number)
