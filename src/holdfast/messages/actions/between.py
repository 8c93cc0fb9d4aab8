"""What it takes to say something between two: a part that is theirs, and a key for these words."""

from __future__ import annotations

from holdfast.kit.cipher import DataKey
from holdfast.kit.errors import NotFound, NotKept
from holdfast.kit.ids import RoomId, StaffId
from holdfast.kit.limits import Pace
from holdfast.kit.work import Work
from holdfast.messages.ledger import Ledger
from holdfast.rights.own import OwnKey, own_of
from holdfast.rights.rules import Actor
from holdfast.rooms.access import Seat
from holdfast.rooms.queries.holders import holders_of
from holdfast.rooms.queries.places import room_to_change
from holdfast.sealing.between import ready_alone
from holdfast.sealing.private import (
    Part,
    begin_part,
    bring_parts,
    bring_room,
    part_now,
    share_parts,
)
from holdfast.sealing.seam import day_of
from holdfast.staff.queries.ways import staff_sessions_of

KEYS_PACE = Pace(every=1.5, burst=24)  # each lies on disk before its words are read


async def ready_to_say(ledger: Ledger, seat: Seat, nonce: str) -> None:
    """Make sure of the part that is in force and of a key, on disk, for the words with this nonce.

    Whoever writes first on a day, or after somebody came or left, begins a part. Nothing is made
    for words that would be refused anyway. Raises `OwnKeyLocked`, `NotKept`, `TooFast`, and why
    nothing may be written there now.
    """
    own = own_of(seat.actor)
    if (stopped := ledger.stop_of(seat)) is not None:
        raise stopped
    if not _has_a_key(ledger, own, seat, nonce):
        ledger.limits.take(("message keys", seat.id), KEYS_PACE)
    part = await _part_in_force(ledger, seat)
    if not _has_a_key(ledger, own, seat, nonce):
        day = day_of(ledger.clock.now())
        await ready_alone(ledger.keyring, seat.actor, seat=seat.id, day=day, nonce=nonce, part=part)


def _has_a_key(ledger: Ledger, own: OwnKey, seat: Seat, nonce: str) -> bool:
    """Whether one lies ready; not one that was swept since these words were refused."""
    ready = own.ready.get((seat.id, nonce))
    return ready is not None and ready.id in ledger.keyring.alone


def ready_key(seat: Seat, nonce: str) -> DataKey:
    """The key that was made for these words, for once. Raises `NotKept` where none is."""
    key = own_of(seat.actor).ready.pop((seat.id, nonce), None)
    if key is None:
        raise NotKept
    return key


async def _part_in_force(ledger: Ledger, seat: Seat) -> Part:
    own, root = own_of(seat.actor), ledger.keyring.root
    async with ledger.workshop.reading() as work:
        here = await holders_of(work, seat.room_id)
        part = await part_now(work, seat.room_id, here)
        await bring_room(work, root, seat.actor, seat.room_id)  # what was said before opens, too
    if own.public not in {one.public for one in here}:
        raise NotFound  # they left in this moment
    if part is None:
        part = await _begun(ledger, seat)
    if part not in own.parts:
        raise NotKept
    return Part(part, own.parts[part])


async def _begun(ledger: Ledger, seat: Seat) -> int:
    """A new part, or the one that another process began in this moment."""
    own, root = own_of(seat.actor), ledger.keyring.root
    async with ledger.workshop.work() as work:
        await room_to_change(work, seat.room_id)
        here = await holders_of(work, seat.room_id)
        part = await part_now(work, seat.room_id, here)
        if part is not None:
            await bring_parts(work, root, seat.actor, [part])
            return part
        begun = await begin_part(work, root, seat.room_id, here, await ledger.keyring.halves(work))
    own.parts[begun.id] = begun.key
    return begun.id


async def share_earlier(
    work: Work, actor: Actor, *, ledger: Ledger, room_id: RoomId, staff_id: StaffId
) -> int:
    """Let one of the staff who sit here now read what I can read of this room; how many boxes.

    For a member who says yes to that one: their own key does it. Raises `OwnKeyLocked`.
    """
    theirs = {one.id for one in await staff_sessions_of(work, staff_id)}
    here = [one for one in await holders_of(work, room_id) if one.staff_session_id in theirs]
    return await share_parts(work, ledger.keyring.root, actor, room_id, here)
