"""Reading what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import func, select

from holdfast.kit.glances import Glances
from holdfast.kit.ids import KeyId, MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted, quote_of
from holdfast.messages.queries.unseen import (
    IN_SIGHT_OF_SEAT,
    NOTHING,
    Unseen,
    in_sight,
    is_anything_unseen,
    learn_seqs,
    unseen_by,
)
from holdfast.messages.tables import (
    ChangeRow,
    GoingRow,
    MessageRow,
    ResponseRow,
    UnfoldedRow,
)
from holdfast.rights.rules import Actor
from holdfast.rooms.access import Author
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.seam import Keyring, Place, Private, Sealed, Unreadable
from holdfast.staff.tables import StaffRow

SEARCHED = 3_000  # messages a search opens at most, newest first
FOUND = 50
PRIVATE = "private"  # in the place of who removed it: words between two, and the reader is neither


class Reader(Struct, frozen=True, eq=False):
    """Who opens the words: their right to the room was checked at the access door.

    `whole`: what is read is for everybody, as where somebody changes what all will see.
    """

    keyring: Keyring
    actor: Actor
    whole: bool = False
    known: dict[RoomId, Unseen] = field(default_factory=dict)

    async def in_hand(self, keys: Iterable[KeyId]) -> None:
        """Make sure of these keys, and of the parts of private talk that are the reader's."""
        await self.keyring.in_hand(keys, self.actor)

    async def unseen(self, work: Work, room_id: RoomId) -> Unseen:
        """What they do not see in a room; looked up once."""
        if self.whole:
            return NOTHING
        if room_id not in self.known:
            self.known[room_id] = await unseen_by(work, self.actor, room_id)
        return self.known[room_id]


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
    GoingRow.at.label("expires_at"),
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
        .outerjoin(GoingRow, GoingRow.message_id == MessageRow.id)
        .where(MessageRow.room_id == room_id, MessageRow.seq.is_not(None))
    )


async def messages_before(
    work: Work, reader: Reader, room_id: RoomId, before: int | None, limit: int
) -> list[MessagePosted]:
    """The newest `limit` messages (before a seq), oldest first."""
    query = in_room(room_id).order_by(MessageRow.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(MessageRow.seq < before)
    return (await seen_messages(work, reader, room_id, query))[::-1]


async def messages_after(
    work: Work, reader: Reader, room_id: RoomId, after: int, limit: int
) -> list[MessagePosted]:
    """The first `limit` messages after a seq, oldest first."""
    query = in_room(room_id).where(MessageRow.seq > after).order_by(MessageRow.seq).limit(limit)
    return await seen_messages(work, reader, room_id, query)


async def messages_at(
    work: Work, reader: Reader, room_id: RoomId, seqs: Iterable[int]
) -> list[MessagePosted]:
    """The messages at these places."""
    wanted = sorted(set(seqs))
    if not wanted:
        return []
    query = in_room(room_id).where(MessageRow.seq.in_(wanted))
    return await seen_messages(work, reader, room_id, query)


async def seen_messages(
    work: Work, reader: Reader, room_id: RoomId, query: Any
) -> list[MessagePosted]:
    """What the reader may see of this, opened, with what it answers."""
    unseen = await reader.unseen(work, room_id)
    messages = await _opened(work, reader, in_sight(query, unseen))
    wanted = {m.reply_to for m in messages if m.reply_to is not None}
    await learn_seqs(work, room_id, unseen, wanted)
    return await _with_quotes(work, reader, [unseen.unquoted(m) for m in messages])


async def _opened(work: Work, reader: Reader, query: Any) -> list[MessagePosted]:
    found = (await work.db.execute(query)).all()
    keys = (row.key_id for row in found)
    await reader.in_hand(keys)
    return [opened_message(reader, row) for row in found]


def opened_message(reader: Reader, row: Found) -> MessagePosted:
    removed = row.removed_by
    try:
        text = _opened_part(reader, row, row.text, b"t")
        if text is None and row.text is not None and not removed:
            raise reader.keyring.lost(row.key_id)  # nobody erased them
        note = _opened_part(reader, row, row.note, b"n")
    except Private:
        text, note, removed = None, None, removed or PRIVATE
    except Unreadable:
        text, note, removed = None, None, removed or "unreadable"
    return MessagePosted(
        room_id=row.room_id,
        seq=row.seq,
        owner=row.seat_id,
        author=Author(row.handle, row.pseudonym, row.avatar, row.role.value if row.role else ""),
        nonce=row.nonce,
        text=text or "",
        at=row.written_at,
        note=note,
        reply_to=row.reply_to,
        wants=row.wants,
        edited_at=row.edited_at,
        removed=removed,
        expires_at=row.expires_at,
    )


def opened_words(
    reader: Reader, row: Found, data: bytes | None, part: bytes, key: KeyId | None = None
) -> str | None:
    """The words of one part of a message; nothing where there are none, or they do not open.

    `key`: the one of that part, where it may be another than the message's.
    """
    try:
        return _opened_part(reader, row, data, part, key)
    except Unreadable:
        return None


def _opened_part(
    reader: Reader, row: Found, data: bytes | None, part: bytes, key: KeyId | None = None
) -> str | None:
    """The same; raises `Unreadable` where what lies there was changed."""
    if data is None:
        return None
    place = Place(row.room_id, row.id, row.seat_id, part)
    try:
        return reader.keyring.open(Sealed(data, key or row.key_id, place), reader.actor)
    except Unreadable:
        raise
    except KeyError:
        return None  # its key was destroyed: these words are erased


async def _with_quotes(
    work: Work, reader: Reader, messages: list[MessagePosted]
) -> list[MessagePosted]:
    wanted = {m.reply_to for m in messages if m.reply_to is not None and not m.removed}
    if not wanted:
        return messages
    query = in_room(messages[0].room_id).where(MessageRow.seq.in_(wanted))
    quotes = {m.seq: quote_of(m) for m in await _opened(work, reader, query)}
    return [replace(m, quote=quotes.get(m.reply_to)) if m.reply_to else m for m in messages]


async def message_row(work: Work, room_id: RoomId, seq: int) -> Found | None:
    """One message as it lies, with its author's seat."""
    return (await work.db.execute(in_room(room_id).where(MessageRow.seq == seq))).first()


async def is_change_known(work: Work, seat_id: SeatId, nonce: str) -> bool:
    """Whether a change of this seat was made under this nonce."""
    query = select(ChangeRow.row).where(ChangeRow.seat_id == seat_id, ChangeRow.nonce == nonce)
    return await work.db.scalar(query) is not None


async def response_counts(
    work: Work, room_id: RoomId, seqs: Sequence[int], unseen: Unseen = NOTHING
) -> dict[int, dict[str, int]]:
    """How often each response was given to each of these messages, by those in sight."""
    counts: dict[int, dict[str, int]] = {}
    query = (
        select(ResponseRow.seq, ResponseRow.response, func.count())
        .where(ResponseRow.room_id == room_id, ResponseRow.seq.in_(seqs))
        .group_by(ResponseRow.seq, ResponseRow.response)
    )
    if unseen.seats:
        query = query.where(ResponseRow.seat_id.not_in(unseen.seats))
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
    " AND m.seq > s.read_seq AND m.seat_id <> s.id AND m.removed_by IS NULL{in_sight} LIMIT 100) u)"
)
COUNTED = "SELECT s.room_id, {unread} FROM seats s WHERE s.member_id = ? AND s.left_at IS NULL"
UNREAD = COUNTED.format(unread=NOT_READ_YET.format(in_sight=""))
UNREAD_IN_SIGHT = COUNTED.format(unread=NOT_READ_YET.format(in_sight=IN_SIGHT_OF_SEAT))


async def unread_in_rooms(glances: Glances, member_id: MemberId) -> dict[int, int]:
    """How many messages of others came since I last read, in each room where I sit.

    Counted to a hundred and no further.
    """
    hides = await is_anything_unseen(glances, member_id)
    return dict(await glances.rows(UNREAD_IN_SIGHT if hides else UNREAD, member_id))


async def untold_responses(work: Work) -> list[tuple[int, int]]:
    """(room, seq) of messages whose response counts were not told before a stop."""
    rows = await work.db.execute(select(UnfoldedRow.room_id, UnfoldedRow.seq))
    return [(room, seq) for room, seq in rows]
