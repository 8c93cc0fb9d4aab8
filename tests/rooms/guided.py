"""Guiding the night room in a test, and what stands there."""

from __future__ import annotations

from datetime import timedelta

from holdfast.kit.ids import RoomId
from holdfast.messages.actions.guiding import (
    pin_message,
)
from holdfast.messages.queries import Reader
from holdfast.rooms.actions import (
    end_guidance,
    set_topic,
    slow_room,
)
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.queries.guiding import Guide, guide_at_a_glance
from holdfast.rooms.rules.guiding import Guidance
from town import (
    NIGHT,
    Person,
    Town,
)

HOUR = timedelta(hours=1)


async def room_id(town: Town, slug: str = NIGHT) -> RoomId:
    async with town.house.workshop.reading() as work:
        return next(row.id for row in await open_rooms(work) if row.slug == slug)


async def guide(town: Town, room: RoomId | None = None) -> Guide:
    """What stands in the night room now."""
    workshop = town.house.workshop
    await town.house.reactions.settled()
    room = room or await room_id(town)
    return await guide_at_a_glance(workshop.glances, room, workshop.clock.now())


async def sets_topic(town: Town, who: Person, topic: str, hours: float = 1) -> None:
    async with town.house.workshop.work() as work:
        until = work.clock.now() + hours * HOUR
        await set_topic(work, who.actor, slug=NIGHT, topic=topic, until=until)


async def pins(town: Town, who: Person, seq: int) -> None:
    async with town.house.workshop.work() as work:
        reader = Reader(town.house.ledger.keyring, who.actor, whole=True)
        await pin_message(work, who.actor, reader, slug=NIGHT, seq=seq)


async def slows(town: Town, who: Person, seconds: int, hours: float = 1) -> None:
    async with town.house.workshop.work() as work:
        until = work.clock.now() + hours * HOUR
        await slow_room(work, who.actor, slug=NIGHT, seconds=seconds, until=until)


async def ends(town: Town, who: Person, kind: Guidance) -> None:
    async with town.house.workshop.work() as work:
        await end_guidance(work, who.actor, slug=NIGHT, kind=kind)
