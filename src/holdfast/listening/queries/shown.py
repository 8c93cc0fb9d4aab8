"""Who sits in a talk of two, what was asked for there, and with whom somebody talked before."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import aliased

from holdfast.kit.ids import ListeningId, MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.listening.queries.seals import opened, place_of_ask, place_of_summary
from holdfast.listening.tables import AskRow, HandOverRow, ListeningRow
from holdfast.rights.rules import Actor, Member
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.seam import Keyring
from holdfast.staff.tables import StaffRow


class Sitting(Struct, frozen=True):
    """One who sits there. `role`: a staff person, always shown with it."""

    seat: str
    name: str
    avatar: str
    role: str
    member_id: MemberId | None
    seat_id: SeatId


class Asked(Struct, frozen=True):
    """What somebody asked with, for the two who talk about it."""

    words: str
    wants: tuple[str, ...]
    preferences: tuple[str, ...]
    summary: str  # of the listener before, as the member agreed to it


class Other(Struct, frozen=True):
    """The other one of the two, as they are called in that room."""

    name: str
    avatar: str
    seat: str


async def people_in_talk(work: Work, room_id: RoomId) -> list[Sitting]:
    """Everybody who sits in a listening room now; nobody there is ever left out."""
    query = (
        select(SeatRow, StaffRow.role)
        .outerjoin(StaffRow, StaffRow.id == SeatRow.staff_id)
        .where(SeatRow.room_id == room_id, SeatRow.left_at.is_(None))
        .order_by(SeatRow.id)
    )
    return [
        Sitting(seat.handle, seat.pseudonym, seat.avatar, role or "", seat.member_id, seat.id)
        for seat, role in await work.db.execute(query)
    ]


async def asked_in(work: Work, actor: Actor, keyring: Keyring, room_id: RoomId) -> Asked | None:
    """What was asked for in this room; for its two people only."""
    if not isinstance(actor, Member):
        return None
    row: AskRow | None = await work.db.scalar(select(AskRow).where(AskRow.room_id == room_id))
    if row is None:
        return None
    before = None if row.hand_over_id is None else await work.db.get(HandOverRow, row.hand_over_id)
    summary = ""
    if before is not None:
        summary = await opened(
            keyring, actor, before.words, before.key_id, place_of_summary(before)
        )
    return Asked(
        words=await opened(keyring, actor, row.words, row.key_id, place_of_ask(row)),
        wants=tuple(row.wants.split()),
        preferences=tuple(row.preferences.split()),
        summary=summary,
    )


async def others_in(
    work: Work, actor: Member, sessions: Sequence[ListeningId]
) -> dict[ListeningId, Other]:
    """With whom somebody talked, by the number of the session."""
    asker, listener = aliased(SeatRow), aliased(SeatRow)
    query = (
        select(ListeningRow, asker, listener)
        .join(asker, asker.id == ListeningRow.asker_seat)
        .join(listener, listener.id == ListeningRow.listener_seat)
        .where(ListeningRow.id.in_(sessions))
    )
    found = {}
    for row, one, two in await work.db.execute(query):
        other = two if row.asker_id == actor.id else one
        found[row.id] = Other(other.pseudonym, other.avatar, other.handle)
    return found
