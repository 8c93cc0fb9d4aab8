"""The sealed line, left for the worst night by a member's own wish, and erased by one tap."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Work
from holdfast.rights.rules import Member
from holdfast.wellbeing.access import hold_plan
from holdfast.wellbeing.actions.seals import drop_key, read_aloud, seal_to_write_with
from holdfast.wellbeing.rules.plans import why_not_kept
from holdfast.wellbeing.rules.seals import SEALED_LINE, Purpose
from holdfast.wellbeing.rules.written import Written
from holdfast.wellbeing.tables import LineOpeningRow, SealedLineRow


async def leave_line(
    work: Work, member: Member, *, root: RootKey, text: str, wait: float = 0
) -> Written:
    """Leave one line: a place, a number, someone to call. Another one takes its place.

    What staff asked for about the line of before counts for it alone: it is asked anew.
    """
    await hold_plan(work, member.id)
    words, reading = read_aloud(work, member, text)
    if no := why_not_kept(words.text, wait):
        return Written(reading, no)
    await erase_line(work, member)
    seal = await seal_to_write_with(work, member.id, root, Purpose.LINE)
    sealed = seal.seal(words, SEALED_LINE)
    work.db.add(SealedLineRow(member_id=member.id, words=sealed, left_at=work.clock.now()))
    return Written(reading)


async def erase_line(work: Work, member: Member) -> None:
    """Erase my sealed line and its key. Who opened it before, and why, stays mine to read."""
    unread = LineOpeningRow.member_id == member.id, LineOpeningRow.opened_at.is_(None)
    await work.db.execute(delete(LineOpeningRow).where(*unread))
    await work.db.execute(delete(SealedLineRow).where(SealedLineRow.member_id == member.id))
    await drop_key(work, member.id, Purpose.LINE)
