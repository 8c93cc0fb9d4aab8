"""A member has one side space, however the concern came about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import HoldfastError
from holdfast.rooms.tables import RoomKind, RoomRow
from town import Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import write


async def the_one_side_space(town: Town) -> str:
    """The slug of the only side space there is, in which the escalation is, too."""
    await town.house.reactions.settled()
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
        [room] = await work.db.scalars(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))
    assert one.side_space == room.slug
    return room.slug


@pytest.mark.full
@mostly_on_sqlite
async def test_refused_words_lie_where_the_person_comes(town: Town) -> None:
    with pytest.raises(HoldfastError):
        await speak(town, town.ash, GOODBYE + " and so on" * 500)
    slug = await the_one_side_space(town)
    await speak(town, town.ash, GOODBYE, nonce="nonce-0000-0002")
    assert await the_one_side_space(town) == slug


@on_sqlite
async def test_a_cry_in_the_plan_and_one_in_a_room_lead_to_the_same_place(town: Town) -> None:
    await write(town, town.ash, "signs", GOODBYE)
    slug = await the_one_side_space(town)
    await speak(town, town.ash, GOODBYE)
    assert await the_one_side_space(town) == slug
