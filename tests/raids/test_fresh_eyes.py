"""A second look at taking back a cohort: nobody is left over, and nobody is linked."""

from __future__ import annotations

from itertools import pairwise

import httpx
import pytest
from sqlalchemy import select

from holdfast.moderation.rules.cases import CaseState
from holdfast.moderation.tables import CaseRow
from holdfast.raids.actions import undo_cohort
from holdfast.raids.queries import raids_lately
from holdfast.raids.queries.cohorts import seats_of
from holdfast.rights.rules import Role
from holdfast.rooms.tables import SeatRow
from moderation.measuring import Hand
from raids.raiders import Newcomer, crowd
from rooms.sitting import on_shift, sits
from town import EVENING, NIGHT, StillClock, Town, on_sqlite

COHORT = 13


async def raided(client: httpx.AsyncClient, town: Town, clock: StillClock) -> list[Newcomer]:
    came = await crowd(client, clock, COHORT, NIGHT, EVENING)
    await town.house.reactions.settled()
    await town.house.reactions.raids.look()
    return came


async def said(town: Town, one: Newcomer, slug: str = NIGHT) -> int:
    """They were heard, whatever the ladder makes of it by now."""
    ledger = town.house.ledger
    ledger.read_first, ledger.only_just, ledger.slow = set(), frozenset(), {}
    answer = await one.say("Nothing anybody wants to read", slug)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["seq"])


@on_sqlite
async def test_a_moderator_who_reported_one_of_them_can_take_all_of_them_back(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    """And somebody else still decides the case that came of the report."""
    hand, dahlia = Hand(town), await on_shift(town, Role.MODERATOR)
    await sits(town, dahlia)
    came = await raided(client, town, clock)
    seqs = [await said(town, one) for one in came[:3]]
    await hand.reports(dahlia, seqs[1])
    async with town.house.workshop.reading() as work:
        raid, *_ = await raids_lately(work)
    await undo_cohort(
        town.house.ledger, dahlia.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    await town.house.reactions.settled()
    assert [one.text for one in await hand.room() if not one.removed] == []
    assert {(await one.say("Let me in")).status_code for one in came} == {403}
    assert (await hand.case(1)).state is CaseState.OPEN


@pytest.mark.full
@on_sqlite
async def test_nobody_sees_by_the_order_of_cases_which_two_names_are_one_person(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    """Everyone in the cohort sits in two rooms: the cases of one person do not stand together."""
    came = await raided(client, town, clock)
    for one in came:
        for slug in (NIGHT, EVENING):
            await said(town, one, slug)
    keeper = await Hand(town).hires()
    async with town.house.workshop.reading() as work:
        raid, *_ = await raids_lately(work)
        assert len(await seats_of(work, raid.id)) == 2 * COHORT
    await undo_cohort(
        town.house.ledger, keeper.actor, raid_id=raid.id, version=raid.version, rule="kind"
    )
    async with town.house.workshop.reading() as work:
        query = select(SeatRow.member_id).join(CaseRow, CaseRow.seat_id == SeatRow.id)
        people = list(await work.db.scalars(query.order_by(CaseRow.id)))
    assert len(people) == 2 * COHORT
    beside = sum(one == other for one, other in pairwise(people))
    assert beside < 8, "by chance it is one or two"
