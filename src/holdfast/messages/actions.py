"""Everything that can be done to a message. Three doors (page, API, live line), one action."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import delete

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import KeyId, MessageId
from holdfast.kit.limits import Pace
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_bytes_id, random_handle
from holdfast.members.actions import erase_member
from holdfast.messages.access import message_to_edit, message_to_quote, own_message
from holdfast.messages.events import MessagePosted, Quote
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Edit, Post, Remove, Respond, Ticket
from holdfast.messages.queries import Reader
from holdfast.messages.queries.mine import seats, standing_messages
from holdfast.messages.rules import Draft, Response, clean_note, clean_text
from holdfast.messages.tables import ResponseRow
from holdfast.rights.rules import Member
from holdfast.rooms.access import Author, Seat, still_to_speak
from holdfast.rooms.actions import GONE, forget_seats, leave_all_seats
from holdfast.screening.reading import Read, read
from holdfast.sealing.seam import Place, day_of

MEMBER_PACE = Pace(every=1.5, burst=12)
ROOM_PACE = Pace(every=0.05, burst=100)


async def post_message(ledger: Ledger, seat: Seat, draft: Draft) -> Accepted:
    """Say something in a room. Saying it twice with one nonce says it once.

    Raises `NotFound` when the seat is gone or a reply refers to nothing, `TooFast`, `NonceTaken`
    for other words under the same nonce, `NotKept` when the disk or database would not.
    """
    quote = await prepared_to_post(ledger, seat, draft)
    return await say(ledger, seat, draft, quote)


async def prepared_to_post(ledger: Ledger, seat: Seat, draft: Draft) -> Quote | None:
    """Look up what saying this needs: today's key, and what it replies to."""
    day = day_of(ledger.clock.now())
    await ledger.keyring.fetch(ledger.workshop.glances, seat.id, day)
    if draft.reply_to is None:
        return None
    async with ledger.workshop.reading() as work:
        reader = Reader(ledger.keyring, seat.actor)
        return await message_to_quote(work, reader, seat, draft.reply_to)


def is_prepared(ledger: Ledger, seat: Seat, draft: Draft) -> bool:
    """Whether nothing need be looked up: the way of nearly all messages on the live line."""
    return draft.reply_to is None and ledger.keyring.holds(seat.id, day_of(ledger.clock.now()))


def say(ledger: Ledger, seat: Seat, draft: Draft, quote: Quote | None = None) -> Ticket:
    """Enter a prepared message: check, read, seal, put in line. The hot path, without waiting."""
    seat = still_to_speak(seat)
    now, keyring = ledger.clock.now(), ledger.keyring
    _keep_pace(ledger, seat)
    message_id, day = MessageId(random_bytes_id()), day_of(now)
    words = read(draft.text)
    sealed = keyring.seal(words, Place(seat.room_id, message_id, seat.id), day)
    note = None
    if draft.note is not None:
        place = Place(seat.room_id, message_id, seat.id, b"n")
        note = keyring.seal(read(draft.note), place, day).data
    post = Post(
        seat=seat,
        nonce=draft.nonce,
        at=to_millis(now),
        message_id=message_id,
        key_id=sealed.key,
        mac=keyring.mac(sealed.key, draft.meaning),
        text=sealed.data,
        note=note,
        reply_to=draft.reply_to,
        wants=draft.wants,
        plain=draft.text,
        plain_note=draft.note,
        meaning=draft.meaning,
        quote=quote,
    )
    ledger.enter(post)
    return post.ticket


def _keep_pace(ledger: Ledger, seat: Seat) -> None:
    ledger.limits.take(("seat", seat.id), MEMBER_PACE)
    ledger.limits.take(("room", seat.room_id), ROOM_PACE)


async def edit_message(
    ledger: Ledger, seat: Seat, *, seq: int, nonce: str, text: str, note: str | None
) -> Accepted:
    """Change what I said, within 15 minutes. A note left out is taken away."""
    seat = still_to_speak(seat)
    words, note_words = read(clean_text(text)), clean_note(note)
    _keep_pace(ledger, seat)
    now, reader = ledger.clock.now(), Reader(ledger.keyring, seat.actor)
    async with ledger.workshop.reading() as work:
        row, message = await message_to_edit(work, reader, seat, seq, nonce)
    await ledger.keyring.fetch(ledger.workshop.glances, seat.id, day_of(now))
    meaning = f"{words.text}\x00{note_words or ''}"
    key, sealed, sealed_note = _resealed(ledger, seat, row.id, words, note_words)
    entry = Edit(
        seat=seat,
        nonce=nonce,
        at=to_millis(now),
        of=seq,
        key_id=key,
        mac=ledger.keyring.mac(key, meaning),
        meaning=meaning,
        text=sealed,
        note=sealed_note,
        now=replace(message, text=words.text, note=note_words, edited_at=now),
    )
    ledger.enter(entry)
    return await entry.ticket


def _resealed(
    ledger: Ledger, seat: Seat, message_id: MessageId, words: Read, note: str | None
) -> tuple[KeyId, bytes, bytes | None]:
    day = day_of(ledger.clock.now())
    place = Place(seat.room_id, message_id, seat.id)
    sealed = ledger.keyring.seal(words, place, day)
    if note is None:
        return sealed.key, sealed.data, None
    sealed_note = ledger.keyring.seal(read(note), replace(place, part=b"n"), day)
    return sealed.key, sealed.data, sealed_note.data


async def remove_message(ledger: Ledger, seat: Seat, *, seq: int, nonce: str) -> Accepted:
    """Take back what I said. Its words are gone; its place stays, marked as removed."""
    seat = still_to_speak(seat)
    async with ledger.workshop.reading() as work:
        _, message = await own_message(work, Reader(ledger.keyring, seat.actor), seat, seq)
    now = replace(message, text="", note=None, removed="author", quote=None)
    entry = Remove(seat=seat, nonce=nonce, at=to_millis(ledger.clock.now()), of=seq, now=now)
    ledger.enter(entry)
    return await entry.ticket


async def respond_to_message(
    ledger: Ledger, seat: Seat, *, seq: int, nonce: str, response: Response, on: bool
) -> Accepted:
    """Answer with a response, or take it away. The room hears counts, never names."""
    seat = still_to_speak(seat)
    ledger.limits.take(("responses", seat.id), MEMBER_PACE)
    at = to_millis(ledger.clock.now())
    entry = Respond(seat, nonce, at, of=seq, response=response.value, on=on)
    ledger.enter(entry)
    return await entry.ticket


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
        await work.db.execute(delete(ResponseRow).where(ResponseRow.seat_id.in_(ids)))
        await ledger.keyring.destroy(work, ids)
        await forget_seats(work, member)
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
