"""What stands in a plan and in the sealed line, opened for whom it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import stamp
from holdfast.kit.ids import MemberId, PlanLineId
from holdfast.kit.work import Work
from holdfast.rights.rules import Member, System
from holdfast.sealing.seam import Keyring
from holdfast.wellbeing.queries.openings import kept_of_openings
from holdfast.wellbeing.queries.seals import seal_of, seals_of
from holdfast.wellbeing.rules.plans import Change, Part
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose
from holdfast.wellbeing.tables import PlanLineRow, PlanSignalRow, PlanUndoRow, SealedLineRow


class Line(Struct, frozen=True):
    """One line of a plan, opened for its member."""

    id: PlanLineId
    part: Part
    words: str
    shared_at: datetime | None


class SharedLine(Struct, frozen=True):
    """One line that its member agreed to hand over, and since when."""

    part: Part
    words: str
    agreed_at: datetime


class Undo(Struct, frozen=True):
    """What was done last, and the words that would come back."""

    change: Change
    words: str


class LeftLine(Struct, frozen=True):
    """The sealed line, opened for the member who left it."""

    words: str
    left_at: datetime


async def plan_of(work: Work, root: RootKey, member: Member) -> list[Line]:
    """My whole plan, in the order of its parts and of writing."""
    rows = await _rows(work, member.id)
    seals = await seals_of(work, root, member.id, [row.key_id for row in rows])
    lines = [
        Line(row.id, row.part, seal.open(row.words, row.id, member), row.shared_at)
        for row in rows
        if (seal := seals.get(row.key_id)) is not None
    ]
    order = list(Part)
    return sorted(lines, key=lambda line: order.index(line.part))


async def _rows(work: Work, member_id: MemberId) -> Sequence[PlanLineRow]:
    mine = select(PlanLineRow).where(PlanLineRow.member_id == member_id)
    query = mine.order_by(PlanLineRow.written_at, PlanLineRow.id)
    return (await work.db.scalars(query)).all()


async def lines_in_plan(work: Work, member_id: MemberId) -> int:
    """How many lines a plan has."""
    query = select(func.count()).where(PlanLineRow.member_id == member_id)
    return (await work.db.execute(query)).scalar_one()


async def undo_of(work: Work, root: RootKey, member: Member) -> Undo | None:
    """What I did last and can take back; nothing when I did that already."""
    row = await work.db.get(PlanUndoRow, member.id)
    if row is None or row.words is None:
        return None if row is None else Undo(row.change, "")
    seal = (await seals_of(work, root, member.id, [row.key_id])).get(row.key_id)
    return None if seal is None else Undo(row.change, seal.open(row.words, row.line_id, member))


async def sealed_line_of(work: Work, root: RootKey, member: Member) -> LeftLine | None:
    """The line I left for the worst night, if I did."""
    row = await work.db.get(SealedLineRow, member.id)
    seal = await seal_of(work, root, member.id, Purpose.LINE)
    if row is None or seal is None:
        return None
    return LeftLine(seal.open(row.words, SEALED_LINE, member), row.left_at)


async def shared_lines(work: Work, keyring: Keyring, member_id: MemberId) -> list[SharedLine]:
    """The lines of somebody's plan that they agreed to hand over, and no others.

    For a handover packet. The rows without a yes are not even read from the database.
    """
    query = (
        select(PlanLineRow)
        .where(PlanLineRow.member_id == member_id, PlanLineRow.shared_at.is_not(None))
        .order_by(PlanLineRow.written_at, PlanLineRow.id)
    )
    order = list(Part)
    rows = sorted(await work.db.scalars(query), key=lambda row: order.index(row.part))
    seals = await seals_of(work, keyring.root, member_id, [row.key_id for row in rows])
    return [
        SharedLine(row.part, seal.open(row.words, row.id, System()), row.shared_at)
        for row in rows
        if row.shared_at is not None and (seal := seals.get(row.key_id)) is not None
    ]


async def signals_in_plans(work: Work) -> Sequence[PlanSignalRow]:
    """What was noticed in plans and nobody upstairs has heard of yet, the oldest first."""
    return (await work.db.scalars(select(PlanSignalRow).order_by(PlanSignalRow.row))).all()


async def plans_to_part(work: Work) -> list[MemberId]:
    """Whose plan has lines that share a key."""
    lines = select(PlanLineRow.member_id).where(PlanLineRow.key_id.is_(None))
    undos = select(PlanUndoRow.member_id).where(
        PlanUndoRow.key_id.is_(None), PlanUndoRow.words.is_not(None)
    )
    return sorted({*await work.db.scalars(lines), *await work.db.scalars(undos)})


async def kept_in_plan(work: Work, root: RootKey, member: Member) -> dict[str, Any]:
    """All that this slice keeps about me, in plain words and values, for me."""
    line = await sealed_line_of(work, root, member)
    undo = await undo_of(work, root, member)
    return {
        "safety_plan": [
            {
                "part": one.part.value,
                "words": one.words,
                "shared_at": stamp(one.shared_at) if one.shared_at else None,
            }
            for one in await plan_of(work, root, member)
        ],
        "safety_plan_undo": undo and {"change": undo.change.value, "words": undo.words},
        "sealed_line": line and {"words": line.words, "left_at": stamp(line.left_at)},
        "sealed_line_openings": await kept_of_openings(work, root, member),
    }
