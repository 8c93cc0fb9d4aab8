"""The ladder: three days and ten messages, as two small numbers and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.kit.ids import MemberId
from holdfast.members.actions import count_towards_standing, erase_member
from holdfast.members.tables import StandingRow
from holdfast.messages.actions import remove_message
from holdfast.rights.rules import System
from town import StillClock, Town, mostly_on_sqlite, on_sqlite, unlimited


async def standing(town: Town) -> tuple[int, int, bool]:
    """Ash's days and messages."""
    await town.house.reactions.raids.look()
    async with town.house.workshop.reading() as work:
        row = await work.db.get(StandingRow, town.ash.member.id)
    return (row.days, row.said, row.today) if row else (0, 0, False)


async def count(house: House, member: MemberId, more: int) -> None:
    async with house.workshop.work() as work:
        await count_towards_standing(work, System(), said={member: more})


@pytest.mark.full
@mostly_on_sqlite
async def test_three_days_and_ten_messages_are_the_way_up(town: Town, clock: StillClock) -> None:
    ash, ledger = town.ash.member.id, town.house.ledger
    for day in (1, 2):
        for number in range(5):
            await town.say(town.ash, f"Message {number} of day {day}")
        assert await standing(town) == (day, 5 * day, True)
        assert ledger.is_newcomer(ash)
        clock.pass_time(days=1)
    assert await standing(town) == (2, 10, False)
    await town.say(town.ash, "And one on the third day")
    assert await standing(town) == (3, 10, False)
    assert not ledger.is_newcomer(ash)
    await town.say(town.ash, "Nothing is counted any more")
    clock.pass_time(days=1)
    await town.say(town.ash, "And no day either")
    assert await standing(town) == (3, 10, False)


@on_sqlite
async def test_a_day_counts_once_however_often_somebody_writes_or_the_house_stops(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "In the morning")
    assert await standing(town) == (1, 1, True)
    await town.house.reactions.raids.begin()
    await town.say(town.ash, "In the evening")
    assert await standing(town) == (1, 2, True)


@mostly_on_sqlite
async def test_both_numbers_stop_and_never_fall_below_nothing(house: House, town: Town) -> None:
    ash = town.ash.member.id
    await count(house, ash, 400)
    assert await standing(town) == (1, 10, True)
    await count(house, ash, -400)
    assert await standing(town) == (1, 0, True)
    await count(house, MemberId(987_654), 1)  # erased meanwhile


@on_sqlite
async def test_what_somebody_takes_back_has_been_accepted_all_the_same(town: Town) -> None:
    said = await town.say(town.ash, "Said, and then thought better of")
    assert said.seq is not None
    seat = await town.seat(town.ash)
    await remove_message(town.house.ledger, seat, seq=said.seq, nonce="remove-01")
    assert (await standing(town))[1] == 1


@pytest.mark.full
@on_sqlite
@unlimited
async def test_a_thousand_messages_are_written_down_as_one_row(town: Town) -> None:
    for number in range(50):
        await town.say(town.ash, f"Message {number}")
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(StandingRow))).all() == []
    assert await standing(town) == (1, 10, True)


@on_sqlite
async def test_an_erased_member_leaves_no_rung_behind(town: Town) -> None:
    await town.say(town.ash, "Before I go")
    assert (await standing(town))[1] == 1
    async with town.house.workshop.work() as work:
        await erase_member(work, town.ash.actor)
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(StandingRow))).all() == []


def test_nothing_of_when_is_kept() -> None:
    columns = {column.name for column in StandingRow.__table__.columns}
    assert columns == {"member_id", "days", "said", "today"}
