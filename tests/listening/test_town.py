"""In the demonstration somebody listens: Cedar, on duty whenever it is started."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.listening.access import is_offered
from holdfast.listening.tables import DutyRow
from holdfast.rights.rules import Role, System
from holdfast.rights.tables import RightRow
from holdfast.staff.actions import make_staff_link
from holdfast.town.listening import let_cedar_listen
from holdfast.town.people import STAFF
from listening.talking import Stage
from town import Town, on_sqlite


async def _links(house: House) -> dict[str, str]:
    async with house.workshop.work() as work:
        for role, name in STAFF.items():
            await make_staff_link(work, System(), role=role, name=name)
    return await let_cedar_listen(house)


@on_sqlite
async def test_cedar_is_on_duty_however_often_the_demonstration_starts(town: Town) -> None:
    first = await _links(town.house)
    assert {"a listener (Cedar)", "Cedar’s seven words"} <= set(first)
    talks = Stage(town, town.elm, town.elm)
    talks.clock.pass_time(hours=9)
    again = await _links(town.house)
    assert set(again) == {"a listener (Cedar)"}
    (duty,) = [row for row in await talks.all(DutyRow) if row.ended_at is None]
    assert duty.until > talks.clock.now()
    async with town.house.workshop.reading() as work:
        assert await is_offered(work, covered=False)
        assert not await is_offered(work)
    assert Role.LEAD in STAFF


@pytest.mark.full
@on_sqlite
async def test_the_demonstration_starts_also_while_cedars_right_rests(town: Town) -> None:
    await _links(town.house)
    talks = Stage(town, town.elm, town.elm)
    async with town.house.workshop.work() as work:
        right = (await work.db.scalars(select(RightRow))).one()
        right.frozen_at = work.clock.now()
    talks.clock.pass_time(hours=9)
    assert set(await _links(town.house)) == {"a listener (Cedar)"}
    (duty,) = await talks.all(DutyRow)
    assert duty.until < talks.clock.now(), "nobody puts them on duty again"
    assert len(await talks.all(RightRow)) == 1
