"""A canary in every column of every table, for one person: what the export and the map must find.

Nothing is made by the product's own actions here, on purpose: a column that no action fills yet
is filled, and a table that is new tomorrow is filled tomorrow.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table, delete, insert

from holdfast.app.knowing.reached import BY_CODE, REACHED, Way
from holdfast.kit.tables import Table as Rows
from holdfast.kit.work import Work
from holdfast.wellbeing.actions import add_line, leave_line
from town import EVENING, Person, Town
from trust.planted_values import COUNT, Planted, value
from trust.planted_words import planted_words

__all__ = ["Planted", "planted"]

# Rows that are told to their member: a decided case, a measure that stands, a line that was opened.
TELLABLE: dict[str, dict[str, Any]] = {
    "messages": {"removed_by": None},
    "cases": {"state": "decided"},
    "appeals": {"state": "upheld"},
    "escalations": {"stage": "closed"},
    "measures": {"state": "in_force", "kind": "hide", "ended_how": None},
}
EXISTING = frozenset({"members", "seats"})  # a person of the town has theirs already
THERE = EXISTING | {"rooms", "staff"}


def for_others(somebodys: set[str]) -> set[str]:
    """Tables that a row which is somebody's has to name, and that are not planted for them."""
    found, left = set[str](), [*somebodys]
    while left:
        for key in Rows.metadata.tables[left.pop()].foreign_keys:
            name = key.column.table.name
            if not key.parent.nullable and name not in {*somebodys, *THERE, *found}:
                found.add(name)
                left.append(name)
    return found


async def planted(work: Work, town: Town, person: Person, name: str, *, told: bool) -> Planted:
    """One row in each table for each way that leads to this person; all values are their own."""
    made = Planted(name, person.member.id)
    made.ids |= {"members": made.member_id, "staff": town.elm.actor.id}  # type: ignore[union-attr]
    seat = await town.seat(person)
    made.ids |= {"seats": seat.id, "rooms": seat.room_id}
    cedar = await town.seat(town.cedar, EVENING)
    made.other = {"members": town.cedar.member.id, "seats": cedar.id}
    await _keys_of_a_plan(work, town, person, made)
    own = Rows.metadata.tables["own_keys"]  # made at the door; another is planted
    await work.db.execute(delete(own).where(own.c.member_id == made.member_id))
    mine = {name for name, ways in REACHED.items() if any(way.told or not told for way in ways)}
    others = for_others(mine)
    for table in in_order():
        ways = [way for way in REACHED.get(table.name, ()) if way.told or not told]
        rows: list[Way | None] = [*ways] or [None] * (table.name in others)
        for way in rows:
            if table.name not in EXISTING | set(made.ids) or way in ways[1:]:
                await _row(work, made, table, way)
    made.words = await planted_words(work, town, person, made)
    return made


async def _keys_of_a_plan(work: Work, town: Town, person: Person, planted: Planted) -> None:
    """Their own keys, as a plan and a sealed line make them; what was written with them goes."""
    await add_line(work, person.member, root=town.house.root, part="alone", text="tea")
    await leave_line(work, person.member, root=town.house.root, text="my sister")
    for name in ("plan_lines", "plan_undos", "sealed_lines"):
        table = Rows.metadata.tables[name]
        await work.db.execute(delete(table).where(table.c.member_id == planted.member_id))
    planted.ids["plan_keys"] = None


def in_order() -> list[Table]:
    """Tables after those that their rows name, by a foreign key or by a way of the register."""
    left, done = list(Rows.metadata.sorted_tables), list[Table]()
    while left:
        known = {table.name for table in done} | EXISTING
        ready = [table for table in left if _names_of(table) <= known]
        done += ready
        left = [table for table in left if table not in ready]
    return done


def _names_of(table: Table) -> set[str]:
    through = {way.through for way in REACHED.get(table.name, ())} - {"", BY_CODE}
    keys = {key.column.table.name for key in table.foreign_keys}
    said = {"messages"} if "message_id" in table.c else set()
    return (through | keys | said) - {table.name}


async def _row(work: Work, planted: Planted, table: Table, way: Way | None) -> None:
    values = {
        column.name: value(planted, table, column, way)
        for column in table.columns
        if not (column.primary_key and _counts(table, column))
    }
    values |= TELLABLE.get(table.name, {})
    if table.name == "audit":
        values["seq"] = 9_000_000 + next(COUNT)  # far beyond what the record will add itself
    done: Any = await work.db.execute(insert(table).values(values))
    made = done.inserted_primary_key
    planted.keys.setdefault(table.name, made)
    planted.ids.setdefault(table.name, values.get("id") or (made[0] if made else None))
    if way is not None:
        planted.canaries |= {f"{table.name}.{name}": value for name, value in values.items()}


def _counts(table: Table, column: Column[Any]) -> bool:
    """Whether the database counts this key itself."""
    return bool(table.autoincrement_column is column)
