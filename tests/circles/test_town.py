"""The new parents' circle of the town: there once, with its people, its talk and its meetings."""

from __future__ import annotations

from sqlalchemy import func, select

from holdfast.circles.queries.circles import circles_seated_by, going_circles
from holdfast.messages.tables import MessageRow
from holdfast.town.circle import NEW_PARENTS, SAID, settle_circles
from town import Town, newcomers, on_sqlite


@on_sqlite
async def test_the_new_parents_circle_is_made_once_and_its_guide_sits_there(town: Town) -> None:
    town.house.workshop.clock.moment = town.house.workshop.clock.now()  # type: ignore[attr-defined]
    others = await newcomers(town.house, 8)
    people = {f"p{number}": person.member.id for number, person in enumerate(others)}
    people["ash"] = town.ash.member.id
    for _ in range(2):
        await settle_circles(town.house, people, "ash")
    async with town.house.workshop.reading() as work:
        names = [room.name for _, room in await going_circles(work)]
        mine = await circles_seated_by(work, town.ash.member.id)
        said = await work.db.scalar(select(func.count()).where(MessageRow.room_id == mine[0][1].id))
    assert names == [NEW_PARENTS.name, "The Slow Tide"]
    assert [room.name for _, room in mine] == [NEW_PARENTS.name]
    assert said == len(SAID)
