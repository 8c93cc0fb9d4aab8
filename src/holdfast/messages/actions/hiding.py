"""What moderators do to something said: out of the room, back into it, a note above it."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import update

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Annotate, Guided, Hide, Restore
from holdfast.messages.queries import PRIVATE, Reader, message_row, messages_at
from holdfast.messages.queries.expiring import hold_room
from holdfast.messages.queries.freezing import is_only_kept
from holdfast.messages.queries.hidden import hidden_message
from holdfast.messages.tables import HiddenWordsRow, MessageRow
from holdfast.rights.rules import Staff, System
from holdfast.screening.reading import Read
from holdfast.sealing.seam import Place


class HasANote(Conflict):
    """A message that says itself what it is about."""

    code = "has_a_note"


async def hide_words(ledger: Ledger, actor: Staff | System, *, room_id: RoomId, seq: int) -> None:
    """Take something out of its room; its words stay sealed. Raises `NotFound` where it is gone.

    What its author froze lies apart already: thawing no longer brings it back.
    """
    try:
        message = await _standing(ledger, actor, room_id, seq)
        now = replace(message, text="", note=None, quote=None, removed="moderator")
        await _enter(ledger, Hide(room_id, seq, _at(ledger), now))
    except NotFound:
        if not await _lies_apart(ledger, room_id, seq, frozen=False):
            raise


async def restore_words(
    ledger: Ledger, actor: Staff | System, *, room_id: RoomId, seq: int
) -> None:
    """Bring something hidden back, with its words. Raises `NotFound` where nothing is hidden.

    What its author wants kept and not used is shown to nobody: it comes back when they thaw it.
    """
    async with ledger.workshop.reading() as work:
        message = await hidden_message(work, _reader(ledger, actor), room_id, seq)
        row = await message_row(work, room_id, seq)
        only_kept = row is not None and await is_only_kept(work, row.id)
    if message is None:
        raise NotFound
    if only_kept:
        await _lies_apart(ledger, room_id, seq, frozen=True)
        return
    now = replace(message, edited_at=ledger.clock.now())
    await _enter(ledger, Restore(room_id, seq, _at(ledger), now))


async def note_content(
    ledger: Ledger, actor: Staff | System, *, room_id: RoomId, seq: int, note: Read | None
) -> None:
    """Put a content note above something said, or take it away. The words stay as they are.

    Raises `NotFound` where it is gone, or between two whose key nobody else has; `HasANote` where
    its author put one there.
    """
    message = await _standing(ledger, actor, room_id, seq)
    if message.removed == PRIVATE:
        raise NotFound
    if note is not None and message.note is not None:
        raise HasANote
    async with ledger.workshop.reading() as work:
        row = await message_row(work, room_id, seq)
        assert row is not None  # noqa: S101 - it stands
        await ledger.keyring.in_hand([row.key_id])
    place = Place(room_id, row.id, row.seat_id, b"n")
    sealed = None if note is None else ledger.keyring.seal_with(row.key_id, note, place)
    text = None if note is None else note.text
    now = replace(message, note=text, edited_at=ledger.clock.now())
    await _enter(ledger, Annotate(room_id, seq, _at(ledger), row.key_id, sealed, now))
    async with ledger.workshop.reading() as work:
        after = await message_row(work, room_id, seq)
    if after is not None and after.key_id != row.key_id:
        raise Conflict  # its words were sealed anew in this very moment, and the note is not there


async def _lies_apart(ledger: Ledger, room_id: RoomId, seq: int, *, frozen: bool) -> bool:
    """Words that lie apart do so for somebody else from now on: their author, or a moderator.

    Nothing is shown meanwhile. Whether there were any that lay apart for the other one.
    """
    async with ledger.workshop.work() as work:
        await hold_room(work, room_id)
        row = await work.db.get(HiddenWordsRow, (room_id, seq))
        if row is None or row.frozen is frozen:
            return False
        row.frozen, row.at = frozen, work.clock.now()
        its = MessageRow.room_id == room_id, MessageRow.seq == seq
        by = "author" if frozen else "moderator"
        await work.db.execute(update(MessageRow).where(*its).values(removed_by=by))
        return True


async def _standing(
    ledger: Ledger, actor: Staff | System, room_id: RoomId, seq: int
) -> MessagePosted:
    async with ledger.workshop.reading() as work:
        found = await messages_at(work, _reader(ledger, actor), room_id, [seq])
    if not found or found[0].removed not in (None, PRIVATE):
        raise NotFound
    return found[0]


def _reader(ledger: Ledger, actor: Staff | System) -> Reader:
    """What is changed is changed for all who read there."""
    return Reader(ledger.keyring, actor, whole=True)


def _at(ledger: Ledger) -> int:
    return to_millis(ledger.clock.now())


async def _enter(ledger: Ledger, entry: Guided) -> None:
    ledger.enter(entry)
    await entry.ticket


async def forget_hidden(
    work: Work,
    actor: Staff | System,
    *,
    room_id: RoomId,
    seq: int,
    whose: MemberId | None = None,
) -> bool:
    """Hidden words that nobody may ask back go for good, with their key; whether any were."""
    row = await work.db.get(HiddenWordsRow, (room_id, seq))
    if row is None:
        return False
    what = Going(
        Kind.MESSAGE,
        room_id=room_id,
        message_id=row.message_id,
        seat_id=row.seat_id,
        member_id=whose,
    )
    await work.db.delete(row)
    await begin_erasure(work, actor, what=what, by=By.TIME)
    return True
