"""Erasing all that was said in a room, or on one day of it: wanted by one, agreed to by another."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.marks import Marker
from holdfast.erasing.rules import ASKED_FOR, AskState, By, Kind, Reason
from holdfast.erasing.tables import ErasureAskRow, ErasureRow
from holdfast.kit.errors import Conflict, Malformed, NotFound
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Staff, System, may
from holdfast.rooms.access import room_to_keep
from holdfast.rooms.tables import RoomRow
from holdfast.sealing.seam import day_of
from holdfast.staff.access import fresh_staff


class NeedsSomebodyElse(Conflict):
    """Nobody agrees to what they want themselves."""

    code = "second_person_needed"
    words = N_("This needs a second person. Nobody can say yes to their own wish.")


class NobodyAsks(Conflict):
    """It was decided, or nobody answered for too long."""

    code = "approval_expired"
    words = N_("That wish has run out, or was decided. Please look again.")


async def ask_to_erase(
    work: Work, actor: Actor, *, slug: str, on: date | None, why: Reason
) -> ErasureAskRow:
    """Want a room, or a day of it, erased. The same wish twice is one.

    Raises `NotFound`, `FreshSignInNeeded`, `Malformed` for a day that has not begun.
    """
    staff, room = await room_to_keep(work, actor, slug, Permission.ROOM_ERASE)
    fresh_staff(work, actor)
    now, day = work.clock.now(), None
    if on is not None:
        day = day_of(datetime(on.year, on.month, on.day, tzinfo=UTC))
        if not 0 <= day <= day_of(now):
            raise Malformed
    waiting = await _waiting(work, room, day)
    if waiting is not None:
        return waiting
    row = ErasureAskRow(
        room_id=room.id,
        day=day,
        why=why.value,
        asked_by=staff.id,
        asked_at=now,
        until=now + ASKED_FOR,
    )
    work.db.add(row)
    await work.db.flush()
    await _note(work, staff, row, "asked")
    return row


async def _waiting(work: Work, room: RoomRow, day: int | None) -> ErasureAskRow | None:
    mine = (
        ErasureAskRow.room_id == room.id,
        ErasureAskRow.day == day if day is not None else ErasureAskRow.day.is_(None),
        ErasureAskRow.state == AskState.WAITING,
        ErasureAskRow.until > work.clock.now(),
    )
    found: ErasureAskRow | None = await work.db.scalar(select(ErasureAskRow).where(*mine))
    return found


async def agree_to_erase(work: Work, actor: Actor, *, ask_id: int, marker: Marker) -> ErasureRow:
    """Be the second person: from now on it is out of sight, and then gone.

    Raises `NotFound`, `FreshSignInNeeded`, `NeedsSomebodyElse`, `NobodyAsks`.
    """
    staff, row, room = await _in_hand(work, actor, ask_id)
    fresh_staff(work, actor)
    if row.asked_by == staff.id:
        raise NeedsSomebodyElse
    kind = Kind.ROOM if row.day is None else Kind.DAY
    if row.day is None:
        mark = marker.room(room.id, room.slug)
    else:
        mark = marker.day(room.id, room.slug, row.day)
    what = Going(kind, room_id=room.id, day=row.day)
    erasure = await begin_erasure(work, actor, what=what, by=By.STAFF, marks=[mark])
    row.state, row.decided_by, row.decided_at = AskState.DONE, staff.id, work.clock.now()
    row.erasure_id = erasure.id
    await _note(work, staff, row, "agreed")
    return erasure


async def decline_to_erase(work: Work, actor: Actor, *, ask_id: int) -> None:
    """Say no to it, or want it no longer. Raises `NotFound`, `NobodyAsks`."""
    staff, row, _ = await _in_hand(work, actor, ask_id)
    row.state, row.decided_by, row.decided_at = AskState.DECLINED, staff.id, work.clock.now()
    await _note(work, staff, row, "declined")


async def _in_hand(work: Work, actor: Actor, ask_id: int) -> tuple[Staff, ErasureAskRow, RoomRow]:
    if not isinstance(actor, Staff) or not may(actor, Permission.ROOM_ERASE):
        raise NotFound
    row = await work.db.get(ErasureAskRow, ask_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.state is not AskState.WAITING or row.until <= work.clock.now():
        raise NobodyAsks
    return actor, row, await work.db.get_one(RoomRow, row.room_id)


async def _note(work: Work, actor: Staff | System, row: ErasureAskRow, what: str) -> None:
    detail = {"ask": row.id} if row.day is None else {"ask": row.id, "day": row.day}
    about = f"room:{row.room_id}"
    await record(work, actor, what=f"room:erasing_{what}", about=about, why=row.why, detail=detail)
