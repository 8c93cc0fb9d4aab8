"""Going for good: every word taken back where it was said."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import delete

from holdfast.kit.errors import NotFound
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_handle
from holdfast.members.actions import erase_member
from holdfast.messages.actions.holding import withdraw_all
from holdfast.messages.actions.unseeing import forget_sight
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Remove
from holdfast.messages.queries.mine import seats, standing_messages
from holdfast.messages.tables import ResponseRow
from holdfast.rights.rules import Member
from holdfast.rooms.access import Author, Seat
from holdfast.rooms.actions import GONE, forget_seats, leave_all_seats
from holdfast.wellbeing.actions import erase_plan


async def erase_with_words(ledger: Ledger, member: Member) -> None:
    """Erase a member: every word taken back where it was said, then everything kept about them.

    If it stops half way, what is gone is gone and doing it again does the rest.
    """
    async with ledger.workshop.work() as work:
        await leave_all_seats(work, member)  # from here on nothing more can be said
    await ledger.caught_up()
    async with ledger.workshop.reading() as work:
        mine = await seats(work, member)
        said = [(row, slug, await standing_messages(work, row)) for row, slug in mine]
    for row, slug, seqs in said:
        seat = Seat(row.id, row.room_id, slug, Author(row.handle, GONE, row.avatar), member)
        await _take_all_back(ledger, seat, seqs)
    async with ledger.workshop.work() as work:
        ids = [row.id for row, _ in mine]
        await withdraw_all(work, member, seats=ids)
        await work.db.execute(delete(ResponseRow).where(ResponseRow.seat_id.in_(ids)))
        await ledger.keyring.destroy(work, ids)
        await forget_seats(work, member)
        await erase_plan(work, member)
        await forget_sight(work, member)
        await erase_member(work, member)
    await ledger.workshop.database.forget_deleted()


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
