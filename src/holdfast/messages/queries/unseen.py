"""What one member does not see in a room: the one filter of all reading, loaded and live.

A mute hides a person from me, a block hides us from each other, a hide one message. All of it
follows the person, whatever name they wear; nothing that is sent says who is behind it. Staff are
members of nothing here: nothing of theirs is ever hidden, and of a side space they do not see what
was said there before the concern they came for, where that was not theirs to read. A newcomer does
not see what was said in a room long before they came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    Skipped,
)
from holdfast.messages.tables import BlockKind, BlockRow, HideRow, MessageRow
from holdfast.rights.rules import Actor, Member, Staff
from holdfast.rooms.tables import SeatRow


class Unseen(Struct):
    """Seats and single messages of one room that one reader does not see.

    `seqs` are the hidden messages, and among them those of hidden seats as far as they are known.
    `until`: everything up to this seq.
    """

    seats: frozenset[SeatId] = frozenset()
    seqs: set[int] = field(default_factory=set)
    until: int = 0

    def __bool__(self) -> bool:
        return bool(self.seats or self.seqs or self.until)

    def hides(self, seat: SeatId | None) -> bool:
        """Whether this person is out of sight."""
        return seat in self.seats

    def shown(self, entry: Entry) -> Entry:
        """An entry as this reader may see it: itself, without a quote, or `Skipped`."""
        if self.until and min(entry.seq, getattr(entry, "of", entry.seq)) <= self.until:
            return _skipped(entry)
        match entry:
            case MessagePosted():
                if entry.owner in self.seats:
                    self.seqs.add(entry.seq)
                hidden = entry.seq in self.seqs
                return _skipped(entry) if hidden else self.unquoted(entry)
            case MessageEdited(now=now):
                if self._is_of_hidden(entry):
                    return _skipped(entry)
                shown = None if now is None else self.unquoted(now)
                return entry if shown is now else replace(entry, now=shown)
            case MessageRemoved():
                return _skipped(entry) if self._is_of_hidden(entry) else entry
            case MessageResponded():
                return _skipped(entry) if entry.of in self.seqs else self._counted(entry)
            case _:
                return entry

    def _is_of_hidden(self, entry: MessageEdited | MessageRemoved) -> bool:
        return entry.of in self.seqs or entry.owner in self.seats

    def unquoted(self, message: MessagePosted) -> MessagePosted:
        """A message without what it answers, where that is out of sight."""
        answers = message.reply_to
        if answers is None or not (answers in self.seqs or answers <= self.until):
            return message
        return replace(message, reply_to=None, quote=None)

    def _counted(self, entry: MessageResponded) -> MessageResponded:
        """How many responded, without those out of sight."""
        if not any(seat in self.seats for seat, _ in entry.given):
            return entry
        seen = Counter(answer for seat, answer in entry.given if seat not in self.seats)
        return replace(entry, counts=dict(sorted(seen.items())))


def _skipped(entry: Entry) -> Skipped:
    return Skipped(entry.room_id, entry.seq)


NOTHING = Unseen()
SEATS = (
    "SELECT s.id FROM blocks b JOIN seats s ON s.member_id = b.other_id"
    " WHERE b.member_id = ? AND s.room_id = ?"
    " UNION SELECT s.id FROM blocks b JOIN seats s ON s.member_id = b.member_id"
    " WHERE b.other_id = ? AND b.kind = 'block' AND s.room_id = ?"
)
FROM_HERE = "SELECT reads_after FROM seats WHERE staff_id = ? AND room_id = ?"
SINCE = "SELECT reads_after FROM seats WHERE member_id = ? AND room_id = ?"
SEQS = "SELECT seq FROM hides WHERE member_id = ? AND room_id = ?"
SEQS_OF_SEATS = (
    f"SELECT m.seq FROM ({SEATS}) x JOIN messages m ON m.seat_id = x.id"  # noqa: S608 - our own
    " WHERE m.seq IS NOT NULL"
)
ANYTHING = (
    "SELECT EXISTS (SELECT 1 FROM blocks WHERE member_id = ?)"
    " OR EXISTS (SELECT 1 FROM blocks WHERE other_id = ? AND kind = 'block')"
    " OR EXISTS (SELECT 1 FROM hides WHERE member_id = ?)"
    " OR EXISTS (SELECT 1 FROM seats WHERE member_id = ? AND reads_after > 0)"
)
BETWEEN = (
    " AND NOT EXISTS (SELECT 1 FROM {authors} WHERE ((b.member_id = {reader}"
    " AND b.other_id = {author}) OR (b.other_id = {reader} AND b.member_id = {author}"
    " AND b.kind = 'block')){seat})"
)
HIDDEN = (
    " AND NOT EXISTS (SELECT 1 FROM hides h WHERE h.member_id = {reader}"
    " AND h.room_id = m.room_id AND h.seq = m.seq)"
)
SINCE_THEN = (
    " AND m.seq > COALESCE((SELECT o.reads_after FROM seats o"
    " WHERE o.member_id = ? AND o.room_id = m.room_id), 0)"
)
# Of messages m by author's seat s: those that one member sees, who is named four times.
IN_SIGHT = (BETWEEN + HIDDEN + SINCE_THEN).format(
    authors="blocks b", reader="?", author="s.member_id", seat=""
)
# The same for a staff person, who is named once.
FROM_HERE_ON = (
    " AND m.seq > COALESCE((SELECT o.reads_after FROM seats o"
    " WHERE o.staff_id = ? AND o.room_id = m.room_id), 0)"
)
# Of messages m: those that the member in seat s sees.
IN_SIGHT_OF_SEAT = (BETWEEN + HIDDEN).format(
    authors="seats o, blocks b",
    reader="s.member_id",
    author="o.member_id",
    seat=" AND o.id = m.seat_id",
)
# Of responses: those by people whom one member sees, who is named twice.
BY_THOSE_IN_SIGHT = BETWEEN.format(
    authors="seats o, blocks b",
    reader="?",
    author="o.member_id",
    seat=" AND o.id = responses.seat_id",
)


Sight = tuple[str, tuple[int, ...]]  # what a question about messages m adds, and asks with


async def who_hides(glances: Glances, actor: Actor) -> MemberId | None:
    """This reader, if anything at all is out of their sight; for most nothing is."""
    if isinstance(actor, Member) and await is_anything_unseen(glances, actor.id):
        return actor.id
    return None


async def sight_of(glances: Glances, actor: Actor) -> Sight:
    """What a question about messages m adds for this reader, and what it asks with."""
    if isinstance(actor, Staff):
        return FROM_HERE_ON, (actor.id,)
    me = await who_hides(glances, actor)
    return ("", ()) if me is None else (IN_SIGHT, (me,) * 4)


def anything_asked(member_id: MemberId) -> Asked:
    """The question whether anything is out of a member's sight."""
    return ANYTHING, (member_id,) * 4


async def is_anything_unseen(glances: Glances, member_id: MemberId) -> bool:
    """Whether anything is out of a member's sight."""
    anything, whose = anything_asked(member_id)
    return bool((await glances.rows(anything, *whose))[0][0])


async def unseen_at_a_glance(glances: Glances, actor: Actor, room_id: RoomId) -> Unseen:
    """What this reader does not see in a room, for the busiest doors."""
    if isinstance(actor, Staff):
        found = await glances.rows(FROM_HERE, actor.id, room_id)
        return Unseen(until=found[0][0]) if found and found[0][0] else NOTHING
    me = await who_hides(glances, actor)
    if me is None:
        return NOTHING
    found = await glances.rows(SEATS, me, room_id, me, room_id)
    hidden = await glances.rows(SEQS, me, room_id)
    since = await glances.rows(SINCE, me, room_id)
    until = since[0][0] if since else 0
    return Unseen(frozenset(seat for (seat,) in found), {seq for (seq,) in hidden}, until)


THERE = (
    "SELECT 1 FROM messages m JOIN seats s ON s.id = m.seat_id WHERE m.room_id = ? AND m.seq = ?"
)


async def is_message_unseen(glances: Glances, actor: Actor, room_id: RoomId, seq: int) -> bool:
    """Whether one message of a room is out of this reader's sight."""
    me = await who_hides(glances, actor)
    if me is None:
        return False
    return not await glances.rows(THERE + IN_SIGHT, room_id, seq, *(me,) * 4)


async def unseen_while_here(glances: Glances, actor: Actor, room_id: RoomId) -> Unseen:
    """The same, with every message of the hidden seats: for whoever listens."""
    unseen = await unseen_at_a_glance(glances, actor, room_id)
    if unseen.seats and isinstance(actor, Member):
        theirs = await glances.rows(SEQS_OF_SEATS, actor.id, room_id, actor.id, room_id)
        unseen.seqs.update(seq for (seq,) in theirs)
    return unseen


async def unseen_by(work: Work, actor: Actor, room_id: RoomId) -> Unseen:
    """What this reader does not see in a room."""
    if isinstance(actor, Staff):
        mine = SeatRow.staff_id == actor.id, SeatRow.room_id == room_id
        until = await work.db.scalar(select(SeatRow.reads_after).where(*mine))
        return Unseen(until=until) if until else NOTHING
    if not isinstance(actor, Member):
        return NOTHING
    mine = _seats(room_id, BlockRow.other_id).where(BlockRow.member_id == actor.id)
    theirs = _seats(room_id, BlockRow.member_id).where(
        BlockRow.other_id == actor.id, BlockRow.kind == BlockKind.BLOCK
    )
    found = await work.db.execute(mine.union(theirs))
    seats = frozenset(seat for (seat,) in found)
    hidden = select(HideRow.seq).where(HideRow.member_id == actor.id, HideRow.room_id == room_id)
    since = select(SeatRow.reads_after).where(
        SeatRow.member_id == actor.id, SeatRow.room_id == room_id
    )
    return Unseen(seats, set(await work.db.scalars(hidden)), await work.db.scalar(since) or 0)


def _seats(room_id: RoomId, whose: Any) -> Any:
    return (
        select(SeatRow.id)
        .join(BlockRow, SeatRow.member_id == whose)
        .where(SeatRow.room_id == room_id)
    )


def in_sight(query: Any, unseen: Unseen) -> Any:
    """A query of messages, without those out of sight: so that a page is as long as any other."""
    if unseen.seats:
        query = query.where(MessageRow.seat_id.not_in(unseen.seats))
    if unseen.seqs:
        query = query.where(MessageRow.seq.not_in(unseen.seqs))
    if unseen.until:
        query = query.where(MessageRow.seq > unseen.until)
    return query


async def learn_seqs(work: Work, room_id: RoomId, unseen: Unseen, seqs: Iterable[int]) -> None:
    """Learn which of these messages are of hidden seats."""
    if not unseen.seats or not (asked := set(seqs)):
        return
    theirs = select(MessageRow.seq).where(
        MessageRow.room_id == room_id,
        MessageRow.seq.in_(asked),
        MessageRow.seat_id.in_(unseen.seats),
    )
    unseen.seqs.update(await work.db.scalars(theirs))


def out_of_sight(author_seat: InstrumentedAttribute[SeatId]) -> ColumnElement[bool]:
    """Whether the member in the seat of the query does not see who sits in that other one."""
    author = aliased(SeatRow)
    by_me = (BlockRow.member_id == SeatRow.member_id) & (BlockRow.other_id == author.member_id)
    by_them = (BlockRow.other_id == SeatRow.member_id) & (BlockRow.member_id == author.member_id)
    hidden = by_me | (by_them & (BlockRow.kind == BlockKind.BLOCK))
    return exists().where(author.id == author_seat, hidden)
