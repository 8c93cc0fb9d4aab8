"""Many who wait at once: they are read in pieces, and nobody who must stay apart is missed."""

from __future__ import annotations

import pytest

from circles.gathering import asked, waiting
from holdfast.circles.actions.proposing import say_no
from holdfast.circles.jobs import form_circles
from holdfast.circles.queries.wishes import at_high_concern, kept_apart
from holdfast.circles.tables import ApartRow
from holdfast.kit.ids import MemberId
from town import Town

BEFORE = [MemberId(number) for number in range(1, 20_001)]
AFTER = [MemberId(number) for number in range(20_000_000, 20_020_000)]


@pytest.mark.full
async def test_forty_thousand_who_wait_are_asked_for_who_must_stay_apart(town: Town) -> None:
    ash, birch = town.ash.member.id, town.birch.member.id
    seat = await town.seat(town.birch)
    async with town.house.workshop.work() as work:
        row = ApartRow(
            member_id=ash,
            seat_id=seat.id,
            other_id=birch,
            pseudonym=seat.author.pseudonym,
            at=work.clock.now(),
        )
        work.db.add(row)
    for one, other in ((ash, birch), (birch, ash)):
        async with town.house.workshop.reading() as work:
            crowd = ({*BEFORE, *AFTER} - {ash, birch}) | {one}
            apart = await kept_apart(work, crowd)
            assert await at_high_concern(work, crowd) == set()
        assert other in apart[one]


async def test_a_no_parts_two_of_whom_only_one_is_asked_about(town: Town) -> None:
    people = await waiting(town, 5)
    await form_circles(town.house.workshop, seed=1)
    number = await asked(town, people[0])
    async with town.house.workshop.work() as work:
        await say_no(work, people[0].member, number=number)
    async with town.house.workshop.reading() as work:
        for one, other in ((people[0], people[1]), (people[1], people[0])):
            apart = await kept_apart(work, {one.member.id})
            assert other.member.id in apart[one.member.id]
        apart = await kept_apart(work, {people[1].member.id})
        assert people[2].member.id not in apart[people[1].member.id]
