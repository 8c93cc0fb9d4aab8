"""Many at once: one report, one case, one decision, and nobody waits for another for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from holdfast.crisis.queries import open_escalations
from holdfast.moderation.rules.cases import AlreadyDone, Outcome
from holdfast.moderation.rules.reports import Door
from moderation.reporting import Care
from town import NIGHT, Town, newcomers


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


async def at_once(doing: Sequence[Awaitable[Any]]) -> list[Any]:
    """All of it together: what came of each, refusals and all."""
    return list(await asyncio.gather(*doing, return_exceptions=True))


async def test_the_same_report_sent_often_at_once_is_one(care: Care, town: Town) -> None:
    seq = await care.says(town.birch)
    made = await at_once([care.reports(town.ash, seq, Door.WORRIED) for _ in range(4)])
    assert len({one.id for one in made}) == 1
    assert sorted(one.first for one in made) == [False, False, False, True]
    assert (await care.case()).reports == 1
    async with care.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1


@pytest.mark.full
async def test_reports_of_many_at_once_join_one_case(care: Care, town: Town) -> None:
    people = await newcomers(care.house, 4, NIGHT)
    seq = await care.says(town.birch)
    await at_once([care.reports(one, seq, Door.WORRIED) for one in people])
    assert await care.cases() == [1]
    assert (await care.case()).worried == 4
    async with care.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1


@pytest.mark.full
async def test_two_who_worry_about_each_other_at_once_are_both_heard(
    care: Care, town: Town
) -> None:
    hers, theirs = await care.says(town.ash), await care.says(town.birch)
    made = await at_once(
        [care.reports(town.ash, theirs, Door.WORRIED), care.reports(town.birch, hers, Door.WORRIED)]
    )
    assert [one.first for one in made] == [True, True]
    assert await care.cases() == [1, 2]


@pytest.mark.full
async def test_of_two_decisions_at_once_one_is_made(care: Care, town: Town) -> None:
    maren, noor = await care.hires(), await care.hires(name="Noor")
    await care.reports(town.ash, await care.says(town.birch))
    version = (await care.case()).version
    done = await at_once(
        [
            care.decides(maren, Outcome.PASSED_TO_CRISIS, version=version),
            care.decides(noor, Outcome.MEASURE, version=version),
        ]
    )
    assert sum(isinstance(one, AlreadyDone) for one in done) == 1
    assert (await care.case()).outcome in {Outcome.PASSED_TO_CRISIS, Outcome.MEASURE}


@pytest.mark.full
async def test_a_worry_that_comes_while_the_case_is_passed_on_is_kept(
    care: Care, town: Town
) -> None:
    maren = await care.hires()
    (third,) = await newcomers(care.house, 1, NIGHT)
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, Door.WORRIED)
    version = (await care.case()).version
    decided, made = await at_once(
        [
            care.decides(maren, Outcome.PASSED_TO_CRISIS, version=version),
            care.reports(third, seq, Door.WORRIED),
        ]
    )
    assert made.first
    cases = await care.cases()
    # Either it came after the decision and is a case of its own, or before, and is read first.
    assert cases == [1] if isinstance(decided, AlreadyDone) else cases == [1, 2]
