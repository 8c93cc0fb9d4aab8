"""Opening the sealed words among the rows about somebody, whatever key they are sealed with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table

import holdfast.app.sealed  # noqa: F401 - what every slice seals
from holdfast.circles.queries.proposals import opened_words
from holdfast.kit.cipher import WrongKey
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.sealing.register import REGISTER
from holdfast.sealing.seam import Sealed
from holdfast.wellbeing.queries.openings import reason_spot
from holdfast.wellbeing.queries.seals import Seal, seal_of, seals_of
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose

OWN = {"plan_lines": "words", "plan_undos": "words", "sealed_lines": "words"}
OWN["line_openings"] = "reason"


async def words_of(work: Work, reader: Reader, table: Table, row: Row[Any]) -> dict[str, str]:
    """The words in this row, by their columns; none where their key is gone."""
    found: dict[str, str] = {}
    for (name, key_column), sealed in REGISTER.items():
        key = getattr(row, key_column, None)
        if name != table.name or key is None:
            continue
        for column, data in sealed.words_of(row):
            place = sealed.place(row, column)
            try:
                await reader.in_hand([key])
                found[column] = reader.keyring.open(Sealed(data, key, place), reader.actor)
            except (KeyError, WrongKey):
                continue  # erased
    return found or await _own_words(work, reader, table.name, row)


async def _own_words(work: Work, reader: Reader, name: str, row: Row[Any]) -> dict[str, str]:
    """Words under a key of the member's own: a plan, the sealed line, a wish for a circle."""
    if name == "wish_words":
        return await _wished_words(work, reader, row)
    column = OWN.get(name)
    if column is None or getattr(row, column) is None:
        return {}
    try:
        seal = await _own_seal(work, reader, name, row)
        if seal is None:
            return {}
        return {column: seal.open(getattr(row, column), _spot(name, row), reader.actor)}
    except WrongKey:
        return {}


async def _own_seal(work: Work, reader: Reader, name: str, row: Row[Any]) -> Seal | None:
    root = reader.keyring.root
    if name in ("plan_lines", "plan_undos"):
        seals = await seals_of(work, root, row.member_id, [row.key_id])
        return seals.get(row.key_id)
    purpose = Purpose.LINE if name == "sealed_lines" else Purpose.PLAN
    return await seal_of(work, root, row.member_id, purpose)


async def _wished_words(work: Work, reader: Reader, row: Row[Any]) -> dict[str, str]:
    try:
        words = await opened_words(work, reader.keyring.root, row.id)
    except WrongKey:
        return {}
    return {"words": words} if words else {}


def _spot(name: str, row: Row[Any]) -> bytes:
    match name:
        case "plan_lines":
            return bytes(row.id)
        case "plan_undos":
            return bytes(row.line_id)
        case "line_openings":
            return reason_spot(row.escalation_id, row.asked_by)
    return SEALED_LINE
