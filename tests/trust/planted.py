"""A canary in every column of every table, for one person: what the export and the map must find.

Nothing is made by the product's own actions here, on purpose: a column that no action fills yet
is filled, and a table that is new tomorrow is filled tomorrow.
"""

from __future__ import annotations

import itertools
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Enum,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    insert,
    select,
    update,
)

import holdfast.app.sealed  # noqa: F401 - what every slice seals
from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.gathering import CODES, as_kept
from holdfast.app.knowing.reached import BY_CODE, REACHED, Way
from holdfast.circles.queries.proposals import WORDS
from holdfast.kit.apart import make_key
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import Moment
from holdfast.kit.tables import Table as Rows
from holdfast.kit.work import Work
from holdfast.screening.reading import read
from holdfast.sealing.register import REGISTER
from holdfast.sealing.seam import day_of
from holdfast.wellbeing.actions import add_line, leave_line
from holdfast.wellbeing.actions.seals import seal_of_its_own, seal_to_write_with
from holdfast.wellbeing.queries.openings import reason_spot
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose
from town import EVENING, Person, Town

# Rows that are told to their member: a decided case, a measure that stands, a line that was opened.
TELLABLE: dict[str, dict[str, Any]] = {
    "messages": {"removed_by": None},
    "cases": {"state": "decided"},
    "appeals": {"state": "upheld"},
    "escalations": {"stage": "closed"},
    "measures": {"state": "in_force", "kind": "hide", "ended_how": None},
}
COUNT = itertools.count(1)
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


@dataclass
class Planted:
    """What was planted for one person: each canary by its column, and the rows they lie in."""

    name: str
    member_id: MemberId
    ids: dict[str, Any] = field(default_factory=dict)
    canaries: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)  # of the first row in each table
    other: dict[str, Any] = field(default_factory=dict)  # who told or chose something about them
    words: dict[str, str] = field(default_factory=dict)  # those that were sealed

    def told(self, privacy: frozenset[Privacy]) -> dict[str, Any]:
        """The canaries of columns of these kinds."""
        tables = Rows.metadata.tables
        return {
            column: value
            for column, value in self.canaries.items()
            if privacy_of(tables[column.split(".")[0]].c[column.split(".")[1]]) in privacy
        }


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
    made.words = await _words(work, town, person, made)
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


def value(planted: Planted, table: Table, column: Column[Any], way: Way | None) -> Any:
    """What to put into a column: whom it must name, or a value that stands nowhere else."""
    if way is not None and column.name == way.column:
        return named(planted, way)
    if column.name in {"member_id", "seat_id"}:
        first = way in REACHED.get(table.name, ())[:1]
        blocked = column.name == "seat_id" and "other_id" in table.c
        whose = planted.ids if first or blocked else planted.other
        return whose["members" if column.name == "member_id" else "seats"]
    for key in column.foreign_keys:
        return planted.ids.get(key.column.table.name)
    if column.name == "message_id" and "messages" in planted.ids:
        again = way in REACHED.get(table.name, ())[1:] and _is_one_of_a_kind(table, column)
        return fresh(planted.name, column) if again else planted.ids["messages"]
    return fresh(planted.name, column)


def _is_one_of_a_kind(table: Table, column: Column[Any]) -> bool:
    """Whether no two rows may have the same here."""
    kinds = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return any(column.name in one.columns for one in kinds)


def named(planted: Planted, way: Way) -> Any:
    """What a way's column holds: the member, the row it leads through, or a code of that."""
    if way.through == BY_CODE:
        return f"{CODES['seats']}:{planted.ids['seats']}"
    return planted.ids[way.through] if way.through else planted.member_id


def fresh(name: str, column: Column[Any]) -> Any:
    """A value that is this column's alone."""
    count = next(COUNT)
    match column.type:
        case Enum():
            return column.type.enum_class and next(iter(column.type.enum_class)).value
        case Moment():
            return datetime(2001, 1, 1, 1, tzinfo=UTC) + timedelta(days=count, seconds=7)
        case Date():
            return date(1801, 1, 1) + timedelta(days=count)
        case Boolean():
            return True
        case SmallInteger():
            return 10_000 + count
        case LargeBinary():
            return secrets.token_bytes(column.type.length or 16)
        case String():
            return f"canary-{name}-{count}"[: column.type.length]
        case _:
            return _number(column, count)


def _number(column: Column[Any], count: int) -> int:
    return 7_000_000 + count if isinstance(column.type, BigInteger) else 6_000_000 + count


async def _words(work: Work, town: Town, person: Person, planted: Planted) -> dict[str, str]:
    """Sealed canaries in each column of words that leads to this person; each by its column."""
    keyring = town.house.ledger.keyring
    key = await keyring.kept_key(work, planted.ids["seats"], day_of(work.clock.now()))
    words: dict[str, str] = {}
    for (name, key_column), sealed in REGISTER.items():
        if name not in planted.keys:
            continue
        table = Rows.metadata.tables[name]
        row = (await work.db.execute(select(*shown(table)).where(_mine(planted, table)))).one()
        new: dict[str, Any] = {key_column: key}
        planted.canaries[f"{name}.{key_column}"] = key
        for column in sealed.texts:
            words[f"{name}.{column}"] = said = f"words-canary-{planted.name}-{name}-{column}"
            written = read(_as_written(name, said))
            new[column] = keyring.seal_with(key, written, sealed.place(row, column))
        await work.db.execute(update(table).where(_mine(planted, table)).values(new))
    return words | await _own(work, town, person, planted)


def _as_written(table: str, said: str) -> str:
    """A handover is several words under names, and a staff name among them."""
    return json.dumps({"words": said, "by": "a staff name"}) if table == "packets" else said


def _mine(planted: Planted, table: Table) -> ColumnElement[bool]:
    pairs = zip(table.primary_key, planted.keys[table.name], strict=True)
    return and_(*(column == key for column, key in pairs))


async def _own(work: Work, town: Town, person: Person, planted: Planted) -> dict[str, str]:
    """What is sealed with keys of the member's own: a plan and a line, with keys they made."""
    words: dict[str, str] = {}
    for name in ("plan_lines", "plan_undos", "sealed_lines", "line_openings"):
        column, table = "reason" if name == "line_openings" else "words", Rows.metadata.tables[name]
        purpose = Purpose.LINE if name == "sealed_lines" else Purpose.PLAN
        mine, whose = _mine(planted, table), (person.member.id, town.house.root)
        if "key_id" in table.c:
            seal = await seal_of_its_own(work, *whose)
            await work.db.execute(update(table).where(mine).values(key_id=seal.key.id))
            planted.canaries[f"{name}.key_id"] = seal.key.id
        else:
            seal = await seal_to_write_with(work, *whose, purpose)
        row = (await work.db.execute(select(*shown(table)).where(mine))).one()
        words[f"{name}.{column}"] = said = f"words-canary-{planted.name}-{name}"
        new = {column: seal.seal(read(said), spot_of(name, row))}
        await work.db.execute(update(table).where(mine).values(new))
    return words | await _wished(work, town, planted)


async def _wished(work: Work, town: Town, planted: Planted) -> dict[str, str]:
    """What they wish of a circle, under a key that is its row's alone."""
    table, said = Rows.metadata.tables["wish_words"], f"words-canary-{planted.name}-wish_words"
    key = await make_key(town.house.root, work.clock.now())
    new = {"id": key.id, "words": key.seal(said.encode(), WORDS + key.id)}
    await work.db.execute(update(table).where(_mine(planted, table)).values(new))
    planted.keys["wish_words"], planted.canaries["wish_words.id"] = (key.id,), key.id
    return {"wish_words.words": said}


def spot_of(name: str, row: Any) -> bytes:
    """Where words under a member's own key lie."""
    if name == "line_openings":
        return reason_spot(row.escalation_id, row.asked_by)
    at = {"plan_lines": "id", "plan_undos": "line_id"}.get(name)
    return SEALED_LINE if at is None else bytes(getattr(row, at))


def shown(table: Table) -> list[ColumnElement[Any]]:
    """The columns of a table as they lie there."""
    return [as_kept(column) for column in table.columns]
