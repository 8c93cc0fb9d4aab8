"""Going for good: what is left of somebody's circles, and what their circle sees."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from circles.gathering import circle_with, may_host_now, waiting, wish
from holdfast.circles.actions.ending import look_at_courses
from holdfast.circles.actions.wishing import keep_apart
from holdfast.circles.jobs import form_circles
from holdfast.circles.tables import ApartRow, CircleRow, ProposalAnswerRow, WishRow, WishWordsRow
from holdfast.kit.apart import LeavingKeyRow
from holdfast.messages.actions import erase_with_words
from holdfast.rights.rules import System
from town import NIGHT, Town, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite


@pytest.mark.full
async def test_who_is_erased_leaves_nothing_of_their_circles(town: Town) -> None:
    await wish(town, town.ash, words="Grey since spring.")
    await waiting(town, 3)
    await form_circles(town.house.workshop, seed=1)
    seat = await town.seat(town.birch, NIGHT)
    async with town.house.workshop.work() as work:
        await keep_apart(work, town.ash.member, slug=NIGHT, handle=seat.author.seat)
        key = (await work.db.scalars(select(WishWordsRow.id))).one()
    await erase_with_words(town.house.ledger, town.ash.member)
    await town.house.reactions.settled()
    me = town.ash.member.id
    async with town.house.workshop.reading() as work:
        for table in (WishRow, ApartRow, ProposalAnswerRow):
            left = (await work.db.scalars(select(table.member_id))).all()
            assert me not in left, table
        assert (await work.db.scalars(select(WishWordsRow))).all() == []
        leaving = set(await work.db.scalars(select(LeavingKeyRow.id)))
    assert key in leaving or await town.house.ledger.keyring.store.named([key]) == []


async def test_a_circle_notices_that_its_host_is_gone(town: Town) -> None:
    await may_host_now(town, town.ash)
    await circle_with(town, town.ash, *await newcomers(town.house, 3))
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(CircleRow.host_id))).one() is not None
    await erase_with_words(town.house.ledger, town.ash.member)
    async with town.house.workshop.work() as work:
        await look_at_courses(work, System())
    async with town.house.workshop.reading() as work:
        circle = (await work.db.scalars(select(CircleRow))).one()
    assert circle.host_id is None
    assert circle.short_since == town.house.workshop.clock.now()
