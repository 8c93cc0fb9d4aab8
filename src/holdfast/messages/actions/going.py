"""Going for good: every word taken back where it was said, then everything kept about somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, update

from holdfast.erasing.actions import (
    Going,
    begin_erasure,
    forget_whose,
    name_keys,
    note_bare,
    note_held,
    note_hidden,
)
from holdfast.erasing.holds.queries import held_now
from holdfast.erasing.holds.rules import Held
from holdfast.erasing.marks import Mark, Marker
from holdfast.erasing.queries import Erasure
from holdfast.erasing.receipts import Receipt, receipt_of
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import SeatId, SessionId
from holdfast.kit.pulse import LONGEST
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work
from holdfast.members.access import came_in_at
from holdfast.members.actions import erase_member
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.actions.holding import withdraw_all
from holdfast.messages.actions.unseeing import forget_sight
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Remove
from holdfast.messages.queries.mine import seats, standing_messages
from holdfast.messages.tables import MessageRow, ResponseRow
from holdfast.notices.actions import forget_devices
from holdfast.rights.rules import Member, System
from holdfast.rooms.access import Author, Seat
from holdfast.rooms.actions import GONE, forget_seats, leave_all_seats
from holdfast.wellbeing.actions import erase_plan

SAID = list[tuple[Any, str, list[int]]]  # a seat's row, its room's slug, and the seqs


async def erase_with_words(ledger: Ledger, member: Member, *, by: By = By.MEMBER) -> Receipt:
    """Erase a member: every word taken back where it was said, then everything kept about them.

    If it stops half way, it is taken up at the next start. What open work of the staff names is
    held: hidden like everything else, and gone when that ends.
    """
    erasing = ledger.erases()
    await hold_what_is_named(ledger, member, member=member.id)
    async with ledger.workshop.work() as work:
        marks = await marks_of(work, member, marker=erasing.marker)
        await leave_all_seats(work, member)  # from here on nothing more can be said
        what = Going(Kind.PERSON, member_id=member.id)
        row = await begin_erasure(work, member, what=what, by=by, marks=marks)
    return receipt_of(await erasing.finish(row.id) or row)


async def marks_of(work: Work, member: Member, *, marker: Marker) -> list[Mark]:
    """How a member is known again in a restored place: themselves, and each of their seats."""
    person = marker.person(member.id, await came_in_at(work, member.id))
    return [person, *(marker.seat(row.handle) for row, _ in await seats(work, member))]


# ---------------------------------------------------------------- as often as it takes


class Leaving(Struct, frozen=True):
    """Somebody who goes, and the erasure that says so."""

    member: Member
    erasure_id: int

    @classmethod
    def by(cls, row: Erasure) -> Leaving:
        assert row.member_id is not None  # noqa: S101 - it names somebody until it is done
        return cls(Member(row.member_id, SessionId(0)), row.id)


async def hide_person(ledger: Ledger, actor: System, *, row: Erasure) -> None:
    """Take back every word where it was said, and forget whose they were. Twice is once."""
    del actor
    leaving = Leaving.by(row)
    await ledger.caught_up()
    if ledger.bus.is_shared:  # what another process began to write before is kept, or refused
        await asyncio.sleep(LONGEST)
    async with ledger.workshop.reading() as work:
        mine = await seats(work, leaving.member)
        said: SAID = [(row, slug, await standing_messages(work, row)) for row, slug in mine]
    for seat_row, slug, seqs in said:
        author = Author(seat_row.handle, GONE, seat_row.avatar)
        seat = Seat(seat_row.id, seat_row.room_id, slug, author, leaving.member)
        await _take_all_back(ledger, seat, seqs)
    await _forget_person(ledger, leaving, said)


async def _take_all_back(ledger: Ledger, seat: Seat, seqs: list[int]) -> None:
    at = ledger.clock.now()
    tickets = []
    for seq in seqs:
        now = MessagePosted(seat.room_id, seq, seat.id, seat.author, "", "", at, removed="author")
        nonce = random_handle()
        entry = Remove(seat=seat, nonce=nonce, at=to_millis(at), of=seq, now=now)
        ledger.enter(entry)
        tickets.append(entry.ticket)
    for ticket in tickets:
        with suppress(NotFound):
            await ticket


async def _forget_person(ledger: Ledger, leaving: Leaving, said: SAID) -> None:
    """Everything kept about somebody whose words are gone, and which keys go with it."""
    ids = [row.id for row, _, _ in said]
    keys = await ledger.keyring.store.of_seats(ids)
    async with ledger.workshop.work() as work:
        await _forget(work, leaving, ids)
        held = await held_now(work, members=[leaving.member.id])
        bare = leaving.member.id in held.members
        await erase_member(work, leaving.member, bare=bare)
        await name_keys(work, System(), erasure_id=leaving.erasure_id, keys=keys, whole=True)
        await _tell_of_holds(work, leaving.erasure_id, held)
        counts = {"messages": sum(len(seqs) for *_, seqs in said), "rooms": len(ids)}
        await note_hidden(work, System(), erasure_id=leaving.erasure_id, counts=counts)
        await note_bare(work, System(), erasure_id=leaving.erasure_id, bare=bare)


async def _forget(work: Work, leaving: Leaving, ids: Sequence[SeatId]) -> None:
    member = leaving.member
    await withdraw_all(work, member, seats=ids)
    await work.db.execute(delete(ResponseRow).where(ResponseRow.seat_id.in_(ids)))
    await forget_seats(work, member)
    await erase_plan(work, member)
    await forget_devices(work, member)
    await forget_sight(work, member)
    await forget_whose(work, System(), member=member.id)


async def _tell_of_holds(work: Work, erasure_id: int, held: Held) -> None:
    """What a receipt may say of what is held."""
    until = max((one.until for one in held.told), default=None)
    await note_held(work, System(), erasure_id=erasure_id, until=until, told=bool(held.told))


async def null_words_of(work: Work, actor: System, *, seats: Sequence[SeatId]) -> int:
    """Every word of these seats, without telling anybody: where no line is open. How many."""
    del actor
    mine = MessageRow.seat_id.in_(seats)
    said = update(MessageRow).where(mine, MessageRow.removed_by.is_(None))
    done = await work.db.execute(said.values(removed_by="author", text=None, note=None))
    await work.db.execute(update(MessageRow).where(mine).values(text=None, note=None))
    return int(done.rowcount)  # type: ignore[attr-defined]
