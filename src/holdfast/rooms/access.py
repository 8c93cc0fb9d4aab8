"""The only door to a room, or a seat in one, for an id that came from outside."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from holdfast.kit.errors import HoldfastError, NotFound, NotPermitted
from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.tables import from_millis
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.own import OwnKeyLocked, own_of
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rooms.queries.stops import pause_of
from holdfast.rooms.rules import is_slug
from holdfast.rooms.rules.stops import Stop, kept_out_by
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow
from holdfast.staff.queries import shift_of


class Author(Struct, frozen=True):
    """Who someone is in one room, as the room sees them: nothing of it is the same elsewhere."""

    seat: str
    pseudonym: str
    avatar: str
    badge: str = ""  # the role, where a staff person speaks under the staff name


class Seat(Struct, eq=False, weakref=True):
    """A seat that was found to be its holder's, kept in hand while it is. `held` ends that.

    `state` is the room's as it was when the seat was looked up; the ledger knows it newer.
    """

    id: SeatId
    room_id: RoomId
    slug: str
    author: Author
    actor: Actor
    held: bool = True
    kind: RoomKind = RoomKind.OPEN
    state: RoomState = RoomState.LIVE
    language: str = "en"


MINE = (
    "SELECT s.id, s.room_id, r.kind, r.state, r.language, s.handle, s.pseudonym, s.avatar,"
    " p.until, p.rule, p.measure_id FROM seats s JOIN rooms r ON r.id = s.room_id"
    " LEFT JOIN pauses p ON p.member_id = s.member_id"
    " WHERE r.slug = ? AND s.{holder} = ? AND s.left_at IS NULL"
)
ON_SHIFT = (  # a shift that ends by the clock stands its person up within a second
    " AND (r.kind IN ('side', 'listening') OR EXISTS (SELECT 1 FROM shifts h"
    " WHERE h.staff_id = s.staff_id AND h.checked_in_at IS NOT NULL"
    " AND h.checked_out_at IS NULL AND h.called_off_at IS NULL))"
)
MEMBERS, STAFFS = MINE.format(holder="member_id"), MINE.format(holder="staff_id") + ON_SHIFT
SITS_BY = {  # what staff need to sit in a room of each kind
    RoomKind.OPEN: Permission.ROOM_SIT,
    RoomKind.CIRCLE: Permission.CIRCLE_VISIT,
    RoomKind.LISTENING: Permission.HAND_ANSWER,
    RoomKind.SIDE: Permission.SIDE_SPACE_READ,
}


PAUSED_FROM = frozenset({RoomKind.OPEN, RoomKind.CIRCLE})
"""Rooms that a pause closes to a member. A talk for two ends by its people, not by the clock."""
NOT_CALLED = N_("Your key is in another session. Please answer the raised hand again from here.")


class NotOnShift(NotPermitted):
    """Rooms are cared for by those who are on shift."""

    code = "not_on_shift"
    words = N_("You can do this while you are on shift. Please begin your shift first.")
    way = "/desk/shifts"


async def room_to_see(work: Work, actor: Actor, slug: str) -> RoomRow:
    """A room this actor may know about. Raises `NotFound`."""
    named = select(RoomRow).where(RoomRow.slug == slug)
    room = await work.db.scalar(named) if is_slug(slug) else None
    if room is None or not may(actor, Permission.ROOM_SEE):
        raise NotFound
    if room.kind is not RoomKind.OPEN:
        await seat_in(work, actor, slug)  # a closed room is known to those who sit in it
    else:
        await _may_come_in(work, actor)
    return room


async def _may_come_in(work: Work, actor: Actor) -> None:
    """Raises `Paused` for a member who may not come into open rooms, `Removed` for good."""
    stop = await pause_of(work, actor.id) if isinstance(actor, Member) else None
    if stop is not None:
        raise kept_out_by(stop)


async def seat_in(work: Work, actor: Actor, slug: str) -> Seat:
    """The actor's seat in a room, to read from. Raises `NotFound`: absent and foreign alike.

    Raises `Paused` where they may not come into open rooms now.
    """
    if not is_slug(slug):
        raise NotFound
    query = (
        select(
            SeatRow.id,
            SeatRow.room_id,
            RoomRow.kind,
            RoomRow.state,
            RoomRow.language,
            SeatRow.handle,
            SeatRow.pseudonym,
            SeatRow.avatar,
        )
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(RoomRow.slug == slug, _held_by(actor), SeatRow.left_at.is_(None))
    )
    found = (await work.db.execute(query)).one_or_none()
    if found is None or not may_sit_in(actor, found.kind):
        raise NotFound
    if isinstance(actor, Staff) and found.kind is RoomKind.OPEN:
        await _must_be_here(work, actor, NotFound)
    if found.kind in PAUSED_FROM:
        await _may_come_in(work, actor)
    return _seat(slug, actor, found)


def _held_by(actor: Actor) -> ColumnElement[bool]:
    match actor:
        case Member():
            return SeatRow.member_id == actor.id
        case Staff():
            return SeatRow.staff_id == actor.id
        case _:
            raise NotFound


def may_sit_in(actor: Actor, kind: RoomKind) -> bool:
    """Whether somebody may hold a seat in a room of this kind, also one they took before."""
    return isinstance(actor, Member) or may(actor, SITS_BY[kind])


async def _must_be_here(work: Work, actor: Staff, otherwise: type[HoldfastError]) -> None:
    if await shift_of(work, actor.id, work.clock.now()) is None:
        raise otherwise


async def room_to_sit_in(work: Work, actor: Actor, slug: str) -> tuple[Staff, RoomRow]:
    """An open room for a staff person on shift. Raises `NotFound`, `NotPermitted`, `NotOnShift`.

    A side space is joined by taking its escalation, never through this door.
    """
    room = await room_to_see(work, actor, slug)
    if not isinstance(actor, Staff) or not may(actor, Permission.ROOM_SIT):
        raise NotPermitted(N_("Seats are for members. Come in as a member to sit down."))
    if room.kind is not RoomKind.OPEN:
        raise NotFound
    await _must_be_here(work, actor, NotOnShift)
    return actor, room


def seat_asked(actor: Member | Staff, slug: str) -> Asked:
    """The question for somebody's seat."""
    return MEMBERS if isinstance(actor, Member) else STAFFS, (slug, actor.id)


async def seat_to_speak(glances: Glances, actor: Actor, slug: str) -> Seat:
    """The actor's seat, to speak from. What the room's state makes of the words, `messages` asks.

    Raises `NotFound`: absent and foreign alike; `Paused` where open rooms are closed to them;
    `OwnKeyLocked` where words between two do not open in this session.
    """
    if not isinstance(actor, Member | Staff) or not is_slug(slug):
        raise NotFound
    mine, whose = seat_asked(actor, slug)
    found = await glances.rows(mine, *whose)
    if not found:
        raise NotFound
    *what, until, rule, measure = found[0]
    seat = _seat(sys.intern(slug), actor, what)
    if not may_sit_in(actor, seat.kind):
        raise NotFound  # they sat down before they had another role
    if rule is not None and seat.kind in PAUSED_FROM:
        raise kept_out_by(Stop(None if until is None else from_millis(until), rule, measure))
    if seat.kind is RoomKind.LISTENING:
        must_have_key(actor)
    return seat


def must_have_key(actor: Member | Staff) -> None:
    """Raises `OwnKeyLocked` where words between two do not open in this session."""
    try:
        own_of(actor)
    except OwnKeyLocked:
        raise (OwnKeyLocked(NOT_CALLED) if isinstance(actor, Staff) else OwnKeyLocked) from None


def _seat(slug: str, actor: Actor, found: Sequence[Any]) -> Seat:
    seat_id, room_id, kind, state, language, handle, pseudonym, avatar = found
    badge = actor.role.value if isinstance(actor, Staff) else ""
    return Seat(
        seat_id,
        room_id,
        slug,
        Author(handle, pseudonym, avatar, badge),
        actor,
        kind=RoomKind(kind),
        state=RoomState(state),
        language=language,
    )


def still_to_speak(seat: Seat) -> Seat:
    """A seat in hand, checked again without the database. Raises `NotFound` once it is gone."""
    if not seat.held:
        raise NotFound
    return seat


async def open_room_to_see(work: Work, actor: Actor, slug: str) -> RoomRow:
    """An open room, closed or not, for whoever looks after rooms. Raises `NotFound`."""
    room = await room_to_see(work, actor, slug) if may(actor, Permission.ROOM_GUIDE) else None
    if room is None or room.kind is not RoomKind.OPEN:
        raise NotFound
    return room


async def room_to_guide(work: Work, actor: Actor, slug: str) -> RoomRow:
    """An open room in which one may write, for a staff person on shift.

    Raises `NotFound` for who never guides rooms and where there is none to guide, `NotOnShift`.
    """
    if not isinstance(actor, Staff) or not may(actor, Permission.ROOM_GUIDE):
        raise NotFound
    room = await room_to_see(work, actor, slug)
    if room.kind is not RoomKind.OPEN or room.state is RoomState.CLOSED:
        raise NotFound
    await _must_be_here(work, actor, NotOnShift)
    return room


async def room_to_keep(
    work: Work, actor: Actor, slug: str, permission: Permission
) -> tuple[Staff, RoomRow]:
    """A room of the open kind, for a steward who changes it, and who that is.

    Raises `NotFound`: absent and foreign alike.
    """
    if not isinstance(actor, Staff) or not may(actor, permission) or not is_slug(slug):
        raise NotFound
    named = RoomRow.slug == slug, RoomRow.kind == RoomKind.OPEN
    room = await work.db.scalar(select(RoomRow).where(*named))
    if room is None:
        raise NotFound
    return actor, room


def may_make_rooms(actor: Actor) -> None:
    """Raises `NotPermitted` unless the matrix lets this actor make rooms."""
    if not may(actor, Permission.ROOM_MAKE):
        raise NotPermitted
