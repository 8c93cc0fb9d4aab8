"""Whom a member mutes or blocks, as far as they set it themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.clock import stamp
from holdfast.kit.ids import BlockId, MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.tables import BlockKind, BlockRow, HideRow
from holdfast.rooms.tables import RoomRow, SeatRow


class Block(Struct, frozen=True):
    """A mute or block as the one who set it sees it: the room and the name, as they were then."""

    id: BlockId
    kind: BlockKind
    pseudonym: str
    slug: str
    room_name: str
    at: datetime

    @property
    def handle(self) -> str:
        """The name by which an address outside calls it."""
        return self.id.hex()


def _blocks(member_id: MemberId) -> Any:
    return (
        select(
            BlockRow.id, BlockRow.kind, BlockRow.pseudonym, RoomRow.slug, RoomRow.name, BlockRow.at
        )
        .join(SeatRow, SeatRow.id == BlockRow.seat_id)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(BlockRow.member_id == member_id)
    )


async def blocks_of(work: Work, member_id: MemberId) -> list[Block]:
    """Everyone this member mutes or blocks, the newest first."""
    query = _blocks(member_id).order_by(BlockRow.at.desc(), BlockRow.id)
    return [Block(*row) for row in await work.db.execute(query)]


async def block_named(work: Work, member_id: MemberId, block_id: bytes) -> Block | None:
    """One of them."""
    found = (await work.db.execute(_blocks(member_id).where(BlockRow.id == block_id))).first()
    return None if found is None else Block(*found)


async def block_on_seat(work: Work, member_id: MemberId, seat_id: SeatId) -> BlockRow | None:
    """What this member set on this seat, if anything."""
    mine = BlockRow.member_id == member_id, BlockRow.seat_id == seat_id
    found: BlockRow | None = await work.db.scalar(select(BlockRow).where(*mine))
    return found


async def block_count(work: Work, member_id: MemberId) -> int:
    """How many people this member mutes or blocks."""
    query = select(func.count()).where(BlockRow.member_id == member_id)
    return (await work.db.execute(query)).scalar_one()


async def hide_count(work: Work, member_id: MemberId, room_id: RoomId) -> int:
    """How many messages of one room this member hid."""
    mine = HideRow.member_id == member_id, HideRow.room_id == room_id
    return (await work.db.execute(select(func.count()).where(*mine))).scalar_one()


async def kept_unseen(work: Work, member_id: MemberId) -> dict[str, Any]:
    """What is kept of a member's own mutes, blocks and hides; nobody else's."""
    hides = (
        select(RoomRow.slug, HideRow.seq, HideRow.at)
        .join(RoomRow, RoomRow.id == HideRow.room_id)
        .where(HideRow.member_id == member_id)
        .order_by(HideRow.at)
    )
    return {
        "blocks": [
            {
                "kind": one.kind.value,
                "pseudonym": one.pseudonym,
                "room": one.slug,
                "at": stamp(one.at),
            }
            for one in await blocks_of(work, member_id)
        ],
        "hides": [
            {"room": slug, "seq": seq, "at": stamp(at)}
            for slug, seq, at in await work.db.execute(hides)
        ],
    }


class Person(Struct, frozen=True):
    """Whoever sits, or sat, in a seat of this room, as the room knows them."""

    seat_id: SeatId
    member_id: MemberId
    pseudonym: str
    avatar: str
    is_staff: bool


async def person_called(work: Work, room_id: RoomId, handle: str) -> Person | None:
    """The person whom a room knows by this handle; nobody where they are gone for good."""
    query = select(SeatRow).where(SeatRow.room_id == room_id, SeatRow.handle == handle)
    row = await work.db.scalar(query)
    if row is None or (row.member_id is None and row.staff_id is None):
        return None
    who = row.member_id or MemberId(0)
    return Person(row.id, who, row.pseudonym, row.avatar, row.staff_id is not None)
