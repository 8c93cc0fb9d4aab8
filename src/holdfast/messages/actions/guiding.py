"""Guiding the talk with what is said: a pinned message, a question, a second room."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.access import Hand, message_to_pin, seat_in_hand
from holdfast.messages.actions.saying import post_message
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries import Reader
from holdfast.messages.queries.guiding import empty_second_rooms, second_room_offer
from holdfast.messages.rules import drafted
from holdfast.messages.rules.words import QUESTION
from holdfast.rights.rules import Actor, Permission, Staff, System, may
from holdfast.rooms.access import Seat, room_to_guide
from holdfast.rooms.actions import close_room, make_second_room, pin_at, sit_down
from holdfast.rooms.rules.guiding import NoSecondRoom


async def pin_message(work: Work, actor: Actor, reader: Reader, *, slug: str, seq: int) -> None:
    """Put a message at the top of its room, in the place of the one before.

    Raises `NotFound`, also for a message that was taken back; `NotOnShift`.
    """
    room = await room_to_guide(work, actor, slug)
    await message_to_pin(work, reader, room.id, seq)
    await pin_at(work, actor, room=room, seq=seq)


async def post_question(ledger: Ledger, seat: Seat, *, text: str, nonce: str) -> Accepted:
    """Put a question of the house to the room, marked as one. Raises `NotFound` for members."""
    if not isinstance(seat.actor, Staff) or not may(seat.actor, Permission.ROOM_GUIDE):
        raise NotFound
    done = await post_message(ledger, seat, drafted(nonce, text, wants=QUESTION))
    assert isinstance(done, Accepted)  # noqa: S101 - what staff say is never held
    return done


async def put_question(
    ledger: Ledger, staff: Staff, hand: Hand, *, slug: str, text: str, nonce: str, pin: bool = False
) -> Accepted:
    """Sit down in the room, put the question to it, and pin it if that is wished.

    Raises `NotFound`, `NotOnShift`, `Malformed`, `TooLong`.
    """
    drafted(nonce, text)  # what cannot be said is refused before anybody sits down
    async with ledger.workshop.work() as work:
        await room_to_guide(work, staff, slug)
        await sit_down(work, staff, slug=slug)
    seat = await seat_in_hand(ledger.workshop.glances, hand, staff, slug)
    done = await post_question(ledger, seat, text=text, nonce=nonce)
    if pin and done.seq is not None:
        async with ledger.workshop.work() as work:
            reader = Reader(ledger.keyring, staff, whole=True)
            await pin_message(work, staff, reader, slug=slug, seq=done.seq)
    return done


async def open_second_room(work: Work, actor: Actor, *, slug: str) -> str:
    """Open a room like this one beside it, which closes by itself once it is empty: its slug.

    Raises `NotFound`, `NotOnShift`; `NoSecondRoom` unless the room is full, two readers of its
    language are on shift and there is none beside it yet.
    """
    room = await room_to_guide(work, actor, slug)
    offer = await second_room_offer(work, room)
    if not isinstance(actor, Staff) or not offer.stands:
        raise NoSecondRoom
    return (await make_second_room(work, actor, first=room)).slug


async def close_empty_rooms(work: Work, actor: System, *, here: Callable[[RoomId], int]) -> None:
    """Second rooms close when nobody is there and nothing was said for half an hour."""
    for room_id in await empty_second_rooms(work, here):
        await close_room(work, actor, room_id=room_id, why="empty")
