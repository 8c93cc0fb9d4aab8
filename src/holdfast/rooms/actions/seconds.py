"""A second room beside one that is full, and its end when it is empty."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff
from holdfast.rooms.events import RoomGuided
from holdfast.rooms.queries.guiding import slugs_in_use
from holdfast.rooms.rules.guiding import NoSecondRoom, parts_of, second_slug
from holdfast.rooms.tables import RoomRow, SecondRoomRow


async def make_second_room(work: Work, actor: Staff, *, first: RoomRow) -> RoomRow:
    """Make a room like this one beside it; those in the first are told where it is.

    Raises `NoSecondRoom` where there were enough of them already.
    """
    slugs = [second_slug(first.slug, number) for number in range(2, 10)]
    taken = await slugs_in_use(work, slugs)
    free = [slug for slug in slugs if slug not in taken]
    if not free:
        raise NoSecondRoom
    room = RoomRow(
        slug=free[0],
        name=f"{parts_of(first.name)[0]} {free[0][-1]}",
        topic=first.topic,
        about=first.about,
        language=first.language,
        state=first.state,
        state_until=first.state_until,
        age_band=first.age_band,
    )
    work.db.add(room)
    await work.db.flush()
    await record(work, actor, what="room:second_opened", about=f"room:{room.id}")
    now = work.clock.now()
    work.db.add(SecondRoomRow(room_id=room.id, first_id=first.id, at=now, by=actor.id))
    await work.db.flush()
    work.announce(RoomGuided(first.id, first.state, first.state_until, {"second": room.slug}))
    return room
