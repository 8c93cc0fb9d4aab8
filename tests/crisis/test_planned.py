"""A cry for help in one's own plan brings a person, who is told where and not what."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from holdfast.crisis.actions.planned import IN_THE_PLAN
from holdfast.crisis.queries import open_escalations
from holdfast.crisis.tables import SignalRow, StepRow
from holdfast.screening.concern import Concern
from holdfast.wellbeing.queries import signals_in_plans
from town import Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import SONG, write

GOODBYE = "I am going to kill myself tonight, goodbye everyone"


async def cry(town: Town, text: str) -> None:
    """Ash writes this into the plan, and what follows from it is done."""
    await write(town, town.ash, "signs", text)
    await town.house.reactions.settled()


@pytest.mark.full
@mostly_on_sqlite
async def test_hard_words_in_a_plan_raise_an_escalation_without_the_words(town: Town) -> None:
    await cry(town, SONG)
    async with town.house.workshop.reading() as work:
        assert await open_escalations(work) == []
    await cry(town, GOODBYE)
    async with town.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
        steps = (await work.db.scalars(select(StepRow.what))).all()
        signals = (await work.db.execute(select(func.count()).select_from(SignalRow))).scalar_one()
        assert await signals_in_plans(work) == []
    assert (one.member_id, one.concern) == (town.ash.member.id, Concern.IMMEDIATE)
    assert one.side_space
    assert IN_THE_PLAN in steps
    assert signals == 0


@pytest.mark.full
@on_sqlite
async def test_a_second_cry_joins_the_first(town: Town) -> None:
    await cry(town, GOODBYE)
    await cry(town, GOODBYE + " and thank you")
    async with town.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
        steps = (await work.db.scalars(select(StepRow.what))).all()
    assert one.concern == Concern.IMMEDIATE
    assert steps.count(IN_THE_PLAN) == 2


@on_sqlite
async def test_a_cry_that_a_stop_left_behind_is_heard_when_the_house_opens(town: Town) -> None:
    town.house.workshop.hearers.remove(town.house.reactions.concerns.hear)
    await cry(town, GOODBYE)
    async with town.house.workshop.reading() as work:
        assert await open_escalations(work) == []
        assert len(await signals_in_plans(work)) == 1
    await town.house.reactions.begin()
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1
