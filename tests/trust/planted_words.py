"""Sealed canaries in each column of words that leads to somebody, with the keys they lie under."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select, update

import holdfast.app.sealed  # noqa: F401 - what every slice seals
from holdfast.app.knowing.gathering import as_kept
from holdfast.circles.queries.proposals import WORDS
from holdfast.kit.apart import make_key
from holdfast.kit.tables import Table as Rows
from holdfast.kit.work import Work
from holdfast.screening.reading import read
from holdfast.sealing.register import REGISTER
from holdfast.sealing.seam import day_of
from holdfast.wellbeing.actions.seals import seal_of_its_own, seal_to_write_with
from holdfast.wellbeing.queries.openings import reason_spot
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose
from town import Person, Town
from trust.planted_values import Planted


async def planted_words(work: Work, town: Town, person: Person, planted: Planted) -> dict[str, str]:
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
