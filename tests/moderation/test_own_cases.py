"""Nobody judges their own case: not whom it is about, and not who reported."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.actions import join_escalation
from holdfast.kit.errors import NotFound
from holdfast.moderation.queries import open_cases
from holdfast.moderation.rules.cases import OwnCase
from holdfast.moderation.rules.reports import Step, Told
from holdfast.moderation.tables import ReportRow
from holdfast.rights.rules import Role, Staff
from moderation.reporting import Care
from town import Person, Town, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


@pytest.fixture
async def maren(care: Care) -> Person:
    return await care.hires()


async def queue(care: Care, who: Person) -> list[int]:
    assert isinstance(who.actor, Staff)
    async with care.house.workshop.reading() as work:
        return [case.id for case in await open_cases(work, who.actor)]


async def steps(care: Care) -> list[Step]:
    """How far each report is."""
    async with care.house.workshop.reading() as work:
        return list(await work.db.scalars(select(ReportRow.step)))


@dataclass(frozen=True)
class Side:
    """A side space in which Ash and Sam sit."""

    sam: Person
    slug: str


@pytest.fixture
async def side(care: Care, town: Town) -> Side:
    """Sam came to Ash."""
    await speak(town, town.ash, GOODBYE)
    await care.house.reactions.settled()
    sam = await care.hires(Role.CRISIS_MODERATOR, "Sam")
    async with care.house.workshop.work() as work:
        return Side(sam, await join_escalation(work, sam.actor, escalation_id=1))


@pytest.mark.full
@on_sqlite
async def test_a_case_about_me_is_somebody_elses(
    care: Care, town: Town, maren: Person, side: Side
) -> None:
    seq = await care.says(side.sam, "Stop making a fuss", slug=side.slug)
    made = await care.reports(town.ash, seq, slug=side.slug)
    assert not made.hidden  # care must be able to reach people
    assert (await care.case()).is_staff
    for act in (care.claims, care.looks, care.releases, care.decides):
        with pytest.raises(NotFound):
            await act(side.sam)
    assert await queue(care, side.sam) == []
    assert await queue(care, maren) == [1]
    await care.decides(maren)
    assert [one.told for one in await care.mine(town.ash)] == [Told.ACTED]


@on_sqlite
async def test_who_reported_it_does_not_decide_it(
    care: Care, town: Town, maren: Person, side: Side
) -> None:
    seq = await care.says(town.ash, "You are all liars", slug=side.slug)
    made = await care.reports(side.sam, seq, slug=side.slug)
    assert made.first
    for act in (care.claims, care.decides):
        with pytest.raises(OwnCase):
            await act(side.sam)
    await care.looks(side.sam)
    assert await steps(care) == [Step.RECEIVED]  # reading one's own report is not looking at it
    await care.looks(maren)
    assert await steps(care) == [Step.LOOKED_AT]
    await care.decides(maren)


@pytest.mark.full
@on_sqlite
async def test_talk_around_it_is_not_opened_from_a_side_space(
    care: Care, town: Town, maren: Person, side: Side
) -> None:
    await care.says(town.ash, "Only for you", slug=side.slug)
    seq = await care.says(side.sam, "Stop making a fuss", slug=side.slug)
    await care.reports(town.ash, seq, slug=side.slug)
    card = await care.looks(maren)
    assert card.before == []
    assert "Only for you" not in repr(card)
