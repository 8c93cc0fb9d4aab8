"""What only messages know of erasing: where words lie, and which keys sealed them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, select, update

from holdfast.erasing.actions import note_bare, note_hidden
from holdfast.erasing.holds.queries import held_now
from holdfast.erasing.queries import Erasure
from holdfast.erasing.rules import By, Kind
from holdfast.kit.cipher import DataKey, WrongKey
from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.members.actions import let_go_of_bare
from holdfast.messages.actions.going import hide_person
from holdfast.messages.actions.held_up import hold_what_is_named
from holdfast.messages.events import WordsForgotten
from holdfast.messages.ledger import Ledger
from holdfast.messages.queries.erasing import has_words
from holdfast.messages.tables import (
    ChangeKind,
    ChangeRow,
    HeldRow,
    HeldState,
    HiddenWordsRow,
    MessageRow,
    ResponseRow,
    UnfoldedRow,
)
from holdfast.rights.rules import System
from holdfast.sealing.seam import Place

AT_ONCE = 500  # messages in one transaction
BREATH = 0.005  # seconds between two, in which whoever writes takes the pen
Lying = tuple[int, MessageId, int | None]  # a message's row, its id, its place in the room
UNKNOWN = bytes(16)  # in the place of what told the words first said: no words are the same


class Keys(Struct, frozen=True):
    """Which keys go, and what tells the same words from others."""

    async def keys(self, work: Work, row: Erasure) -> tuple[set[KeyId], bool]:
        if row.kind is Kind.MESSAGE:
            return await _keys(work, _one(row)), False
        if row.room_id is not None:
            return await _keys(work, _all(row)), False
        return set(), True  # a person's are named when they are forgotten

    async def macs(self, work: Work, seat: SeatId, old: DataKey, new: DataKey | None) -> None:
        if new is not None:
            await _macs_of_messages(work, seat, old, new)
            await _macs_of_changes(work, seat, old, new)


class Carrying(Keys, frozen=True):
    """The same, and hides: in a house that is open."""

    ledger: Ledger

    async def hide(self, row: Erasure) -> None:
        if row.kind is Kind.PERSON:
            await hide_person(self.ledger, System(), row=row)
        elif row.room_id is not None:
            await hide_words_of_room(self.ledger, System(), row=row)

    async def let_go(self, row: Erasure) -> None:
        """A person's row that was held goes, where nothing holds it any more."""
        assert row.member_id is not None  # noqa: S101 - it is theirs until it is done
        async with self.ledger.workshop.work() as work:
            if not await held_now(work, members=[row.member_id]):
                await let_go_of_bare(work, System(), member_id=row.member_id)
                await note_bare(work, System(), erasure_id=row.id, bare=False)


# ---------------------------------------------------------------- what an erasure is about


def _one(row: Erasure) -> list[ColumnElement[bool]]:
    return [MessageRow.seat_id == row.seat_id, MessageRow.id == row.message_id]


def _all(row: Erasure) -> list[ColumnElement[bool]]:
    """What was said in a room until it was erased, or on one day of it."""
    here = [MessageRow.room_id == row.room_id, MessageRow.written_at <= row.at]
    if row.day is not None:
        begins = day_begins(row.day)
        here += [MessageRow.written_at >= begins, MessageRow.written_at < day_begins(row.day + 1)]
    return here


def day_begins(day: int) -> datetime:
    """When a day began, that is known by its number since 1970."""
    return datetime.fromtimestamp(0, UTC) + timedelta(days=day)


async def _keys(work: Work, its: Sequence[ColumnElement[bool]]) -> set[KeyId]:
    """Every key that sealed anything these messages ever said."""
    found: set[KeyId] = set()
    said = select(MessageRow.key_id, MessageRow.mac_key_id).where(*its).distinct()
    for now, first in await work.db.execute(said):
        found |= {now, first}
    edits = (
        select(ChangeRow.key_id)
        .join(
            MessageRow, (MessageRow.room_id == ChangeRow.room_id) & (MessageRow.seq == ChangeRow.of)
        )
        .where(*its, ChangeRow.key_id.is_not(None))
        .distinct()
    )
    return found | {key for key in await work.db.scalars(edits) if key is not None}


# ---------------------------------------------------------------- a room, or a day of it


async def hide_words_of_room(ledger: Ledger, actor: System, *, row: Erasure) -> None:
    """Null what was said, some at a time; whoever looks at the room reads it anew at once."""
    assert row.room_id is not None  # noqa: S101 - it is of a room
    gone, is_more = 0, True
    while is_more:
        async with ledger.workshop.reading() as work:
            some = await _with_words(work, row)
        if some:
            await hold_what_is_named(
                ledger, actor, member=None, messages=[one for _, one, _ in some]
            )
        is_more = len(some) == AT_ONCE
        async with ledger.workshop.work() as work:
            await null_words(work, actor, room_id=row.room_id, some=some, by=_by(row))
            gone += len(some)
            if not is_more:
                await note_hidden(work, actor, erasure_id=row.id, counts={"messages": gone})
            if some:
                work.announce(WordsForgotten(row.room_id, on_screens=True))
        await asyncio.sleep(BREATH)


def _by(row: Erasure) -> str:
    return "time" if row.by is By.TIME else "moderator"


async def _with_words(work: Work, row: Erasure) -> list[Lying]:
    query = select(MessageRow.row, MessageRow.id, MessageRow.seq).where(*_all(row), has_words())
    found = await work.db.execute(query.order_by(MessageRow.row).limit(AT_ONCE))
    return [(number, message, seq) for number, message, seq in found]


async def null_room(work: Work, actor: System, *, row: Erasure) -> int:
    """The same at once, where no line is open; how many messages."""
    assert row.room_id is not None  # noqa: S101 - it is of a room
    gone = 0
    while some := await _with_words(work, row):
        await null_words(work, actor, room_id=row.room_id, some=some, by=_by(row))
        gone += len(some)
    return gone


async def null_words(
    work: Work, actor: System, *, room_id: RoomId, some: Collection[Lying], by: str
) -> None:
    """These messages say nothing any more; their places stay, marked by who took the words."""
    del actor
    rows, ids = [row for row, _, _ in some], [message for _, message, _ in some]
    seqs = [seq for _, _, seq in some if seq is not None]
    if not rows:
        return
    gone = update(MessageRow).where(MessageRow.row.in_(rows))
    await work.db.execute(gone.values(text=None, note=None))
    unsaid = MessageRow.row.in_(rows), MessageRow.removed_by.is_(None), MessageRow.seq.is_not(None)
    await work.db.execute(update(MessageRow).where(*unsaid).values(removed_by=by))
    for table in (HiddenWordsRow, ResponseRow, UnfoldedRow):
        its = table.room_id == room_id, table.seq.in_(seqs)
        await work.db.execute(delete(table).where(*its))
    held = update(HeldRow).where(HeldRow.message_id.in_(ids))
    await work.db.execute(held.values(suggestion=None))
    waits = held.where(HeldRow.state.in_((HeldState.HELD, HeldState.RETURNED)))
    await work.db.execute(waits.values(state=HeldState.WITHDRAWN, decided_at=work.clock.now()))


# ---------------------------------------------------------------- the same words again


async def _macs_of_messages(work: Work, seat: SeatId, old: DataKey, new: DataKey) -> None:
    """A post that comes again under its nonce is still known by its words."""
    its = MessageRow.seat_id == seat, MessageRow.mac_key_id == old.id
    for row in await work.db.scalars(select(MessageRow).where(*its)):
        said = _meanings(row, new) if row.key_id == new.id else []
        same = [one for one in said if old.mac(one) == row.mac]
        row.mac, row.mac_key_id = (new.mac(same[0]) if same else UNKNOWN), new.id


async def _macs_of_changes(work: Work, seat: SeatId, old: DataKey, new: DataKey) -> None:
    its = ChangeRow.seat_id == seat, ChangeRow.key_id == old.id, ChangeRow.kind == ChangeKind.EDITED
    for row in await work.db.scalars(select(ChangeRow).where(*its)):
        at = MessageRow.room_id == row.room_id, MessageRow.seq == row.of
        message = await work.db.scalar(select(MessageRow).where(*at))
        words = _words(message, new) if message is not None and message.key_id == new.id else None
        same = words is not None and old.mac(_edited(*words)) == row.mac
        row.mac = new.mac(_edited(*words)) if same and words is not None else UNKNOWN
        row.key_id = new.id


def _edited(text: str, note: str) -> bytes:
    return f"{text}\x00{note}".encode()


def _meanings(row: MessageRow, key: DataKey) -> list[bytes]:
    """What somebody may have said first: a moderator may have put a note above it since."""
    if (words := _words(row, key)) is None:
        return []
    text, note = words
    asked = f"{row.reply_to or ''}\x00{row.wants or ''}"
    return [f"{text}\x00{one}\x00{asked}".encode() for one in {note, ""}]


def _words(row: MessageRow, key: DataKey) -> tuple[str, str] | None:
    if row.text is None:
        return None
    place = Place(row.room_id, row.id, row.seat_id)
    noted = Place(row.room_id, row.id, row.seat_id, b"n")
    try:
        text = key.open(row.text, place.bound(key.id)).decode()
        note = key.open(row.note, noted.bound(key.id)).decode() if row.note is not None else ""
    except WrongKey:
        return None
    return text, note
