"""What measures about words do to a room's order, once they are on disk; and again after a stop."""

from __future__ import annotations

from contextlib import suppress

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MeasureId
from holdfast.messages.actions import hide_words, note_content, restore_words
from holdfast.messages.actions.hiding import HasANote
from holdfast.messages.ledger import Ledger
from holdfast.messages.queries import Reader, messages_at
from holdfast.messages.queries.hidden import is_hidden
from holdfast.moderation.actions.lifting import note_gone
from holdfast.moderation.queries.measures import (
    WORDS,
    is_held_otherwise,
    opened,
    to_be_carried_out,
)
from holdfast.moderation.rules.measures import MeasureKind, MeasureState
from holdfast.moderation.tables import MeasureRow
from holdfast.rights.rules import System
from holdfast.screening.reading import read


async def carry_out(ledger: Ledger, actor: System, *, measure_id: MeasureId) -> None:
    """Take words out of their room, or note them; where the measure has ended, give them back.

    Doing it twice does it once: what was done is found done.
    """
    async with ledger.workshop.reading() as work:
        if measure_id not in await to_be_carried_out(work):
            return
        row = await work.db.get_one(MeasureRow, measure_id)
        words = await _note_in(ledger, actor, row)
    if row.state is MeasureState.IN_FORCE:
        done = await _begun(ledger, actor, row, words)
        async with ledger.workshop.work() as work:
            kept = await work.db.get_one(MeasureRow, measure_id, with_for_update=True)
            if kept.done_at is not None:
                return  # another process did it in the same moment
            kept.done_at = work.clock.now()
            if not done:
                await note_gone(work, actor, row=kept)
    else:
        await _given_back(ledger, actor, row)
        async with ledger.workshop.work() as work:
            kept = await work.db.get_one(MeasureRow, measure_id, with_for_update=True)
            kept.undone_at = work.clock.now()


async def _note_in(ledger: Ledger, actor: System, row: MeasureRow) -> str:
    if row.kind is not MeasureKind.CONTENT_NOTE or row.key_id is None:
        return ""
    await ledger.keyring.in_hand([row.key_id])
    return opened(ledger.keyring, Reader(ledger.keyring, actor), row, WORDS)


async def _begun(ledger: Ledger, actor: System, row: MeasureRow, words: str) -> bool:
    """Whether there was something to do it to: the words may have been taken back meanwhile."""
    assert row.seq is not None  # noqa: S101 - a measure about words names its message
    room_id, seq = row.room_id, row.seq
    try:
        if row.kind is MeasureKind.CONTENT_NOTE:
            if not words:
                return False  # its author went for good
            note = read(words, "moderator")
            await note_content(ledger, actor, room_id=room_id, seq=seq, note=note)
        else:
            await hide_words(ledger, actor, room_id=room_id, seq=seq)
    except HasANote:
        async with ledger.workshop.reading() as work:
            reader = Reader(ledger.keyring, actor, whole=True)
            found = await messages_at(work, reader, room_id, [seq])
        return bool(found) and found[0].note == words  # this one: it was put there already
    except NotFound:
        async with ledger.workshop.reading() as work:
            hidden = await is_hidden(work, row.room_id, row.seq)
        return hidden and row.kind is not MeasureKind.CONTENT_NOTE
    return True


async def _given_back(ledger: Ledger, actor: System, row: MeasureRow) -> None:
    """The words are in the room again, unless something else keeps them out."""
    assert row.seq is not None  # noqa: S101
    room_id, seq = row.room_id, row.seq
    with suppress(NotFound):  # taken back, or gone for good
        if row.kind is MeasureKind.CONTENT_NOTE:
            await note_content(ledger, actor, room_id=room_id, seq=seq, note=None)
            return
        async with ledger.workshop.reading() as work:
            if await is_held_otherwise(work, row):
                return
        await restore_words(ledger, actor, room_id=room_id, seq=seq)
