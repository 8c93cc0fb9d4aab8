"""Changing, taking back and answering what was said."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from holdfast.erasing.actions import ERASURES, Going, erasure_values
from holdfast.erasing.holds.rules import NOTHING_HELD, Held
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import MessageId
from holdfast.kit.tables import to_millis
from holdfast.messages.access import message_to_answer, message_to_edit, own_message
from holdfast.messages.actions.between import ready_to_say
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.actions.saying import (
    MEMBER_PACE,
    SOMEONE_MUST_LOOK,
    Heard,
    circumstances,
    follows,
    hear,
    hear_pieces,
    keep_pace,
    note_fate,
    sealed_words,
)
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Accepted, Edit, Kept, Remove, Respond, Row
from holdfast.messages.queries import Reader
from holdfast.messages.rules import Response, clean_note, clean_text
from holdfast.messages.rules.fates import SAID, Fate, NotChanged, edit_refused, fate_between
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat, still_to_speak
from holdfast.rooms.tables import RoomKind
from holdfast.sealing.seam import day_of


class Instead(NamedTuple):
    """Other words for something said."""

    nonce: str
    text: str
    note: str | None

    @property
    def meaning(self) -> str:
        """What tells these words from others."""
        return f"{self.text}\x00{self.note or ''}"


async def edit_message(
    ledger: Ledger, seat: Seat, *, seq: int, nonce: str, text: str, note: str | None
) -> Accepted:
    """Change what I said, within 15 minutes. A note left out is taken away."""
    seat = still_to_speak(seat)
    words, note_words = clean_text(text), clean_note(note)
    heard = hear(ledger, seat, words, note_words)
    if not heard.is_read and seat.kind is RoomKind.LISTENING:
        heard.reading = SOMEONE_MUST_LOOK
    keep_pace(ledger, seat)
    said = Instead(nonce, words, note_words)
    hear_pieces(ledger, seat, said, heard)
    refusal = refused_to_change(ledger, seat, heard)
    note_fate(ledger, seat, said, heard, SAID if refusal is None else Fate(refusal=refusal))
    if refusal is not None:
        raise refusal
    now, reader = ledger.clock.now(), Reader(ledger.keyring, seat.actor)
    async with ledger.workshop.reading() as work:
        row, message = await message_to_edit(work, reader, seat, seq, nonce)
    if seat.kind is RoomKind.LISTENING:
        await ready_to_say(ledger, seat, nonce)
    else:
        await ledger.keyring.fetch(seat.id, day_of(now))
    sealed, sealed_note, mac = sealed_words(ledger, seat, said, row.id, heard)
    entry = Edit(
        seat=seat,
        nonce=nonce,
        at=to_millis(now),
        of=seq,
        key_id=sealed.key,
        mac=mac,
        meaning=said.meaning,
        text=sealed.data,
        note=sealed_note,
        now=replace(message, text=words, note=note_words, edited_at=now),
        message_id=row.id,
        follows=follows(ledger, seat, row.id, heard.reading, held=False),
    )
    ledger.enter(entry)
    return done(await entry.ticket)


def refused_to_change(
    ledger: Ledger, seat: Seat, heard: Heard
) -> HoldfastError | type[HoldfastError] | None:
    """Why words already said cannot become these; nothing where they can."""
    if seat.kind is RoomKind.SIDE or not isinstance(seat.actor, Member):
        return None
    if seat.kind is RoomKind.LISTENING:
        return fate_between(heard.reading, ledger.stop_of(seat)).refusal
    if not heard.is_read:
        return NotChanged
    return edit_refused(heard.reading, circumstances(ledger, seat))


async def remove_message(ledger: Ledger, seat: Seat, *, seq: int, nonce: str) -> Accepted:
    """Take back what I said. Its words are gone; its place stays, marked as removed.

    Its key goes within two minutes, and what else that key sealed is sealed anew. What open work
    of the staff names is held, out of everybody else's sight.
    """
    seat, at = still_to_speak(seat), ledger.clock.now()
    async with ledger.workshop.reading() as work:
        row, message = await own_message(work, Reader(ledger.keyring, seat.actor), seat, seq)
    held = NOTHING_HELD
    if not message.removed:
        held = await hold_what_is_named(ledger, seat.actor, member=None, messages=[row.id])
    now = replace(message, text="", note=None, removed="author", quote=None)
    entry = Remove(
        seat=seat,
        nonce=nonce,
        at=to_millis(at),
        of=seq,
        now=now,
        follows=(_erasure_of(seat, row.id, to_millis(at), held),),
    )
    ledger.enter(entry)
    accepted = done(await entry.ticket)
    if accepted.first:
        await ledger.erases().mark([row.id], at)
    return accepted


def _erasure_of(seat: Seat, message_id: MessageId, at: int, held: Held) -> Row:
    """That a message is to be erased: written in the transaction that hides it."""
    member = seat.actor.id if isinstance(seat.actor, Member) else None
    what = Going(
        Kind.MESSAGE,
        room_id=seat.room_id,
        message_id=message_id,
        seat_id=seat.id,
        member_id=member,
    )
    return Row(ERASURES, erasure_values(what, By.MEMBER, at, held))


async def respond_to_message(
    ledger: Ledger, seat: Seat, *, seq: int, nonce: str, response: Response, on: bool
) -> Accepted:
    """Answer with a response, or take it away. The room hears counts, never names."""
    seat = still_to_speak(seat)
    ledger.limits.take(("responses", seat.id), MEMBER_PACE)
    if (stopped := ledger.stop_of(seat)) is not None:
        raise stopped
    if on:
        await message_to_answer(ledger.workshop.glances, seat, seq)
    at = to_millis(ledger.clock.now())
    entry = Respond(seat, nonce, at, of=seq, response=response.value, on=on)
    ledger.enter(entry)
    return done(await entry.ticket)


def done(outcome: Accepted | Kept) -> Accepted:
    """A change is made or refused; it is never held."""
    assert isinstance(outcome, Accepted)  # noqa: S101 - only a post can be kept
    return outcome
