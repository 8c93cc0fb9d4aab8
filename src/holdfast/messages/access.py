"""The only door to a message for a seq that came from outside."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.glances import Glances
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted, Quote, quote_of
from holdfast.messages.queries import (
    Found,
    Reader,
    is_change_known,
    message_row,
    messages_at,
)
from holdfast.messages.queries.blocks import Block, Person, block_named, person_called
from holdfast.messages.queries.held import Waiting, held_by_id, held_under
from holdfast.messages.queries.unseen import is_message_unseen
from holdfast.messages.rules import TooLate, may_edit
from holdfast.messages.tables import HeldState, Why
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.rooms.access import Seat, room_to_keep, seat_to_speak
from holdfast.rooms.tables import RoomKind

HEX = frozenset("0123456789abcdef")
KEPT_AS_CHOSEN = (RoomKind.OPEN, RoomKind.SIDE)


class Hand(Protocol):
    """Whoever keeps the seats of this process (the floor)."""

    def in_hand(self, seat: Seat) -> Seat: ...


async def seat_in_hand(glances: Glances, hand: Hand, actor: Actor, slug: str) -> Seat:
    """The actor's seat, to speak from, as this process holds it. Raises `NotFound`."""
    return hand.in_hand(await seat_to_speak(glances, actor, slug))


async def message_to_quote(work: Work, reader: Reader, seat: Seat, seq: int) -> Quote:
    """The message a reply refers to. Raises `NotFound`: none, and one out of sight, are alike."""
    found = await messages_at(work, reader, seat.room_id, [seq])
    if not found:
        raise NotFound
    return quote_of(found[0])


async def message_in_thread(work: Work, reader: Reader, seat: Seat, seq: int) -> MessagePosted:
    """A message of my circle, to which replies stand together. Raises `NotFound`."""
    found = await messages_at(work, reader, seat.room_id, [seq])
    if seat.kind is not RoomKind.CIRCLE or not found:
        raise NotFound
    return found[0]


async def message_to_pin(work: Work, reader: Reader, room_id: RoomId, seq: int) -> MessagePosted:
    """A message that stands in the room, for whoever guides it. Raises `NotFound`."""
    found = await messages_at(work, reader, room_id, [seq])
    if not found or found[0].removed:
        raise NotFound
    return found[0]


async def message_to_answer(glances: Glances, seat: Seat, seq: int) -> None:
    """Raises `NotFound` for a message out of sight; that it stands, the ledger makes sure."""
    if await is_message_unseen(glances, seat.actor, seat.room_id, seq):
        raise NotFound


async def own_message(
    work: Work, reader: Reader, seat: Seat, seq: int
) -> tuple[Found, MessagePosted]:
    """My own message, as it stands. Raises `NotFound`: someone else's and none are alike.

    One that was taken back is found too: the ledger refuses to change it, and knows whether this
    very change is the one that was made.
    """
    found = await message_row(work, seat.room_id, seq)
    if found is None or found.seat_id != seat.id:
        raise NotFound
    everybody = replace(reader, whole=True)  # they are told how it stands, whatever I see
    opened = await messages_at(work, everybody, seat.room_id, [seq])
    return found, opened[0]


async def message_to_edit(
    work: Work, reader: Reader, seat: Seat, seq: int, nonce: str
) -> tuple[Found, MessagePosted]:
    """My own message while it may be changed. Raises `TooLate` after 15 minutes.

    A change that was made in time may be said again at any time.
    """
    row, message = await own_message(work, reader, seat, seq)
    in_time = may_edit(row.written_at, work.clock.now())
    if not in_time and not await is_change_known(work, seat.id, nonce):
        raise TooLate
    return row, message


def may_read_held(actor: Actor, why: Why) -> bool:
    """Words of someone in danger are for those who may go to them; the rest is for moderators."""
    if why in {Why.CONCERN, Why.CARE}:
        return may(actor, Permission.ESCALATION_TAKE)
    return may(actor, Permission.HELD_DECIDE)


async def held_to_decide(work: Work, reader: Reader, message_id: bytes) -> Waiting:
    """A held message, for someone who may read and decide it. Raises `NotFound`, `Conflict`."""
    if not isinstance(reader.actor, Staff) or not may(reader.actor, Permission.HELD_DECIDE):
        raise NotFound
    held = await held_by_id(work, reader, message_id)
    if held is None or not may_read_held(reader.actor, held.why):
        raise NotFound
    if held.state is not HeldState.HELD:
        raise Conflict
    return held


async def own_held(work: Work, reader: Reader, seat: Seat, nonce: str) -> Waiting:
    """My own message that waits, came back or was taken back, by its nonce. Raises `NotFound`."""
    found = await held_under(work, reader, seat.id, nonce)
    if found is None or found.state is HeldState.RELEASED:
        raise NotFound
    return found


async def person_in_room(work: Work, seat: Seat, handle: str) -> Person:
    """Someone of my room by their handle there. Raises `NotFound`.

    Whom I do not see is found too: an answer that told them apart would tell who they are.
    """
    found = await person_called(work, seat.room_id, handle)
    if found is None:
        raise NotFound
    return found


async def message_to_hide(work: Work, seat: Seat, seq: int) -> Found:
    """A message of my room, as it lies. Raises `NotFound`."""
    found = await message_row(work, seat.room_id, seq)
    if found is None:
        raise NotFound
    return found


async def own_block(work: Work, member_id: MemberId, handle: str) -> Block:
    """One of my own mutes or blocks. Raises `NotFound`."""
    written = handle if len(handle) == 32 and set(handle) <= HEX else ""
    found = await block_named(work, member_id, bytes.fromhex(written))
    if found is None:
        raise NotFound
    return found


class Keeping(Struct, frozen=True):
    """What a time for words is set for: all rooms of a kind, or one room."""

    kind: RoomKind | None = None
    room_id: RoomId | None = None

    @property
    def named(self) -> str:
        """As the record names it."""
        return f"room:{self.room_id}" if self.kind is None else f"rooms:{self.kind.value}"


def keeping_staff(actor: Actor) -> Staff:
    """Who may set for how long words are kept. Raises `NotFound`."""
    if not isinstance(actor, Staff) or not may(actor, Permission.RETENTION_SET):
        raise NotFound
    return actor


def kind_to_keep(actor: Actor, kind: str) -> Keeping:
    """All rooms of a kind, by its name from outside. Raises `NotFound`."""
    keeping_staff(actor)
    found = next((one for one in KEPT_AS_CHOSEN if one.value == kind), None)
    if found is None:  # how long words of circles and talks of two stay is promised, not chosen
        raise NotFound
    return Keeping(kind=found)


async def room_words_to_keep(work: Work, actor: Actor, slug: str) -> Keeping:
    """One room of the open kind, by its address. Raises `NotFound`."""
    _, room = await room_to_keep(work, actor, slug, Permission.RETENTION_SET)
    return Keeping(room_id=room.id)
