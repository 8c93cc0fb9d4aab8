"""What a room page shows, looked up at a glance: the page that is opened more than all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.tables import from_millis
from holdfast.messages.events import MessagePosted, quote_of
from holdfast.messages.queries import NOT_READ_YET, Found, Reader, opened_message
from holdfast.messages.queries.unseen import (
    BY_THOSE_IN_SIGHT,
    IN_SIGHT,
    IN_SIGHT_OF_SEAT,
    Sight,
    is_anything_unseen,
    sight_of,
    who_hides,
)
from holdfast.rights.rules import Role
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind, RoomState

SEATED = (
    "SELECT r.id, r.slug, r.language, r.name, r.topic, r.about, r.kind, r.state, r.head,"
    " s.read_seq, {unread} FROM seats s JOIN rooms r ON r.id = s.room_id WHERE {whose}"
)
MINE = "s.member_id = ? AND s.left_at IS NULL ORDER BY r.id"
ROOMS = SEATED.format(unread=NOT_READ_YET.format(in_sight=""), whose=MINE)
ROOMS_IN_SIGHT = SEATED.format(unread=NOT_READ_YET.format(in_sight=IN_SIGHT_OF_SEAT), whose=MINE)
ROOM = SEATED.format(unread="0", whose="s.id = ?")
LOOKED_AFTER = (
    "SELECT EXISTS (SELECT 1 FROM held WHERE seat_id = ? AND state IN ('held', 'returned')),"
    " EXISTS (SELECT 1 FROM shifts WHERE checked_in_at IS NOT NULL AND checked_out_at IS NULL)"
)
MESSAGES = (
    "SELECT m.id, m.room_id, m.seq, m.seat_id, m.nonce, m.key_id, m.text, m.note, m.reply_to,"
    " m.wants, m.written_at, m.edited_at, m.removed_by, g.at, s.handle, s.pseudonym, s.avatar,"
    " t.role FROM messages m JOIN seats s ON s.id = m.seat_id"
    " LEFT JOIN staff t ON t.id = s.staff_id LEFT JOIN goings g ON g.message_id = m.id"
    " WHERE m.room_id = ?"
)
NEWEST = MESSAGES + " AND m.seq < ?{in_sight} ORDER BY m.seq DESC LIMIT ?"
RESPONSES = (
    "SELECT seq, response, count(*), sum(CASE WHEN seat_id = ? THEN 1 ELSE 0 END) FROM responses"
    " WHERE room_id = ? AND seq BETWEEN ? AND ?{in_sight}"
    " GROUP BY seq, response ORDER BY seq, response"
)
RESPONSES_BELOW = (  # to what RESPONSES has between two seqs, without knowing the older one
    "SELECT seq, response, count(*), sum(CASE WHEN seat_id = ? THEN 1 ELSE 0 END) FROM responses"
    " WHERE room_id = ? AND seq < ? AND seq >= COALESCE((SELECT MIN(p.seq) FROM"
    " (SELECT m.seq FROM messages m{authors} WHERE m.room_id = ? AND m.seq < ?{in_sight}"
    " ORDER BY m.seq DESC LIMIT ?) p), 0){by_those} GROUP BY seq, response ORDER BY seq, response"
)
BEYOND = 2**53
Part = tuple[int | None, int]  # of a room: what was said before a seq (None: now), and how much


class RoomLine(NamedTuple):
    """A room where somebody sits, with how far they have read."""

    id: RoomId
    slug: str
    language: str
    name: str
    topic: str
    about: str
    kind: RoomKind
    state: RoomState
    head: int
    read_seq: int
    unread: int


class _Row(NamedTuple):
    """A message as it lies, by the names that every reading knows."""

    id: bytes
    room_id: RoomId
    seq: int
    seat_id: SeatId
    nonce: str
    key_id: bytes
    text: bytes | None
    note: bytes | None
    reply_to: int | None
    wants: str | None
    written_at: Any
    edited_at: Any
    removed_by: str | None
    expires_at: Any
    handle: str
    pseudonym: str
    avatar: str
    role: Any


async def rooms_with_seat(glances: Glances, member_id: MemberId) -> list[RoomLine]:
    """The rooms where a member sits, in the order they were made."""
    hides = await is_anything_unseen(glances, member_id)
    rooms, whose = rooms_asked(member_id, hides=hides)
    return [_line(row) for row in await glances.rows(rooms, *whose)]


def rooms_asked(member_id: MemberId, *, hides: bool = False) -> Asked:
    """The question for them. `hides`: something is out of this member's sight."""
    return ROOMS_IN_SIGHT if hides else ROOMS, (member_id,)


async def room_of_seat(glances: Glances, seat_id: SeatId) -> RoomLine:
    """The room of a seat that is known to be there; what is new in it nobody counts."""
    return _line((await glances.rows(ROOM, seat_id))[0])


def _line(row: tuple[Any, ...]) -> RoomLine:
    line = RoomLine(*row)
    return line._replace(kind=RoomKind(line.kind), state=RoomState(line.state))


async def looked_after(glances: Glances, seat_id: SeatId) -> tuple[bool, bool]:
    """Whether words of this seat are held or given back, and whether anyone came for a shift."""
    after, whose = looked_after_asked(seat_id)
    held, here = (await glances.rows(after, *whose))[0]
    return bool(held), bool(here)


def looked_after_asked(seat_id: SeatId) -> Asked:
    """The question for both."""
    return LOOKED_AFTER, (seat_id,)


async def page_before(
    glances: Glances, reader: Reader, room_id: RoomId, before: int | None, limit: int
) -> list[MessagePosted]:
    """The newest `limit` messages (before a seq), oldest first, with what they quote."""
    sight, whose = await sight_of(glances, reader.actor)
    newest, values = page_asked(room_id, (before, limit), (sight, whose))
    found = await glances.rows(newest, *values)
    messages = await _opened(reader, found)
    known = {m.seq: m for m in messages}
    quoted = {m.reply_to for m in messages if m.reply_to is not None}
    if missing := sorted(quoted - set(known)):
        places = f" AND m.seq IN ({', '.join('?' * len(missing))})"
        found = await glances.rows(MESSAGES + sight + places, room_id, *whose, *missing)
        known |= {m.seq: m for m in await _opened(reader, found)}
    return [_with_quote(m, known) for m in reversed(messages)]


def page_asked(room_id: RoomId, part: Part, sight: Sight) -> Asked:
    """The question for a part of a room, newest first, as far as a reader sees it."""
    (before, limit), (in_sight, whose) = part, sight
    end = BEYOND if before is None else before
    return NEWEST.format(in_sight=in_sight), (room_id, end, *whose, limit)


async def responses_to(
    glances: Glances, seat: Seat, page: Sequence[MessagePosted], part: Part | None = None
) -> tuple[dict[int, dict[str, int]], set[tuple[int, str]]]:
    """How often each response was given to each message of a page, and which this seat gave.

    `part`: which part of the room the page is from, where that was said when it was read.
    """
    counts: dict[int, dict[str, int]] = {}
    given: set[tuple[int, str]] = set()
    if not page:
        return counts, given
    if part is None:
        asked, values = await _given_between(glances, seat, [message.seq for message in page])
    else:
        asked, values = responses_asked(seat, part, await sight_of(glances, seat.actor))
    for seq, response, count, mine in await glances.rows(asked, *values):
        counts.setdefault(seq, {})[response] = count
        if mine:
            given.add((seq, response))
    return counts, given


async def _given_between(glances: Glances, seat: Seat, seqs: Sequence[int]) -> Asked:
    me = await who_hides(glances, seat.actor)
    sight, whose = ("", ()) if me is None else (BY_THOSE_IN_SIGHT, (me, me))
    asked = RESPONSES.format(in_sight=sight)
    return asked, (seat.id, seat.room_id, min(seqs), max(seqs), *whose)


def responses_asked(seat: Seat, part: Part, sight: Sight) -> Asked:
    """The question for the responses in a part of a room, before that itself is read."""
    (before, limit), (in_sight, whose) = part, sight
    end = BEYOND if before is None else before
    hides = in_sight == IN_SIGHT
    question = RESPONSES_BELOW.format(
        authors=" JOIN seats s ON s.id = m.seat_id" if hides else "",
        in_sight=in_sight,
        by_those=BY_THOSE_IN_SIGHT if hides else "",
    )
    by_those = whose[:2] if hides else ()
    return question, (seat.id, seat.room_id, end, seat.room_id, end, *whose, limit, *by_those)


async def _opened(reader: Reader, found: Sequence[tuple[Any, ...]]) -> list[MessagePosted]:
    rows = [_row(found) for found in found]
    await reader.in_hand(row.key_id for row in rows)
    return [opened_message(reader, row) for row in rows]


def _row(found: tuple[Any, ...]) -> Found:
    row = _Row(*found)
    return row._replace(
        written_at=from_millis(row.written_at),
        edited_at=from_millis(row.edited_at) if row.edited_at else None,
        expires_at=from_millis(row.expires_at) if row.expires_at else None,
        role=Role(row.role) if row.role else None,
    )


def _with_quote(message: MessagePosted, known: dict[int, MessagePosted]) -> MessagePosted:
    if message.reply_to is None:
        return message
    of = known.get(message.reply_to)
    if of is None:
        return replace(message, reply_to=None)  # it is out of sight
    return message if message.removed else replace(message, quote=quote_of(of))
