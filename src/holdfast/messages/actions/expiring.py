"""Messages that go by themselves: their author chose when, the clock keeps to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, exists, update

from holdfast.erasing.actions import ERASURES, Going, erasure_values
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MessageId, SessionId
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.actions.hiding import forget_hidden
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Remove, Row
from holdfast.messages.queries.expiring import (
    OVER,
    Due,
    due_to_go,
    hold_room,
    is_any_going,
    not_counted_yet,
)
from holdfast.messages.tables import GoingRow, HiddenWordsRow
from holdfast.rights.rules import Actor, Member, System
from holdfast.rooms.access import Author, Seat


async def count_from_now(work: Work, actor: Actor) -> int:
    """The time of a post that waited counts from when it was shown; how many that was.

    What never will be shown has none: its author has the words back, or took them back.
    """
    del actor
    waited = await not_counted_yet(work)
    never = [message for message, _, held in waited if held.state in OVER]
    for message, hours, held in waited:
        if message not in never and held.decided_at is not None:
            its = update(GoingRow).where(GoingRow.message_id == message)
            await work.db.execute(its.values(at=held.decided_at + timedelta(hours=hours)))
    await _no_longer_going(work, never)
    return len(waited)


async def let_go(ledger: Ledger, actor: System) -> int:
    """Take out of its room every message whose time is over, as its author would; how many.

    What open work of the staff names is held, like anything an author erases. Twice is once.
    """
    async with ledger.workshop.reading() as work:
        if not await is_any_going(work):
            return 0
        waits = bool(await not_counted_yet(work))
    if waits:
        async with ledger.workshop.work() as work:
            await count_from_now(work, actor)
    gone = 0
    while due := await _due(ledger):
        there = [one for one in due if one.hidden or not one.removed]
        await hold_what_is_named(ledger, actor, member=None, messages=[one.id for one in there])
        await _take_out(ledger, [one for one in there if not one.hidden])
        for one in due:
            if one.hidden:
                await _forget_words(ledger, actor, one)
        async with ledger.workshop.work() as work:
            await _no_longer_going(work, [one.id for one in due if not one.hidden])
        gone += len(there)
    return gone


async def _due(ledger: Ledger) -> list[Due]:
    async with ledger.workshop.reading() as work:
        return await due_to_go(work)


async def _take_out(ledger: Ledger, going: Sequence[Due]) -> None:
    at = ledger.clock.now()
    entries = [_removal(one, to_millis(at), ledger) for one in going]
    for entry in entries:
        ledger.enter(entry)
    for entry in entries:
        with suppress(NotFound):  # its author was quicker
            await entry.ticket
    await ledger.erases().mark([one.id for one in going], at)


async def _forget_words(ledger: Ledger, actor: System, one: Due) -> None:
    """What a moderator hid goes for good; given back meanwhile, it goes at the next look."""
    async with ledger.workshop.work() as work:
        await hold_room(work, one.room_id)
        forgotten = await forget_hidden(
            work, actor, room_id=one.room_id, seq=one.seq, whose=one.member_id
        )
        if forgotten:
            await work.db.execute(delete(GoingRow).where(GoingRow.message_id == one.id))


def _removal(one: Due, at: int, ledger: Ledger) -> Remove:
    """As its author takes it back; it is written down that nobody but the clock did it."""
    author = Author(one.handle, one.pseudonym, one.avatar)
    whose = System() if one.member_id is None else Member(one.member_id, SessionId(0))
    seat = Seat(one.seat_id, one.room_id, one.slug, author, whose)
    now = MessagePosted(
        one.room_id, one.seq, one.seat_id, author, "", "", ledger.clock.now(), removed="author"
    )
    what = Going(
        Kind.MESSAGE,
        room_id=one.room_id,
        message_id=one.id,
        seat_id=one.seat_id,
        member_id=one.member_id,
    )
    erasure = Row(ERASURES, erasure_values(what, By.TIME, at))
    return Remove(seat=seat, nonce=random_handle(), at=at, of=one.seq, now=now, follows=(erasure,))


async def _no_longer_going(work: Work, messages: Sequence[MessageId]) -> None:
    """Their time is no longer kept, unless somebody hid them meanwhile."""
    if messages:
        hidden = exists().where(HiddenWordsRow.message_id == GoingRow.message_id)
        gone = delete(GoingRow).where(GoingRow.message_id.in_(messages), ~hidden)
        await work.db.execute(gone)
