"""Words that were taken out of a room: for whose they are, and for those who decide about them."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import select

from holdfast.kit.ids import MessageId, RoomId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import PRIVATE, Reader, in_room, opened_message
from holdfast.messages.tables import HiddenWordsRow, MessageRow


async def hidden_message(
    work: Work, reader: Reader, room_id: RoomId, seq: int
) -> MessagePosted | None:
    """A hidden message as it was said; nothing where none is hidden there."""
    row = await work.db.get(HiddenWordsRow, (room_id, seq))
    said = (await work.db.execute(in_room(room_id).where(MessageRow.seq == seq))).first()
    if row is None or said is None:
        return None
    await reader.in_hand([row.key_id])
    whole = dict(said._mapping) | {"text": row.text, "note": row.note}
    opened = opened_message(reader, _Row(whole | {"removed_by": None}))
    return opened if opened.removed == PRIVATE else replace(opened, removed=None)


class _Row:
    """A row by its names, with other words in it."""

    def __init__(self, values: dict[str, object]) -> None:
        self.__dict__.update(values)


async def message_named(work: Work, reader: Reader, message_id: MessageId) -> MessagePosted | None:
    """A message by its id, said or hidden, with its words. Nothing where its words are gone."""
    found = select(MessageRow.room_id, MessageRow.seq).where(MessageRow.id == message_id)
    place = (await work.db.execute(found)).first()
    if place is None or place.seq is None:
        return None
    hidden = await hidden_message(work, reader, place.room_id, place.seq)
    if hidden is not None:
        return hidden
    row = (await work.db.execute(in_room(place.room_id).where(MessageRow.id == message_id))).one()
    await reader.in_hand([row.key_id])
    message = opened_message(reader, row)
    return None if message.removed not in (None, PRIVATE) else message


async def hidden_before(work: Work, before: datetime) -> list[tuple[RoomId, int]]:
    """What was hidden before this time and still is. What is frozen waits for its author alone."""
    query = select(HiddenWordsRow.room_id, HiddenWordsRow.seq).where(
        HiddenWordsRow.at < before, ~HiddenWordsRow.frozen
    )
    return [(room_id, seq) for room_id, seq in await work.db.execute(query)]


async def is_hidden(work: Work, room_id: RoomId, seq: int) -> bool:
    """Whether the words of this message lie apart from it."""
    return await work.db.get(HiddenWordsRow, (room_id, seq)) is not None
