"""The key a member's words are sealed with, made when it is first needed; and who must hear."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import delete, select

from holdfast.kit.apart import leave, make_key
from holdfast.kit.cipher import RootKey
from holdfast.kit.ids import KeyId, MemberId
from holdfast.kit.work import Work
from holdfast.rights.rules import Member, System
from holdfast.screening.concern import Concern
from holdfast.screening.detector import unread
from holdfast.screening.reading import Read, Reading, read
from holdfast.wellbeing.events import PlanRead
from holdfast.wellbeing.queries.seals import Seal, seal_of, seals_of
from holdfast.wellbeing.rules.plans import tidied
from holdfast.wellbeing.rules.seals import Purpose
from holdfast.wellbeing.tables import (
    LineOpeningRow,
    PlanKeyRow,
    PlanLineRow,
    PlanSignalRow,
    SealedLineRow,
)

log = structlog.get_logger()
COULD_NOT_READ = Reading(level=3)
SEALED_WITH: dict[Purpose, type[LineOpeningRow] | type[SealedLineRow]] = {
    Purpose.PLAN: LineOpeningRow,
    Purpose.LINE: SealedLineRow,
}


async def seal_to_write_with(
    work: Work, member: MemberId, root: RootKey, purpose: Purpose = Purpose.PLAN
) -> Seal:
    """A member's key for this, made now if there is none yet. A line of a plan has its own."""
    if seal := await seal_of(work, root, member, purpose):
        return seal
    await _forget_what_is_shut(work, member, purpose)
    return await _new_seal(work, member, root, purpose)


async def seal_of_its_own(work: Work, member: MemberId, root: RootKey) -> Seal:
    """A new key for one line alone: what erases the line destroys it."""
    return await _new_seal(work, member, root, Purpose.WORDS)


async def _new_seal(work: Work, member: MemberId, root: RootKey, purpose: Purpose) -> Seal:
    key = await make_key(root, work.clock.now())
    work.db.add(PlanKeyRow(id=key.id, member_id=member, purpose=purpose))
    await work.db.flush()
    return Seal(key, member)


async def leave_seals(work: Work, member: MemberId, keys: Iterable[KeyId | None]) -> None:
    """The keys of a member's lines that are no more go, with this work."""
    ids = [key for key in keys if key is not None]
    mine = PlanKeyRow.member_id == member, PlanKeyRow.id.in_(ids)
    if ids:
        await work.db.execute(delete(PlanKeyRow).where(*mine))
        await leave(work, ids)


async def forget_shut_lines(work: Work, member: MemberId, root: RootKey) -> None:
    """Lines whose key is gone, as in a copy of the data from before an erasure, take no room."""
    mine = select(PlanLineRow).where(PlanLineRow.member_id == member)
    rows = (await work.db.scalars(mine)).all()
    seals = await seals_of(work, root, member, [row.key_id for row in rows])
    for row in rows:
        if row.key_id not in seals:
            await leave_seals(work, member, [row.key_id])
            await work.db.delete(row)
    await work.db.flush()


async def _forget_what_is_shut(work: Work, member: MemberId, purpose: Purpose) -> None:
    """What a key sealed that is gone, as in a copy of the data from before an erasure."""
    if await drop_key(work, member, purpose):
        table = SEALED_WITH[purpose]
        await work.db.execute(delete(table).where(table.member_id == member))


async def drop_key(work: Work, member: MemberId, purpose: Purpose) -> bool:
    """A member's keys for this go, with this work. Whether there were any."""
    mine = PlanKeyRow.member_id == member, PlanKeyRow.purpose == purpose
    gone = delete(PlanKeyRow).where(*mine).returning(PlanKeyRow.id)
    ids = (await work.db.scalars(gone)).all()
    await leave(work, ids)
    return bool(ids)


def read_aloud(work: Work, member: Member, text: str) -> tuple[Read, Reading]:
    """Read what a member wrote for themselves, and say it upstairs when someone should come.

    Words over which the rules break are kept unread, and somebody should come: nothing that may
    be a goodbye is lost because a program could not read it.
    """
    line = tidied(text)
    try:
        words = read(line, language=member.looks.locale)
        reading = words.reading
    except Exception:
        log.error("plan.unread")
        words, reading = unread(line), COULD_NOT_READ
    if reading.concern >= Concern.HIGH:
        _say_upstairs(work, member.id, reading)
    return words, reading


def _say_upstairs(work: Work, member: MemberId, reading: Reading) -> None:
    """That someone should come: kept with the words' own transaction, and announced after it."""
    noticed = PlanSignalRow(
        member_id=member,
        concern=int(reading.concern),
        tracks="".join(reading.tracks),
        at=work.clock.now(),
    )
    work.db.add(noticed)
    work.announce(PlanRead(member, reading))


async def forget_signal(work: Work, actor: System, *, signal: PlanSignalRow) -> None:
    """It has been heard upstairs and is in somebody's hands there."""
    del actor
    await work.db.delete(signal)
