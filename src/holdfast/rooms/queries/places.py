"""Reading rooms and seats."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from sqlalchemy import select

from holdfast.kit.glances import Glances
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.rooms.rules.guiding import parts_of
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow


async def open_rooms(work: Work) -> Sequence[RoomRow]:
    """Every open room that is not closed, in the order they were made."""
    its = RoomRow.kind == RoomKind.OPEN, RoomRow.state != RoomState.CLOSED
    query = select(RoomRow).where(*its).order_by(RoomRow.id)
    return (await work.db.scalars(query)).all()


async def closed_rooms(work: Work, sat_in: Collection[int]) -> Sequence[RoomRow]:
    """Those of them that are closed: who sits there may still read."""
    its = RoomRow.kind == RoomKind.OPEN, RoomRow.state == RoomState.CLOSED
    query = select(RoomRow).where(*its, RoomRow.id.in_(sat_in)).order_by(RoomRow.id)
    return (await work.db.scalars(query)).all()


class Described(Protocol):
    """A room as far as its own words go: a row, or what a page read at a glance."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def language(self) -> str: ...


def words_of(row: Described, locale: str) -> dict[str, str]:
    """What a room says of itself, in the reader's language."""
    words = {"topic": row.topic, "about": row.about}
    shown = {key: say(locale, text) if text else "" for key, text in words.items()}
    return {"slug": row.slug, "language": row.language, "name": name_of(row.name, locale), **shown}


def name_of(name: str, locale: str) -> str:
    """A room's name in the reader's language; a second room has a number behind it."""
    words, number = parts_of(name)
    return f"{say(locale, words)} {number}" if number else say(locale, words)


async def room_named(work: Work, room_id: RoomId) -> RoomRow:
    """A room that is known to be there."""
    return await work.db.get_one(RoomRow, room_id)


async def room_to_change(work: Work, room_id: RoomId) -> RoomRow:
    """A room as it stands now, for one at a time who changes what stands in it."""
    return await work.db.get_one(
        RoomRow, room_id, with_for_update={"key_share": True}, populate_existing=True
    )


HEAD = "SELECT head FROM rooms WHERE id = ?"


async def newest_seq(glances: Glances, room_id: RoomId) -> int:
    """The newest seq of a room, at a glance."""
    return int((await glances.rows(HEAD, room_id))[0][0])


async def head_of(work: Work, room_id: RoomId) -> int:
    """The newest seq of a room, as this reading sees it."""
    return (await work.db.execute(select(RoomRow.head).where(RoomRow.id == room_id))).scalar_one()


async def seats_of(work: Work, member_id: MemberId) -> Sequence[SeatRow]:
    """The seats a member holds."""
    query = select(SeatRow).where(SeatRow.member_id == member_id, SeatRow.left_at.is_(None))
    return (await work.db.scalars(query.order_by(SeatRow.room_id))).all()


async def read_mark(work: Work, seat_id: SeatId) -> int:
    """The seq up to which the holder of a seat has read."""
    return (
        await work.db.execute(select(SeatRow.read_seq).where(SeatRow.id == seat_id))
    ).scalar_one()


async def seats_ever(work: Work, member_id: MemberId) -> Sequence[SeatRow]:
    """The seats a member holds or held."""
    return (await work.db.scalars(select(SeatRow).where(SeatRow.member_id == member_id))).all()


async def names_in_use(work: Work, room_id: RoomId) -> set[str]:
    """The pseudonyms a room knows, of those who left too: nobody is taken for another."""
    query = select(SeatRow.pseudonym).where(SeatRow.room_id == room_id)
    return set(await work.db.scalars(query))
