"""Listening rooms: a room of one who asks and one who listens, and whoever was called there."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from holdfast.kit.ids import MemberId, RoomId, SeatId, StaffId
from holdfast.kit.tokens import random_handle
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import System
from holdfast.rooms.actions.seats import new_name
from holdfast.rooms.events import RoomGuided, RoomStateChanged, SeatLeft
from holdfast.rooms.queries.places import names_in_use
from holdfast.rooms.queries.staffed import staff_in_room
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow

LISTENING_NAME = N_("A talk for two")
LISTENING_TOPIC = N_("You and a listener, and nobody you can’t see")


async def lay_listening_room(
    work: Work, actor: System, *, member_id: MemberId, age_band: str, language: str
) -> tuple[RoomRow, SeatRow]:
    """A room for an ask, with a seat for who asks. Nobody sits there before they are two."""
    del actor
    room = RoomRow(
        slug=f"talk-{secrets.token_hex(10)}",
        name=LISTENING_NAME,
        topic=LISTENING_TOPIC,
        about="",
        language=language,
        kind=RoomKind.LISTENING,
        state=RoomState.LIVE,
        age_band=age_band,
    )
    work.db.add(room)
    await work.db.flush()
    seat = _seat(work, room, member_id, set())
    seat.left_at = work.clock.now()
    await work.db.flush()
    return room, seat


async def seat_two(
    work: Work, actor: System, *, room_id: RoomId, asker_seat: SeatId, listener_id: MemberId
) -> SeatRow:
    """Both sit down: from now on the room is there for these two. Says the listener's seat."""
    del actor
    await work.db.execute(update(SeatRow).where(SeatRow.id == asker_seat).values(left_at=None))
    room = await work.db.get_one(RoomRow, room_id)
    seat = _seat(work, room, listener_id, await names_in_use(work, room_id))
    await work.db.flush()
    return seat


async def show_earlier(work: Work, actor: System, *, room_id: RoomId, staff_id: StaffId) -> None:
    """Whoever was called reads from the beginning: the member said yes to it."""
    del actor
    theirs = SeatRow.room_id == room_id, SeatRow.staff_id == staff_id
    await work.db.execute(update(SeatRow).where(*theirs).values(reads_after=0))


async def tell_who_came(work: Work, actor: System, *, room_id: RoomId) -> None:
    """The two see at once who of the staff sits with them; nobody is there unseen."""
    del actor
    await work.db.flush()
    here = [one.name for one in await staff_in_room(work, room_id)]
    room = await work.db.get_one(RoomRow, room_id)
    work.announce(RoomGuided(room_id, room.state, room.state_until, {"staff": here}))


async def empty_room_of_staff(work: Work, actor: System, *, room_id: RoomId) -> None:
    """The conversation is over: whoever was called goes on reading nothing there."""
    del actor
    theirs = SeatRow.room_id == room_id, SeatRow.staff_id.is_not(None), SeatRow.left_at.is_(None)
    for row in await work.db.scalars(select(SeatRow).where(*theirs)):
        row.left_at = work.clock.now()
        work.announce(SeatLeft(room_id=room_id, seat_id=row.id))


def _seat(work: Work, room: RoomRow, member_id: MemberId, taken: set[str]) -> SeatRow:
    row = SeatRow(
        handle=random_handle(),
        room_id=room.id,
        member_id=member_id,
        pseudonym=new_name(room.language, taken),
        avatar=secrets.token_hex(8),
        taken_at=work.clock.now(),
    )
    work.db.add(row)
    return row


async def close_listening_room(work: Work, actor: System, *, room_id: RoomId) -> None:
    """Nothing more is written there. Its two may read it, for as long as words are kept."""
    del actor
    room = await work.db.get_one(RoomRow, room_id)
    room.state, room.state_until = RoomState.CLOSED, None
    work.announce(RoomStateChanged(room_id, RoomState.CLOSED, None))
