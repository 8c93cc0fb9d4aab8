"""Reading what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import func, select

from holdfast.kit.glances import Glances
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    announced,
    quote_of,
)
from holdfast.messages.tables import (
    ChangeKind,
    ChangeRow,
    MessageRow,
    ResponseRow,
    UnfoldedRow,
)
from holdfast.rights.rules import Actor
from holdfast.rooms.access import Author
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.seam import Keyring, Place, Sealed
from holdfast.staff.tables import StaffRow

SEARCHED = 3_000  # messages a search opens at most, newest first
FOUND = 50


@dataclass(frozen=True, slots=True)
class Reader:
    """Who opens the words: their right to the room was checked at the access door."""

    keyring: Keyring
    actor: Actor


COLUMNS = (
    MessageRow.id,
    MessageRow.room_id,
    MessageRow.seq,
    MessageRow.seat_id,
    MessageRow.nonce,
    MessageRow.key_id,
    MessageRow.text,
    MessageRow.note,
    MessageRow.reply_to,
    MessageRow.wants,
    MessageRow.written_at,
    MessageRow.edited_at,
    MessageRow.removed_by,
    SeatRow.handle,
    SeatRow.pseudonym,
    SeatRow.avatar,
    StaffRow.role,
)
Found = Any  # a row with the columns above, by their names


def in_room(room_id: RoomId) -> Any:
    """Every reading of messages begins here: history, replay, search, quotes."""
    return (
        select(*COLUMNS)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .outerjoin(StaffRow, StaffRow.id == SeatRow.staff_id)
        .where(MessageRow.room_id == room_id, MessageRow.seq.is_not(None))
    )


async def messages_before(
    work: Work, reader: Reader, room_id: RoomId, before: int | None, limit: int
) -> list[MessagePosted]:
    """The newest `limit` messages (before a seq), oldest first."""
    query = in_room(room_id).order_by(MessageRow.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(MessageRow.seq < before)
    return (await _opened(work, reader, query))[::-1]


async def messages_after(
    work: Work, reader: Reader, room_id: RoomId, after: int, limit: int
) -> list[MessagePosted]:
    """The first `limit` messages after a seq, oldest first."""
    query = in_room(room_id).where(MessageRow.seq > after).order_by(MessageRow.seq).limit(limit)
    return await _opened(work, reader, query)


async def entries_since(
    work: Work, reader: Reader, room_id: RoomId, since: int, limit: int
) -> list[Entry]:
    """Messages and changes after a seq, in order: what a reader who was away has missed.

    A message comes as it stands now, never with words since edited away or removed.
    """
    entries: list[Entry] = list(await messages_after(work, reader, room_id, since, limit))
    changes = (
        select(ChangeRow)
        .where(ChangeRow.room_id == room_id, ChangeRow.seq > since)
        .order_by(ChangeRow.seq)
        .limit(limit)
    )
    rows = (await work.db.scalars(changes)).all()
    edited = [row.of for row in rows if row.kind is ChangeKind.EDITED]
    now = {m.seq: m for m in await messages_at(work, reader, room_id, edited)}
    entries += [_change(row, now.get(row.of)) for row in rows]
    entries.sort(key=lambda entry: entry.seq)
    return entries[:limit]


async def messages_at(
    work: Work, reader: Reader, room_id: RoomId, seqs: Iterable[int]
) -> list[MessagePosted]:
    """The messages at these places."""
    wanted = sorted(set(seqs))
    if not wanted:
        return []
    return await _opened(work, reader, in_room(room_id).where(MessageRow.seq.in_(wanted)))


def _change(row: ChangeRow, now: MessagePosted | None) -> Entry:
    owner = None if row.seat_id is None else SeatId(row.seat_id)
    match row.kind:
        case ChangeKind.EDITED:
            text, note = (now.text, now.note) if now else ("", None)
            return MessageEdited(
                row.room_id, row.seq, owner or SeatId(0), row.of, text, note, row.at, now
            )
        case ChangeKind.REMOVED:
            by = "author" if owner else "moderator"
            return MessageRemoved(row.room_id, row.seq, owner, row.of, by, row.at)
        case ChangeKind.RESPONDED:
            return MessageResponded(row.room_id, row.seq, row.of, orjson.loads(row.counts or "{}"))
        case ChangeKind.NOTE | ChangeKind.ROOM_CHANGED:
            facts = orjson.loads(row.counts or "{}")
            return announced(row.room_id, row.seq, row.kind.value, facts, row.at)


async def _opened(work: Work, reader: Reader, query: Any) -> list[MessagePosted]:
    found = (await work.db.execute(query)).all()
    await reader.keyring.fetch_by_id(work, (row.key_id for row in found))
    messages = [opened_message(reader, row) for row in found]
    return await _with_quotes(work, reader, messages)


def opened_message(reader: Reader, row: Found) -> MessagePosted:
    return MessagePosted(
        room_id=row.room_id,
        seq=row.seq,
        owner=row.seat_id,
        author=Author(row.handle, row.pseudonym, row.avatar, row.role.value if row.role else ""),
        nonce=row.nonce,
        text=opened_words(reader, row, row.text, b"t") or "",
        at=row.written_at,
        note=opened_words(reader, row, row.note, b"n"),
        reply_to=row.reply_to,
        wants=row.wants,
        edited_at=row.edited_at,
        removed=row.removed_by,
    )


def opened_words(reader: Reader, row: Found, data: bytes | None, part: bytes) -> str | None:
    """The words of one part of a message; nothing where there are none or they are erased."""
    if data is None:
        return None
    place = Place(row.room_id, row.id, row.seat_id, part)
    try:
        return reader.keyring.open(Sealed(data, row.key_id, place), reader.actor)
    except KeyError:
        return None  # its key was destroyed: these words are erased


async def _with_quotes(
    work: Work, reader: Reader, messages: list[MessagePosted]
) -> list[MessagePosted]:
    wanted = {m.reply_to for m in messages if m.reply_to is not None and not m.removed}
    if not wanted:
        return messages
    query = in_room(messages[0].room_id).where(MessageRow.seq.in_(wanted))
    found = (await work.db.execute(query)).all()
    await reader.keyring.fetch_by_id(work, (row.key_id for row in found))
    quotes = {row.seq: quote_of(opened_message(reader, row)) for row in found}
    return [replace(m, quote=quotes.get(m.reply_to)) if m.reply_to else m for m in messages]


async def message_row(work: Work, room_id: RoomId, seq: int) -> Found | None:
    """One message as it lies, with its author's seat."""
    return (await work.db.execute(in_room(room_id).where(MessageRow.seq == seq))).first()


async def is_change_known(work: Work, seat_id: SeatId, nonce: str) -> bool:
    """Whether a change of this seat was made under this nonce."""
    query = select(ChangeRow.row).where(ChangeRow.seat_id == seat_id, ChangeRow.nonce == nonce)
    return await work.db.scalar(query) is not None


async def response_counts(
    work: Work, room_id: RoomId, seqs: Sequence[int]
) -> dict[int, dict[str, int]]:
    """How often each response was given to each of these messages."""
    counts: dict[int, dict[str, int]] = {}
    query = (
        select(ResponseRow.seq, ResponseRow.response, func.count())
        .where(ResponseRow.room_id == room_id, ResponseRow.seq.in_(seqs))
        .group_by(ResponseRow.seq, ResponseRow.response)
    )
    for seq, response, count in await work.db.execute(query):
        counts.setdefault(seq, {})[response] = count
    return counts


async def messages_found(
    work: Work, reader: Reader, room_id: RoomId, words: str
) -> list[MessagePosted]:
    """The newest messages that hold all these words: opened and looked through, never indexed."""
    wanted = words.casefold().split()
    newest = await messages_before(work, reader, room_id, None, SEARCHED)
    return [m for m in reversed(newest) if wanted and all(w in m.text.casefold() for w in wanted)][
        :FOUND
    ]


NOT_READ_YET = (
    "(SELECT count(*) FROM (SELECT 1 FROM messages m WHERE m.room_id = s.room_id"
    " AND m.seq > s.read_seq AND m.seat_id <> s.id AND m.removed_by IS NULL LIMIT 100) u)"
)
COUNTED = "SELECT s.room_id, {unread} FROM seats s WHERE s.member_id = ? AND s.left_at IS NULL"
UNREAD = COUNTED.format(unread=NOT_READ_YET)


async def unread_in_rooms(glances: Glances, member_id: MemberId) -> dict[int, int]:
    """How many messages of others came since I last read, in each room where I sit.

    Counted to a hundred and no further.
    """
    return dict(await glances.rows(UNREAD, member_id))


async def untold_responses(work: Work) -> list[tuple[int, int]]:
    """(room, seq) of messages whose response counts were not told before a stop."""
    rows = await work.db.execute(select(UnfoldedRow.room_id, UnfoldedRow.seq))
    return [(room, seq) for room, seq in rows]
