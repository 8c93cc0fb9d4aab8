"""Side spaces: a room of one member and the staff who come to them."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff, System
from holdfast.rooms.actions.seats import new_name
from holdfast.rooms.events import SeatLeft, SideSpaceOpened
from holdfast.rooms.queries.places import names_in_use
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow

SIDE_NAME = N_("Your side space")
SIDE_TOPIC = N_("Only you, and the people who come to you")


async def open_side_space(
    work: Work, actor: System, *, member_id: MemberId, age_band: str, language: str
) -> RoomRow:
    """Make a side space with the member's seat in it, under a name of its own."""
    del actor
    room = RoomRow(
        slug=f"side-{secrets.token_hex(10)}",
        name=SIDE_NAME,
        topic=SIDE_TOPIC,
        about="",
        language=language,
        kind=RoomKind.SIDE,
        state=RoomState.LIVE,
        age_band=age_band,
    )
    work.db.add(room)
    await work.db.flush()
    seat = SeatRow(
        handle=random_handle(),
        room_id=room.id,
        member_id=member_id,
        pseudonym=new_name(language, set()),
        avatar=secrets.token_hex(8),
        taken_at=work.clock.now(),
    )
    work.db.add(seat)
    await work.db.flush()
    work.announce(SideSpaceOpened(room.id))
    return room


async def sit_with(work: Work, actor: Staff, *, room_id: RoomId, reads_after: int = 0) -> SeatId:
    """Take a staff seat, under the staff name. Idempotent; a seat once left is taken up again.

    `reads_after`: what was said up to this seq is not for them.
    """
    mine = SeatRow.room_id == room_id, SeatRow.staff_id == actor.id
    row = await work.db.scalar(select(SeatRow).where(*mine))
    if row is None:
        taken = await names_in_use(work, room_id)
        row = SeatRow(
            handle=random_handle(),
            room_id=room_id,
            member_id=None,
            staff_id=actor.id,
            pseudonym=actor.name if actor.name not in taken else f"{actor.name} 2",
            avatar=secrets.token_hex(8),
            taken_at=work.clock.now(),
        )
        work.db.add(row)
        await work.db.flush()
    row.left_at, row.reads_after = None, reads_after
    return row.id


async def rest_side_space(work: Work, actor: Staff, *, room_id: RoomId) -> None:
    """It is over for now: nobody is on the way, and no staff person goes on reading there.

    Its member can still read and write.
    """
    del actor
    theirs = (SeatRow.room_id == room_id, SeatRow.staff_id.is_not(None), SeatRow.left_at.is_(None))
    for row in await work.db.scalars(select(SeatRow).where(*theirs)):
        row.left_at = work.clock.now()
        work.announce(SeatLeft(room_id=room_id, seat_id=row.id))
    (await work.db.get_one(RoomRow, room_id)).state = RoomState.QUIET


async def wake_side_space(work: Work, actor: System, *, room_id: RoomId) -> None:
    """Somebody may come again, and its member finds the way there, even if they once left it."""
    del actor
    (await work.db.get_one(RoomRow, room_id)).state = RoomState.LIVE
    theirs = SeatRow.room_id == room_id, SeatRow.member_id.is_not(None)
    await work.db.execute(update(SeatRow).where(*theirs).values(left_at=None))


async def stand_up(work: Work, actor: Staff, *, room_id: RoomId) -> None:
    """Give up a staff seat: this person no longer reads here."""
    mine = SeatRow.room_id == room_id, SeatRow.staff_id == actor.id, SeatRow.left_at.is_(None)
    row = await work.db.scalar(select(SeatRow).where(*mine))
    if row is not None:
        row.left_at = work.clock.now()
        work.announce(SeatLeft(room_id=room_id, seat_id=row.id))
