"""Reading for how long words are kept, and which are old enough to go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select, union

from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.kit.ids import KeyId, MessageId, RoomId
from holdfast.kit.work import Work
from holdfast.messages.rules.retention import Policy, policy_of
from holdfast.messages.tables import (
    ForgettingRow,
    HeldRow,
    HeldState,
    HiddenWordsRow,
    MessageRow,
    RetentionRow,
)
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.sealing.seam import Keyring, day_of

MOST_NAMED = 1_000  # messages named in one statement; with more of them it is "about"


class Kept(Struct, frozen=True):
    """What is named in something open, and so stays however old it is."""

    messages: Collection[MessageId] = ()
    rooms: Collection[RoomId] = ()
    keys: Collection[KeyId] = ()  # that other words are sealed with


NOTHING_KEPT = Kept()


class Old(Struct, frozen=True):
    """One message whose words are old enough to go."""

    row: int
    id: MessageId
    seq: int | None
    at: datetime


async def policy(work: Work, before: datetime | None = None) -> Policy:
    """How long words are kept; with `before`, by what was chosen before that moment."""
    query = select(RetentionRow).order_by(RetentionRow.id)
    if before is not None:
        query = query.where(RetentionRow.at < before)
    return policy_of((await work.db.scalars(query)).all())


async def choices_for(
    work: Work, *, kind: str | None = None, room_id: RoomId | None = None
) -> Sequence[RetentionRow]:
    """What was chosen for a kind of room, or for one room, newest first."""
    its = RetentionRow.room_id == room_id if kind is None else RetentionRow.kind == kind
    query = select(RetentionRow).where(its).order_by(RetentionRow.id.desc())
    return (await work.db.scalars(query)).all()


async def rooms_with_words(work: Work) -> Sequence[RoomRow]:
    """Every room there is, of whatever kind."""
    return (await work.db.scalars(select(RoomRow).order_by(RoomRow.id))).all()


async def old_count(
    work: Work, rooms: Collection[RoomId], before: datetime, but: Collection[MessageId] = ()
) -> int:
    """About how many messages of these rooms have words from before then, `but` those that stay."""
    query = select(func.count()).select_from(MessageRow)
    if 0 < len(but) <= MOST_NAMED:
        query = query.where(MessageRow.id.not_in(but))
    found = await work.db.scalar(query.where(MessageRow.room_id.in_(rooms), *_has_words(before)))
    return int(found or 0)


async def rooms_with_old_words(work: Work, before: datetime) -> set[RoomId]:
    """The rooms in which there are words from before then."""
    query = select(MessageRow.room_id).where(*_has_words(before)).distinct()
    return set(await work.db.scalars(query))


async def old_rows(work: Work, room_id: RoomId, before: datetime) -> list[int]:
    """The messages of a room with words from before then, by the numbers of their rows."""
    query = select(MessageRow.row).where(MessageRow.room_id == room_id, *_has_words(before))
    return sorted(await work.db.scalars(query))


async def old_words(work: Work, before: datetime, rows: Sequence[int]) -> list[Old]:
    """Those of these messages that still have words from before then."""
    query = select(MessageRow.row, MessageRow.id, MessageRow.seq, MessageRow.written_at)
    found = await work.db.execute(query.where(MessageRow.row.in_(rows), *_has_words(before)))
    return [Old(*one) for one in found]


def _has_words(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Words that lie in the message, or apart from it because a moderator hid them."""
    hidden = select(HiddenWordsRow.seq).where(
        HiddenWordsRow.room_id == MessageRow.room_id, HiddenWordsRow.seq == MessageRow.seq
    )
    waits = select(HeldRow.message_id).where(
        HeldRow.message_id == MessageRow.id, HeldRow.state == HeldState.HELD
    )
    here = or_(MessageRow.text.is_not(None), MessageRow.note.is_not(None), hidden.exists())
    return MessageRow.written_at < before, here, ~waits.exists()


async def old_keys(
    work: Work, keyring: Keyring, room_id: RoomId, before: datetime, kept: Kept
) -> list[KeyId]:
    """The keys of a room's days before then that open nothing any more that is still kept.

    Words may be hidden or given back meanwhile: one statement looks in both places at once.
    """
    theirs = await work.db.scalars(select(SeatRow.id).where(SeatRow.room_id == room_id))
    old = await keyring.store.of_days(theirs.all(), day_of(before))
    if not old:
        return []
    here = or_(MessageRow.text.is_not(None), MessageRow.note.is_not(None))
    lies = select(MessageRow.key_id).where(MessageRow.room_id == room_id, here)
    apart = select(HiddenWordsRow.key_id).where(HiddenWordsRow.room_id == room_id)
    lying = union(lies.where(MessageRow.written_at < before), apart)
    used = {*await work.db.scalars(lying), *kept.keys}
    return [key for key in old if key not in used]


async def is_anything_left(work: Work, room_id: RoomId, before: datetime) -> bool:
    """Whether words of a room from before then lie anywhere: there, apart, or held."""
    there = select(MessageRow.row).where(MessageRow.room_id == room_id, *_has_words(before))
    held = select(HeldWordsRow.row).where(HeldWordsRow.room_id == room_id)
    for query in (there, held):
        if await work.db.scalar(query.limit(1)) is not None:
            return True
    return False


async def is_near_the_end(work: Work, room_id: RoomId, seq: int, reach: int) -> bool:
    """Whether this place of a room may still be on somebody's screen."""
    head = await work.db.scalar(select(RoomRow.head).where(RoomRow.id == room_id))
    return seq > (head or 0) - reach


async def nights_cut_off(work: Work) -> list[tuple[RoomId, datetime]]:
    """Nights in which something went, and whose keys are still to go."""
    query = select(ForgettingRow.room_id, ForgettingRow.before).where(
        ForgettingRow.ended_at.is_(None), ForgettingRow.messages > 0
    )
    found = await work.db.execute(query.order_by(ForgettingRow.id))
    return [(room, before) for room, before in found]


async def nights(work: Work, limit: int = 30) -> list[tuple[ForgettingRow, str, RoomKind]]:
    """The last nights in which words went, with the name and kind of each room."""
    query = (
        select(ForgettingRow, RoomRow.name, RoomRow.kind)
        .join(RoomRow, RoomRow.id == ForgettingRow.room_id)
        .order_by(ForgettingRow.id.desc())
        .limit(limit)
    )
    return [(row, name, kind) for row, name, kind in await work.db.execute(query)]
