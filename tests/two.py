"""A talk between two people of the town, and whoever else looks at it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.kit.ids import KeyId, RoomId
from holdfast.members.access import member_by_token
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import Reader, messages_before
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import Actor, Member, Staff, System
from holdfast.rooms.actions.listening import lay_listening_room, seat_two
from holdfast.rooms.tables import SeatRow
from town import Person, Town

SECRET = "I hid the letter under the blue stair"


@dataclass(frozen=True)
class Talk:
    """The room of two: Ash asks, Birch listens."""

    town: Town
    room_id: RoomId
    slug: str

    async def say(self, person: Person, text: str = SECRET, **more: Any) -> int:
        """Something is said between the two; its place."""
        done = await self.town.say(person, text, self.slug, **more)
        assert done.seq is not None
        return done.seq

    async def read(self, actor: Actor, house: House | None = None) -> list[MessagePosted]:
        """What somebody reads there, if the door let them in."""
        house = house or self.town.house
        async with house.workshop.reading() as work:
            reader = Reader(house.ledger.keyring, actor)
            return await messages_before(work, reader, self.room_id, None, 50)

    async def texts(self, actor: Actor, house: House | None = None) -> list[str]:
        """The same, only the words; of words that do not open, why."""
        found = await self.read(actor, house)
        return [message.text or f"({message.removed})" for message in found]

    async def key_of(self, seq: int) -> KeyId:
        """The key of one message."""
        async with self.town.house.workshop.reading() as work:
            its = MessageRow.room_id == self.room_id, MessageRow.seq == seq
            return (await work.db.scalars(select(MessageRow.key_id).where(*its))).one()

    async def call(self, staff: Staff) -> None:
        """A staff person sits down there, as who answers a raised hand does."""
        async with self.town.house.workshop.work() as work:
            row = SeatRow(
                handle=secrets.token_hex(11),
                room_id=self.room_id,
                member_id=None,
                staff_id=staff.id,
                pseudonym=staff.name or "Fern",
                avatar="00",
                taken_at=work.clock.now(),
            )
            work.db.add(row)


async def talk_of_two(town: Town) -> Talk:
    """A room for Ash, where Birch listens."""
    async with town.house.workshop.work() as work:
        room, seat = await lay_listening_room(
            work, System(), member_id=town.ash.member.id, age_band="18+", language="en"
        )
        await work.db.flush()
        await seat_two(
            work,
            System(),
            room_id=room.id,
            asker_seat=seat.id,
            listener_id=town.birch.member.id,
        )
    return Talk(town, room.id, room.slug)


async def as_who_comes(house: House, token: str) -> Member:
    """The member whom a session token stands for, as each request finds them anew."""
    found = await member_by_token(house.workshop.glances, token, house.workshop.clock.now())
    assert found is not None
    return found
