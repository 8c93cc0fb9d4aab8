"""What two of the staff decide: a room, or a day of it, wanted by one and agreed to by another."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.erasing.rules import ASKED_FOR, AskState, Reason
from holdfast.erasing.tables import ErasureAskRow
from holdfast.kit.errors import Conflict
from holdfast.kit.ids import RoomId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff


class NeedsSomebodyElse(Conflict):
    """Nobody agrees to what they want themselves."""

    code = "second_person_needed"
    words = N_("This needs a second person. Nobody can say yes to their own wish.")


class NobodyAsks(Conflict):
    """It was decided, or nobody answered for too long."""

    code = "approval_expired"
    words = N_("That wish has run out, or was decided. Please look again.")


async def ask(
    work: Work, actor: Staff, *, room_id: RoomId, day: int | None, why: Reason
) -> ErasureAskRow:
    """Want it erased. The same wish twice is one. The door above saw to it that they may."""
    now = work.clock.now()
    mine = (
        ErasureAskRow.room_id == room_id,
        ErasureAskRow.day == day if day is not None else ErasureAskRow.day.is_(None),
        ErasureAskRow.state == AskState.WAITING,
        ErasureAskRow.until > now,
    )
    waiting: ErasureAskRow | None = await work.db.scalar(select(ErasureAskRow).where(*mine))
    if waiting is not None:
        return waiting
    row = ErasureAskRow(
        room_id=room_id,
        day=day,
        why=why.value,
        asked_by=actor.id,
        asked_at=now,
        until=now + ASKED_FOR,
    )
    work.db.add(row)
    await work.db.flush()
    await _note(work, actor, row, "asked")
    return row


async def asked(work: Work, actor: Staff, *, ask_id: int) -> ErasureAskRow:
    """A wish that waits, taken in hand. Raises `NobodyAsks`."""
    del actor
    row = await work.db.get(ErasureAskRow, ask_id, with_for_update=True)
    if row is None or row.state is not AskState.WAITING or row.until <= work.clock.now():
        raise NobodyAsks
    return row


async def agree(work: Work, actor: Staff, *, row: ErasureAskRow, erasure_id: int) -> None:
    """Somebody else agreed, and it is begun. Raises `NeedsSomebodyElse`."""
    if row.asked_by == actor.id:
        raise NeedsSomebodyElse
    row.erasure_id = erasure_id
    await _decide(work, actor, row, AskState.DONE, "agreed")


async def decline(work: Work, actor: Staff, *, row: ErasureAskRow) -> None:
    """Say no to it, or want it no longer."""
    await _decide(work, actor, row, AskState.DECLINED, "declined")


async def _decide(work: Work, actor: Staff, row: ErasureAskRow, state: AskState, what: str) -> None:
    row.state, row.decided_by, row.decided_at = state, actor.id, work.clock.now()
    await _note(work, actor, row, what)


async def _note(work: Work, actor: Staff, row: ErasureAskRow, what: str) -> None:
    detail = {"ask": row.id} if row.day is None else {"ask": row.id, "day": row.day}
    named = f"room:{row.room_id}"
    await record(work, actor, what=f"room:erasing_{what}", about=named, why=row.why, detail=detail)
