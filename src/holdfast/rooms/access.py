"""The only door to a room, or a seat in one, for an id that came from outside."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.glances import Glances
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Member, Permission, may
from holdfast.rooms.rules import is_slug
from holdfast.rooms.tables import RoomRow, SeatRow


@dataclass(frozen=True, slots=True)
class Author:
    """Who someone is in one room, as the room sees them: nothing of it is the same elsewhere."""

    seat: str
    pseudonym: str
    avatar: str


@dataclass(slots=True, weakref_slot=True, eq=False)
class Seat:
    """A seat that was found to be its holder's, kept in hand while it is. `held` ends that."""

    id: SeatId
    room_id: RoomId
    slug: str
    author: Author
    actor: Actor
    held: bool = True


MINE = (
    "SELECT s.id, s.room_id, s.handle, s.pseudonym, s.avatar FROM seats s"
    " JOIN rooms r ON r.id = s.room_id WHERE r.slug = ? AND s.member_id = ? AND s.left_at IS NULL"
)


async def room_to_see(work: Work, actor: Actor, slug: str) -> RoomRow:
    """A room this actor may know about. Raises `NotFound`."""
    named = select(RoomRow).where(RoomRow.slug == slug)
    room = await work.db.scalar(named) if is_slug(slug) else None
    if room is None or not may(actor, Permission.ROOM_SEE):
        raise NotFound
    return room


async def seat_in(work: Work, actor: Actor, slug: str) -> Seat:
    """The actor's seat in a room, to read from. Raises `NotFound`: absent and foreign alike."""
    if not isinstance(actor, Member) or not is_slug(slug):
        raise NotFound
    query = (
        select(SeatRow.id, SeatRow.room_id, SeatRow.handle, SeatRow.pseudonym, SeatRow.avatar)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(RoomRow.slug == slug, SeatRow.member_id == actor.id, SeatRow.left_at.is_(None))
    )
    found = (await work.db.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    seat_id, room_id, *shown = found
    return Seat(seat_id, room_id, slug, Author(*shown), actor)


async def seat_to_speak(glances: Glances, actor: Actor, slug: str) -> Seat:
    """The actor's seat, to speak from. Every room is live here, so every seat may speak."""
    if not isinstance(actor, Member) or not is_slug(slug):
        raise NotFound
    found = await glances.rows(MINE, slug, actor.id)
    if not found:
        raise NotFound
    seat_id, room_id, *shown = found[0]
    return Seat(seat_id, room_id, sys.intern(slug), Author(*shown), actor)


def still_to_speak(seat: Seat) -> Seat:
    """A seat in hand, checked again without the database. Raises `NotFound` once it is gone."""
    if not seat.held:
        raise NotFound
    return seat


def may_make_rooms(actor: Actor) -> None:
    """Raises `NotPermitted` unless the matrix lets this actor make rooms."""
    if not may(actor, Permission.ROOM_MAKE):
        raise NotPermitted
