"""The doors to one person in one room, and to what words between two are opened for."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from holdfast.crisis.access import escalation_to_read
from holdfast.crisis.tables import SignalRow
from holdfast.erasing.holds.queries import kind_of
from holdfast.erasing.holds.rules import About
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.listening.glass.access import Grounds
from holdfast.moderation.access import case_to_see, cases_to_see
from holdfast.rights.rules import Actor
from holdfast.rooms.access import room_to_sit_in
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow


class Somebody(Struct, frozen=True):
    """A member as one room knows them. Who they are elsewhere, nobody at the desk learns."""

    seat_id: SeatId
    room_id: RoomId
    member_id: MemberId  # asked for what limits know in memory; never shown
    slug: str
    room_name: str
    handle: str
    pseudonym: str
    avatar: str
    taken_at: datetime
    left_at: datetime | None


async def person_in_room(work: Work, actor: Actor, slug: str, handle: str) -> Somebody:
    """A member of an open room. Raises `NotFound`, and `NotOnShift` as the room itself does."""
    staff, room = await room_to_sit_in(work, cases_to_see(actor), slug)
    del staff
    row = await work.db.scalar(
        select(SeatRow).where(SeatRow.handle == handle, SeatRow.room_id == room.id)
    )
    if row is None or row.member_id is None:
        raise NotFound
    return Somebody(
        seat_id=row.id,
        room_id=room.id,
        member_id=row.member_id,
        slug=room.slug,
        room_name=room.name,
        handle=row.handle,
        pseudonym=row.pseudonym,
        avatar=row.avatar,
        taken_at=row.taken_at,
        left_at=row.left_at,
    )


async def grounds_to_open(work: Work, actor: Actor, about: str) -> Grounds:
    """The escalation or case for which words between two are to be opened, and the room it is of.

    Raises `NotFound` for what this person may not read themselves, and where it names no room.
    """
    found = kind_of(about)
    if found is None:
        raise NotFound
    kind, number = found
    if kind is About.CASE:
        return Grounds(about, (await case_to_see(work, actor, number)).room_id)
    escalation = await escalation_to_read(work, actor, number)
    between_two = (
        select(SignalRow.room_id)
        .join(RoomRow, RoomRow.id == SignalRow.room_id)
        .where(SignalRow.escalation_id == escalation.id, RoomRow.kind == RoomKind.LISTENING)
        .order_by(SignalRow.row.desc())
    )
    found_there = await work.db.scalar(between_two.limit(1))
    return Grounds(about, found_there or escalation.room_id)
