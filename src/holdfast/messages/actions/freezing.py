"""Taking the words of a frozen member out of sight, and putting them back. Twice is once."""

from __future__ import annotations

from contextlib import suppress

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import to_millis
from holdfast.members.actions.freezing import end_freeze, note_apart
from holdfast.members.queries import freeze_of, freezes
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Hide, Restore
from holdfast.messages.queries import Reader
from holdfast.messages.queries.freezing import (
    AT_ONCE,
    Standing,
    apart_for_nobody,
    pins_of,
    set_apart_of,
    still_standing,
)
from holdfast.messages.queries.hidden import hidden_message
from holdfast.rights.rules import System
from holdfast.rooms.actions import pin_again


async def carry_out_freezes(ledger: Ledger, actor: System) -> None:
    """What is frozen is out of sight, and what was thawed is back, whatever a stop cut off."""
    async with ledger.workshop.reading() as work:
        rows, late = await freezes(work), await apart_for_nobody(work)
    if any(row.thawed_at is None for row in rows):
        await ledger.caught_up()
        await _set_all_apart(ledger)
    fresh = [row.member_id for row in rows if row.thawed_at is None and row.apart_at is None]
    if fresh:
        async with ledger.workshop.work() as work:
            await note_apart(work, actor, members=fresh)
    for member_id in (*(row.member_id for row in rows if row.thawed_at is not None), *late):
        await _put_back(ledger, actor, member_id)


async def _set_all_apart(ledger: Ledger) -> None:
    is_more = True
    while is_more:
        async with ledger.workshop.reading() as work:
            some = await still_standing(work)
        entries = [_hiding(ledger, one) for one in some]
        for entry in entries:
            ledger.enter(entry)
        for entry in entries:
            with suppress(NotFound):  # taken back, or hidden, in this very moment
                await entry.ticket
        is_more = len(some) == AT_ONCE


def _hiding(ledger: Ledger, one: Standing) -> Hide:
    now = MessagePosted(
        one.room_id, one.seq, one.seat_id, one.author, "", "", one.at, removed="author"
    )
    return Hide(one.room_id, one.seq, to_millis(ledger.clock.now()), now, frozen=True)


async def _put_back(ledger: Ledger, actor: System, member_id: MemberId) -> None:
    while True:
        async with ledger.workshop.reading() as work:
            some = await set_apart_of(work, member_id)
            reader = Reader(ledger.keyring, actor, whole=True)
            found = [(place, await hidden_message(work, reader, *place)) for place in some]
        back = [(place, now) for place, now in found if now is not None]
        for (room_id, seq), now in back:
            entry = Restore(room_id, seq, to_millis(ledger.clock.now()), now, frozen=True)
            ledger.enter(entry)
            with suppress(NotFound):
                await entry.ticket
        if len(some) < AT_ONCE or not back:
            break
    async with ledger.workshop.work() as work:
        row = await freeze_of(work, member_id)
        if row is not None and await end_freeze(work, actor, member_id=member_id):
            for room_id, seq in await pins_of(work, member_id, row.at):
                await pin_again(work, actor, room_id=room_id, seq=seq)
