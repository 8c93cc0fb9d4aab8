"""Asking that everything about me is only kept and not used, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update

from holdfast.audit.actions import record
from holdfast.kit.ids import MemberId
from holdfast.kit.tokens import random_bytes_id
from holdfast.kit.work import Work
from holdfast.members.access import myself
from holdfast.members.events import MemberFrozen, MemberThawed
from holdfast.members.queries import can_come_back, freeze_of, hold_members
from holdfast.members.rules.freezing import NoWayBack
from holdfast.members.tables import FreezeRow
from holdfast.rights.rules import Member, System

FROZEN, THAWED = "member:frozen", "member:thawed"


async def freeze(work: Work, actor: Member) -> FreezeRow:
    """From now on what I said and what is known of me is kept and not used. Twice is once.

    Raises `NoWayBack` for a visit that nobody could come back from to take it back.
    """
    await hold_members(work, {actor.id})  # one tab at a time
    await myself(work, actor)
    if not await can_come_back(work, actor.id):
        raise NoWayBack
    row = await freeze_of(work, actor.id, held=True)
    if row is not None and row.thawed_at is None:
        return row
    row = await _frozen(work, row, actor.id, work.clock.now())
    await record(work, actor, what=FROZEN, about=f"member:{actor.id}")
    work.announce(MemberFrozen(actor.id))
    return row


async def freeze_again(work: Work, actor: System, *, member_id: MemberId, at: datetime) -> bool:
    """In a restored place: what was frozen after its backup is frozen; whether it was not.

    Its number is another one: of the first nothing is left but the receipt itself.
    """
    row = await freeze_of(work, member_id)
    if row is not None and row.thawed_at is None:
        return False
    await _frozen(work, row, member_id, at)
    await record(work, actor, what=FROZEN, about=f"member:{member_id}")
    return True


async def _frozen(
    work: Work, row: FreezeRow | None, member_id: MemberId, at: datetime
) -> FreezeRow:
    if row is not None:  # taken back a moment ago: what is still out of sight stays so
        row.number, row.at = random_bytes_id(), at
        row.apart_at = row.thawed_at = None
    else:
        row = FreezeRow(member_id=member_id, number=random_bytes_id(), at=at)
        work.db.add(row)
        await work.db.flush()
    return row


async def thaw(work: Work, actor: Member) -> None:
    """Take that back: everything is where it was. Nothing happens where nothing is frozen."""
    row = await freeze_of(work, actor.id, held=True)
    if row is None or row.thawed_at is not None:
        return
    row.thawed_at = work.clock.now()
    await record(work, actor, what=THAWED, about=f"member:{actor.id}")
    work.announce(MemberThawed(actor.id))


async def note_apart(work: Work, actor: System, *, members: Sequence[MemberId]) -> None:
    """Their words are out of sight everywhere."""
    del actor
    theirs = FreezeRow.member_id.in_(members), FreezeRow.apart_at.is_(None)
    still = FreezeRow.thawed_at.is_(None)
    await work.db.execute(update(FreezeRow).where(*theirs, still).values(apart_at=work.clock.now()))


async def end_freeze(work: Work, actor: System, *, member_id: MemberId) -> bool:
    """Everything is back, so nothing is left of it; unless they froze it again meanwhile."""
    del actor
    theirs = FreezeRow.member_id == member_id, FreezeRow.thawed_at.is_not(None)
    gone = delete(FreezeRow).where(*theirs).returning(FreezeRow.member_id)
    return (await work.db.scalars(gone)).first() is not None
