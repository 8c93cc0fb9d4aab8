"""A batch of posts as one statement of PostgreSQL: the pen, the order, the words, what follows.

The plan is made with the heads as they were last seen. The statement takes the pen, sees how far
each room has gone on meanwhile, and moves every seq of that room by as much. It is as old as its
beginning, though, and the pen may come later: whatever was committed in between and stands in the
way (a nonce, a retired key, a seat that was left) breaks it as a whole, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy.dialects import postgresql

from holdfast.kit.ids import RoomId
from holdfast.kit.tables import Table
from holdfast.messages.ledger.batch import Facts, Mac, Plan
from holdfast.messages.ledger.entries import Accepted, Post, Row, Waiting

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
GUESS = ("bigint",) * 3  # room, its head when the plan was made, its head after it
MESSAGE = (
    *("bytea", "bigint", "bigint", "bigint", "text", "bytea", "bytea"),
    *("bytea", "bytea", "bytea", "bigint", "text", "bigint"),
)
WRITE = """
WITH guess AS (SELECT * FROM unnest({guess}) g(room, head, newest)),
pen AS MATERIALIZED (
    SELECT id, head FROM rooms WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE
),
found AS MATERIALIZED (
    SELECT g.room, p.head, p.head - g.head AS further, g.newest + p.head - g.head AS newest
    FROM guess g JOIN pen p ON p.id = g.room
),
said AS (
    INSERT INTO messages (id, room_id, seq, seat_id, nonce, key_id, mac, mac_key_id, text, note,
        reply_to, wants, written_at)
    SELECT m.id, m.room, m.seq + f.further, s.id, m.nonce,
        CASE WHEN r.id IS NULL THEN m.key END, m.mac, m.mac_key, m.text,
        m.note, m.reply_to, m.wants, m.written_at
    FROM unnest({message}) WITH ORDINALITY m(id, room, seq, seat, nonce, key, mac, mac_key, text,
        note, reply_to, wants, written_at, place)
    LEFT JOIN found f ON f.room = m.room LEFT JOIN retired_keys r ON r.id = m.key
    LEFT JOIN seats s ON s.id = m.seat AND s.left_at IS NULL
    ORDER BY m.place
){also}
UPDATE rooms SET head = f.newest FROM found f WHERE rooms.id = f.room RETURNING f.room, f.head
"""
ALSO = ",\nalso_{place} AS (INSERT INTO {table} ({names}) SELECT * FROM unnest({values}))"
Kind = tuple[str, tuple[str, ...]]  # a table, and the columns that rows of it bring


def is_only_posts(batch: Sequence[Waiting]) -> bool:
    """Whether this batch may go at once: nothing in it depends on what is in the database."""
    return all(isinstance(entry, Post) for entry in batch)


def facts_by_heart(heads: dict[int, int], mac: Mac) -> Facts:
    """What is to be found if all goes as nearly always: these heads, and no nonce known."""
    return Facts(heads=heads, posts={}, changes={}, mac=mac, standing=set(), responses={})


def statement_of(guess: dict[int, int], plan: Plan) -> tuple[str, list[list[Any]]]:
    """The statement that writes this plan, and its values. It answers with each room's head."""
    rooms = [(room, guess[room], plan.facts.heads[room]) for room in sorted(guess)]
    also: dict[Kind, list[tuple[object, ...]]] = {}
    for row in plan.follows:
        also.setdefault(kind_of(row), []).append(tuple(row.values.values()))
    values = [
        *columns(rooms, len(GUESS)),
        *columns(plan.messages, len(MESSAGE)),
    ]
    for (_, names), rows in also.items():
        values += columns(rows, len(names))
    return written(tuple(also)), values


def move_on(plan: Plan, further: dict[int, int]) -> None:
    """Others spoke meanwhile: every seq of a plan of posts is as much further as its room was."""
    if not any(further.values()):
        return
    accepted = [done for _, done in plan.outcomes if isinstance(done, Accepted)]
    for entry, done in zip(plan.events, accepted, strict=True):
        entry.seq += further[entry.room_id]
        done.seq = entry.seq
    for room, by in further.items():
        plan.facts.heads[room] += by


def kind_of(row: Row) -> Kind:
    return row.table, tuple(row.values)


@cache
def written(also: tuple[Kind, ...]) -> str:
    """The statement's words for a batch with rows of these kinds besides messages."""
    number = count(1)

    def places(types: Sequence[str]) -> str:
        return ", ".join(f"${next(number)}::{type_}[]" for type_ in types)

    words = {"guess": places(GUESS), "message": places(MESSAGE)}
    more = [
        ALSO.format(
            place=place,
            table=table,
            names=", ".join(names),
            values=places(types_of(table, names)),
        )
        for place, (table, names) in enumerate(also)
    ]
    return WRITE.format(**words, also="".join(more))


def types_of(table: str, names: Sequence[str]) -> list[str]:
    """What PostgreSQL calls the types of these columns."""
    here = Table.metadata.tables[table].columns
    return [here[name].type.compile(dialect=DIALECT) for name in names]


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as the columns that unnest() takes."""
    return [[row[i] for row in rows] for i in range(width)]


def rooms_of(batch: Sequence[Waiting]) -> set[RoomId]:
    """The rooms in which these posts are said."""
    return {entry.seat.room_id for entry in batch if isinstance(entry, Post)}
