"""Taking the words of a frozen member out of sight, and putting them back. Twice is once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from holdfast.erasing.marks import Marker
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import to_millis
from holdfast.members.access import came_in_at
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

log = structlog.get_logger()


async def carry_out_freezes(ledger: Ledger, actor: System) -> None:
    """What is frozen is out of sight, and what was thawed is back, whatever a stop cut off."""
    async with ledger.workshop.reading() as work:
        rows, late = await freezes(work), await apart_for_nobody(work)
    if any(row.thawed_at is None for row in rows):
        await ledger.caught_up()
        await _set_all_apart(ledger)
    fresh = [row for row in rows if row.thawed_at is None and row.apart_at is None]
    thawed = [row for row in rows if row.thawed_at is not None]
    both = [(row.member_id, row.at, row.thawed_at) for row in (*fresh, *thawed)]
    is_marked = await _marked(ledger, both)
    if fresh and is_marked:
        async with ledger.workshop.work() as work:
            await note_apart(work, actor, members=[row.member_id for row in fresh])
    for member_id in (*(row.member_id for row in thawed), *late):
        await _put_back(ledger, actor, member_id, is_marked=is_marked)


async def _marked(
    ledger: Ledger, some: Sequence[tuple[MemberId, datetime, datetime | None]]
) -> bool:
    """Whether a place that is restored from an older backup will know of these.

    Beside what was erased, apart from the data. Where that does not answer, the clock tries again.
    """
    marker, tombstones = Marker(ledger.keyring.root), ledger.erases().parts.tombstones
    try:
        for member_id, at, thawed_at in some:
            async with ledger.workshop.reading() as work:
                who = member_id, await came_in_at(work, member_id)
            mark = marker.frozen(*who) if thawed_at is None else marker.thawed(*who)
            await tombstones.add([mark], thawed_at or at)
    except HoldfastError:
        log.warning("freezing.not_marked")
        return False
    return True


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


async def _put_back(ledger: Ledger, actor: System, member_id: MemberId, *, is_marked: bool) -> None:
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
    if not is_marked:
        return
    async with ledger.workshop.work() as work:
        row = await freeze_of(work, member_id)
        if row is not None and await end_freeze(work, actor, member_id=member_id):
            for room_id, seq in await pins_of(work, member_id, row.at):
                await pin_again(work, actor, room_id=room_id, seq=seq)
