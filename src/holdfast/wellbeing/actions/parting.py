"""Lines of a plan that shared one key, from before each had its own: every one is given its own."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.ids import KeyId, MemberId
from holdfast.kit.work import Work
from holdfast.rights.rules import System
from holdfast.wellbeing.access import hold_plan
from holdfast.wellbeing.actions.seals import seal_of_its_own
from holdfast.wellbeing.queries.seals import Seal, seal_of
from holdfast.wellbeing.rules.seals import Purpose, bound_to
from holdfast.wellbeing.tables import LineOpeningRow, PlanKeyRow, PlanLineRow, PlanUndoRow

Row = PlanLineRow | PlanUndoRow


async def part_plan(
    work: Work, actor: System, *, root: RootKey, member_id: MemberId
) -> list[KeyId]:
    """Seal each line of a plan anew with a key of its own; the shared keys that go after it.

    The shared one stays where staff wrote why they opened the sealed line: the record holds a hash
    of those bytes. Lines that do not open stay as they are. Raises `NotKept`.
    """
    del actor
    await hold_plan(work, member_id)
    shared = await seal_of(work, root, member_id)
    if shared is None:
        return []
    whole = [
        await _part(work, root, shared, row, spot) for row, spot in await _rows(work, member_id)
    ]
    opened = select(LineOpeningRow.id).where(LineOpeningRow.member_id == member_id).limit(1)
    if not all(whole) or await work.db.scalar(opened) is not None:
        return []
    row = await work.db.get(PlanKeyRow, shared.key.id)
    if row is not None and row.purpose is Purpose.PLAN:
        await work.db.delete(row)
    return [shared.key.id]


async def _rows(work: Work, member_id: MemberId) -> list[tuple[Row, bytes]]:
    lines = select(PlanLineRow).where(
        PlanLineRow.member_id == member_id, PlanLineRow.key_id.is_(None)
    )
    found: list[tuple[Row, bytes]] = [(row, row.id) for row in await work.db.scalars(lines)]
    undo = await work.db.get(PlanUndoRow, member_id)
    if undo is not None and undo.words is not None and undo.key_id is None:
        found.append((undo, undo.line_id))
    return found


async def _part(work: Work, root: RootKey, shared: Seal, row: Row, spot: bytes) -> bool:
    assert row.words is not None  # noqa: S101 - only such rows are found
    try:
        words = shared.open(row.words, spot, System())
    except WrongKey:
        return False
    own = await seal_of_its_own(work, row.member_id, root)
    row.words = own.key.seal(words.encode(), bound_to(own.key.id, row.member_id, spot))
    row.key_id = own.key.id
    return True
