"""Private talk: parts of a room of two whose key only its own people can open (decision 20).

A part's key is nowhere in clear. It is boxed to each person who has a seat there, and, in two
halves that must be joined, to those who may break the glass together; each box is wrapped once more
by the root key. Making a part needs public halves only.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select

from holdfast.kit.boxes import seal_to
from holdfast.kit.cipher import KEY_BYTES, RootKey, WrongKey
from holdfast.kit.glances import Glances
from holdfast.kit.ids import MemberId, RoomId, SessionId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.own import OwnKey, own_of
from holdfast.rights.rules import Actor
from holdfast.sealing.alone import Box, Boxes
from holdfast.sealing.places import Private, day_of
from holdfast.sealing.tables import TalkBoxRow, TalkHalfRow, TalkPartRow

__all__ = ["HalfHolder", "Halves", "Holder", "Part", "Private"]

CARE, LEAD = "care", "lead"
BOXES = (
    "SELECT b.part_id, p.room_id, b.wrapped FROM talk_boxes b JOIN talk_parts p"
    " ON p.id = b.part_id WHERE b.public = ? AND b.part_id IN ({parts})"
)


class Holder(Struct, frozen=True):
    """Somebody who has a seat in a private room, and the public half of their key."""

    public: bytes
    member_id: MemberId | None = None
    staff_session_id: SessionId | None = None


class HalfHolder(Struct, frozen=True):
    """Somebody of the staff who holds one half of break-glass, and their public half for it."""

    staff_id: StaffId
    public: bytes


class Halves(Struct, frozen=True):
    """Who holds the halves now. Where one half has nobody, nothing is boxed for either."""

    care: Sequence[HalfHolder] = ()
    lead: Sequence[HalfHolder] = ()


HalvesOf = Callable[[Work], Awaitable[Halves]]  # answered by `listening.glass.queries.halves`


async def nobody_holds(work: Work) -> Halves:
    """Where there is no break-glass."""
    del work
    return Halves()


class Part(Struct, frozen=True):
    """A part that was begun, and its key."""

    id: int
    key: bytes


# ---------------------------------------------------------------- what boxes are bound to


def bound_box(part_id: int, room_id: RoomId) -> bytes:
    """What the box of a person is bound to."""
    return b"talk box|%d|%d" % (part_id, room_id)


def bound_half(part_id: int, room_id: RoomId, half: str) -> bytes:
    """What the box of a half is bound to."""
    return b"talk half|%d|%d|%b" % (part_id, room_id, half.encode())


def scope_of_box(row: Any) -> bytes:
    """What the wrapping of a box by the root key is bound to, besides its public half."""
    return b"talk box|%d" % row.part_id


def scope_of_half(row: Any) -> bytes:
    """The same for a half."""
    return b"talk half|%d|%d|%b" % (row.part_id, row.staff_id, row.half.encode())


# ---------------------------------------------------------------- beginning a part


async def part_now(work: Work, room_id: RoomId, holders: Collection[Holder]) -> int | None:
    """The room's newest part, if it is of today and of exactly these people."""
    newest = select(TalkPartRow).where(TalkPartRow.room_id == room_id)
    part = await work.db.scalar(newest.order_by(TalkPartRow.number.desc()).limit(1))
    if part is None or day_of(part.begun_at) != day_of(work.clock.now()):
        return None
    boxed = select(TalkBoxRow.public).where(TalkBoxRow.part_id == part.id)
    same = set(await work.db.scalars(boxed)) == {one.public for one in holders}
    return part.id if same else None


async def begin_part(
    work: Work, root: RootKey, room_id: RoomId, holders: Collection[Holder], halves: Halves
) -> Part:
    """A new part for these people. The room's row is held by the caller (`hold_room`)."""
    last = select(TalkPartRow.number).where(TalkPartRow.room_id == room_id)
    number = await work.db.scalar(last.order_by(TalkPartRow.number.desc()).limit(1))
    row = TalkPartRow(room_id=room_id, number=(number or 0) + 1, begun_at=work.clock.now())
    work.db.add(row)
    await work.db.flush()
    key = secrets.token_bytes(KEY_BYTES)
    for one in holders:
        work.db.add(boxed_to(root, row, key, one))
    if halves.care and halves.lead:
        care, lead = split(key)
        for half, share, its in ((CARE, care, halves.care), (LEAD, lead, halves.lead)):
            for staff in its:
                work.db.add(_half_to(root, row, share, half, staff))
    await work.db.flush()
    return Part(row.id, key)


def boxed_to(root: RootKey, part: TalkPartRow, key: bytes, holder: Holder) -> TalkBoxRow:
    """A part's key for one person."""
    box = seal_to(holder.public, key, bound_box(part.id, part.room_id))
    row = TalkBoxRow(
        part_id=part.id,
        member_id=holder.member_id,
        staff_session_id=holder.staff_session_id,
        public=holder.public,
        wrapped=b"",
    )
    row.wrapped = root.wrap(box, row.public + scope_of_box(row))
    return row


def _half_to(
    root: RootKey, part: TalkPartRow, share: bytes, half: str, holder: HalfHolder
) -> TalkHalfRow:
    box = seal_to(holder.public, share, bound_half(part.id, part.room_id, half))
    row = TalkHalfRow(
        part_id=part.id,
        staff_id=holder.staff_id,
        half=half,
        public=holder.public,
        wrapped=b"",
    )
    row.wrapped = root.wrap(box, row.public + scope_of_half(row))
    return row


def split(key: bytes) -> tuple[bytes, bytes]:
    """Two halves of a key. Each by itself says nothing about it."""
    care = secrets.token_bytes(len(key))
    return care, join(care, key)


def join(one: bytes, other: bytes) -> bytes:
    """The key of two halves."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# ---------------------------------------------------------------- bringing parts


async def bring_boxes(root: RootKey, reader: Actor, parts: Iterable[int], boxes: Boxes) -> None:
    """Open whatever boxes the reader has in these parts. No box is no error.

    Does nothing for who has no open own key: such words stay `Private` to them.
    """
    own = getattr(reader, "own", None)
    if not isinstance(own, OwnKey) or own.public is None or not own.is_open:
        return
    wanted = sorted({part for part in parts if part not in own.parts})
    if not wanted:
        return
    for part_id, room_id, wrapped in await boxes(own.public, wanted):
        with suppress(WrongKey):
            box = root.unwrap_secret(wrapped, own.public + b"talk box|%d" % part_id)
            own.parts[part_id] = own.open(box, bound_box(part_id, room_id))


async def bring_parts(work: Work, root: RootKey, actor: Actor, parts: Iterable[int]) -> None:
    """The same for an actor, in a work that may have made such boxes itself."""

    async def boxes(public: bytes, wanted: Iterable[int]) -> list[Box]:
        query = (
            select(TalkBoxRow.part_id, TalkPartRow.room_id, TalkBoxRow.wrapped)
            .join(TalkPartRow, TalkPartRow.id == TalkBoxRow.part_id)
            .where(TalkBoxRow.part_id.in_(list(wanted)), TalkBoxRow.public == public)
        )
        return [(part, room, box) for part, room, box in await work.db.execute(query)]

    await bring_boxes(root, actor, parts, boxes)


def boxes_at(glances: Glances) -> Boxes:
    """Where a process that serves looks boxes up."""

    async def boxes(public: bytes, wanted: Iterable[int]) -> list[Box]:
        parts = list(wanted)
        asked = BOXES.format(parts=", ".join("?" * len(parts)))
        return [(part, room, box) for part, room, box in await glances.rows(asked, public, *parts)]

    return boxes


async def parts_of(work: Work, room_id: RoomId) -> list[int]:
    """Every part of a room, the newest last."""
    query = select(TalkPartRow.id).where(TalkPartRow.room_id == room_id)
    return list(await work.db.scalars(query.order_by(TalkPartRow.number)))


async def bring_room(work: Work, root: RootKey, actor: Actor, room_id: RoomId) -> None:
    """The same for every part of a room."""
    await bring_parts(work, root, actor, await parts_of(work, room_id))


async def share_parts(
    work: Work, root: RootKey, actor: Actor, room_id: RoomId, others: Sequence[Holder]
) -> int:
    """Box every part of a room that this actor can open to others, too; how many boxes.

    Their own key does it: `OwnKeyLocked` is raised where it is not open. Twice is once.
    """
    own = own_of(actor)
    await bring_room(work, root, actor, room_id)
    rows = await work.db.scalars(select(TalkPartRow).where(TalkPartRow.room_id == room_id))
    made = 0
    for part in rows.all():
        boxed = select(TalkBoxRow.public).where(TalkBoxRow.part_id == part.id)
        there = set(await work.db.scalars(boxed))
        for holder in others:
            if part.id in own.parts and holder.public not in there:
                work.db.add(boxed_to(root, part, own.parts[part.id], holder))
                made += 1
    await work.db.flush()
    return made


async def forget_parts(work: Work, room_id: RoomId, before: datetime) -> int:
    """Parts from before then go, with their boxes: nothing is left that they open. How many."""
    old = TalkPartRow.room_id == room_id, TalkPartRow.begun_at < before
    ids = (await work.db.scalars(select(TalkPartRow.id).where(*old))).all()
    for table in (TalkBoxRow, TalkHalfRow):
        await work.db.execute(delete(table).where(table.part_id.in_(ids)))
    await work.db.execute(delete(TalkPartRow).where(TalkPartRow.id.in_(ids)))
    return len(ids)


# ---------------------------------------------------------------- for break-glass


async def half_boxes(work: Work, root: RootKey, row_ids: Collection[int]) -> Mapping[int, bytes]:
    """The boxes of these rows of `talk_halves`, the root key's wrapping taken off, by their id."""
    rows = await work.db.scalars(select(TalkHalfRow).where(TalkHalfRow.id.in_(row_ids)))
    return {
        row.id: root.unwrap_secret(row.wrapped, row.public + scope_of_half(row))
        for row in rows.all()
    }
