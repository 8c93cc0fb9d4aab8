"""A safety plan, line by line: write, change, take out, take that back, agree to share.

Words are read before anything may refuse them. So a refusal of words is given back, not raised:
what was read is announced in either case.
"""

from __future__ import annotations

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.ids import MemberId, PlanLineId
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.work import Work
from holdfast.rights.rules import Member
from holdfast.screening.reading import Read
from holdfast.wellbeing.access import hold_plan, own_line
from holdfast.wellbeing.actions.seals import (
    forget_shut_lines,
    leave_seals,
    read_aloud,
    seal_of_its_own,
)
from holdfast.wellbeing.queries.plans import lines_in_plan
from holdfast.wellbeing.rules.plans import (
    MOST_LINES,
    Change,
    PlanIsFull,
    part_named,
    why_not_kept,
)
from holdfast.wellbeing.rules.written import Written
from holdfast.wellbeing.tables import PlanLineRow, PlanUndoRow


async def add_line(
    work: Work, member: Member, *, root: RootKey, part: str, text: str, wait: float = 0
) -> Written:
    """Write another line into my plan. `wait` says that it comes too fast to be kept."""
    await hold_plan(work, member.id)
    words, reading = read_aloud(work, member, text)
    place = part_named(part)
    if place is None:
        return Written(reading, Malformed())
    await forget_shut_lines(work, member.id, root)
    if no := await _why_not_added(work, member, words, wait):
        return Written(reading, no)
    seal = await seal_of_its_own(work, member.id, root)
    line = PlanLineId(random_bytes_id())
    row = PlanLineRow(
        id=line,
        member_id=member.id,
        part=place,
        words=seal.seal(words, line),
        written_at=work.clock.now(),
        key_id=seal.key.id,
    )
    work.db.add(row)
    await _remember(work, row, Change.ADDED)
    return Written(reading)


async def _why_not_added(
    work: Work, member: Member, words: Read, wait: float
) -> HoldfastError | None:
    if no := why_not_kept(words.text, wait):
        return no
    return PlanIsFull() if await lines_in_plan(work, member.id) >= MOST_LINES else None


async def change_line(
    work: Work, member: Member, *, root: RootKey, line: str, text: str, wait: float = 0
) -> Written:
    """Put other words in the place of a line. A yes to sharing was to the words of before.

    Those keep their key, and it goes with them once this can't be taken back any more.
    """
    await hold_plan(work, member.id)
    words, reading = read_aloud(work, member, text)
    if no := why_not_kept(words.text, wait):
        return Written(reading, no)
    try:
        row = await own_line(work, member, line)
    except NotFound as gone:
        return Written(reading, gone)
    await _remember(work, row, Change.CHANGED)
    seal = await seal_of_its_own(work, member.id, root)
    row.words, row.key_id = seal.seal(words, row.id), seal.key.id
    row.shared_at = None
    return Written(reading)


async def remove_line(work: Work, member: Member, *, line: str) -> None:
    """Take a line out. It can be put back until something else is done to the plan."""
    await hold_plan(work, member.id)
    row = await own_line(work, member, line)
    await _remember(work, row, Change.REMOVED)
    await work.db.delete(row)


async def share_line(work: Work, member: Member, *, line: str, agreed: bool) -> None:
    """Agree that this line may be handed over, or take that back."""
    row = await own_line(work, member, line)
    row.shared_at = (row.shared_at or work.clock.now()) if agreed else None


async def _remember(work: Work, row: PlanLineRow, change: Change) -> None:
    """Keep the line as it was before this change, in the place of what could be undone before."""
    await _forget_for_good(work, row.member_id)
    undo = PlanUndoRow(
        member_id=row.member_id,
        change=change,
        line_id=row.id,
        part=row.part,
        words=None if change is Change.ADDED else row.words,
        written_at=row.written_at,
        shared_at=row.shared_at,
        key_id=None if change is Change.ADDED else row.key_id,
    )
    work.db.add(undo)
    await work.db.flush()


async def _forget_for_good(work: Work, member_id: MemberId) -> None:
    undo = await _forget(work, member_id)
    if undo is not None:
        await leave_seals(work, member_id, [undo.key_id])


async def _forget(work: Work, member_id: MemberId) -> PlanUndoRow | None:
    undo = await work.db.get(PlanUndoRow, member_id)
    if undo is not None:
        await work.db.delete(undo)
        await work.db.flush()
    return undo


async def forget_undo(work: Work, member: Member) -> None:
    """Keep the last change for good: the words of before are gone, and their key."""
    await _forget_for_good(work, member.id)


async def take_back(work: Work, member: Member) -> None:
    """Undo what I did last. Raises `NotFound` when there is nothing to undo."""
    await hold_plan(work, member.id)
    undo = await _forget(work, member.id)
    if undo is None:
        raise NotFound
    row = await work.db.get(PlanLineRow, undo.line_id)
    if row is not None:
        await leave_seals(work, member.id, [row.key_id])
        await work.db.delete(row)
        await work.db.flush()
    if undo.words is not None:
        work.db.add(_as_before(undo, undo.words))


def _as_before(undo: PlanUndoRow, words: bytes) -> PlanLineRow:
    return PlanLineRow(
        id=undo.line_id,
        member_id=undo.member_id,
        part=undo.part,
        words=words,
        written_at=undo.written_at,
        shared_at=undo.shared_at,
        key_id=undo.key_id,
    )
