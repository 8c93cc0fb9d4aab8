"""Erasing all that was said in a room, or on one day of it: wanted by one, agreed to by another."""

from __future__ import annotations

from datetime import UTC, date, datetime

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.actions.asking import NobodyAsks, agree, ask, asked, decline
from holdfast.erasing.marks import Marker
from holdfast.erasing.queries import Ask, Erasure
from holdfast.erasing.rules import By, Kind, Reason
from holdfast.kit.errors import Malformed, NotFound
from holdfast.kit.work import Work
from holdfast.messages.queries.erasing import role_now, slug_of
from holdfast.rights.rules import MATRIX, Actor, Permission, Staff, may
from holdfast.rooms.access import room_to_keep
from holdfast.sealing.seam import day_of
from holdfast.staff.access import fresh_staff


async def ask_to_erase(work: Work, actor: Actor, *, slug: str, on: date | None, why: Reason) -> Ask:
    """Want a room, or a day of it, erased. The same wish twice is one.

    Raises `NotFound`, `FreshSignInNeeded`, `Malformed` for a day that has not begun.
    """
    staff, room = await room_to_keep(work, actor, slug, Permission.ROOM_ERASE)
    fresh_staff(work, actor)
    day = None
    if on is not None:
        day = day_of(datetime(on.year, on.month, on.day, tzinfo=UTC))
        if not 0 <= day <= day_of(work.clock.now()):
            raise Malformed
    return await ask(work, staff, room_id=room.id, day=day, why=why)


async def agree_to_erase(work: Work, actor: Actor, *, ask_id: int, marker: Marker) -> Erasure:
    """Be the second person: from now on it is out of sight, and then gone.

    Raises `NotFound`, `FreshSignInNeeded`, `NeedsSomebodyElse`, `NobodyAsks`.
    """
    staff = _who_may(actor)
    wish = await asked(work, staff, ask_id=ask_id)
    fresh_staff(work, actor)
    role = await role_now(work, wish.asked_by)
    if role is None or Permission.ROOM_ERASE not in MATRIX[role]:
        raise NobodyAsks  # whoever wanted it may not want it any more
    slug = await slug_of(work, wish.room_id)
    if wish.day is None:
        what, mark = Going(Kind.ROOM, room_id=wish.room_id), marker.room(wish.room_id, slug)
    else:
        what = Going(Kind.DAY, room_id=wish.room_id, day=wish.day)
        mark = marker.day(wish.room_id, slug, wish.day)
    erasure = await begin_erasure(work, actor, what=what, by=By.STAFF, marks=[mark])
    await agree(work, staff, row=wish, erasure_id=erasure.id)
    return erasure


async def decline_to_erase(work: Work, actor: Actor, *, ask_id: int) -> None:
    """Say no to it, or want it no longer. Raises `NotFound`, `NobodyAsks`."""
    staff = _who_may(actor)
    await decline(work, staff, row=await asked(work, staff, ask_id=ask_id))


def _who_may(actor: Actor) -> Staff:
    if not isinstance(actor, Staff) or not may(actor, Permission.ROOM_ERASE):
        raise NotFound
    return actor
