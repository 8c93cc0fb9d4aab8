"""Many at once: one decision on one version, one judgement, and nobody waits in a ring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from holdfast.kit.errors import HoldfastError
from holdfast.moderation.jobs import look_at_measures
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.tables import AppealRow, MeasureRow
from holdfast.rights.rules import Role
from moderation.measuring import RUDE, Hand
from town import NIGHT, Person, StillClock, Town, newcomers


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def staff(hand: Hand) -> list[Person]:
    return [await hand.hires(Role.LEAD, name) for name in ("Maren", "Noor", "Sol")]


async def at_once(doing: Sequence[Awaitable[Any]]) -> list[Any]:
    """All of it together: what came of each, refusals and all. Anything else is raised."""
    done = await asyncio.gather(*doing, return_exceptions=True)
    broken = [one for one in done if isinstance(one, BaseException)]
    if strange := [one for one in broken if not isinstance(one, HoldfastError)]:
        raise strange[0]
    return list(done)


def codes(done: Sequence[Any]) -> list[str]:
    return sorted(one.code if isinstance(one, HoldfastError) else "" for one in done)


async def test_of_three_who_decide_one_version_at_once_one_does(
    hand: Hand, staff: list[Person]
) -> None:
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    version = (await hand.case()).version
    done = await at_once([hand.takes(one, "hush", version=version) for one in staff])
    assert codes(done) == ["", "already_done", "already_done"]
    assert len(await hand.told(hand.town.ash)) == 1


@pytest.mark.full
async def test_measures_reports_and_appeals_at_once_all_end(
    hand: Hand, staff: list[Person], clock: StillClock
) -> None:
    people, (maren, noor, sol) = await newcomers(hand.house, 4, NIGHT), staff
    rows = [await hand.takes_here(maren, "hush", one) for one in people]
    said = {one.member.id: await hand.says(hand.town.birch, RUDE) for one in people}
    done = await at_once(
        [
            *(
                hand.appeals(one, row.id, "Please look")
                for one, row in zip(people, rows, strict=True)
            ),
            *(hand.takes_here(noor, "pause", one) for one in people),
            *(hand.lifts(sol, row.id) for row in rows[:2]),
            *(hand.reports(one, said[one.member.id]) for one in people[2:]),
            hand.says(hand.town.ash, "meanwhile"),
        ]
    )
    assert set(codes(done)) <= {"", "already_done", "paused"}
    clock.pass_time(hours=3)
    await at_once([look_at_measures(hand.house.workshop) for _ in range(3)])
    assert (hand.house.ledger.hushes, hand.house.ledger.pauses) == ({}, {})
    async with hand.house.workshop.reading() as work:
        for row in rows:
            assert (await work.db.get_one(MeasureRow, row.id)).state is MeasureState.ENDED


@pytest.mark.full
async def test_an_appeal_judged_by_two_at_once_is_judged_by_one(
    hand: Hand, staff: list[Person]
) -> None:
    maren, noor, sol = staff
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    made = await at_once([hand.appeals(hand.town.ash, row.id, "Please look") for _ in range(3)])
    assert codes(made) == ["", "appealed_already", "appealed_already"]
    [appeal] = [one for one in made if isinstance(one, AppealRow)]
    done = await at_once([hand.judges(one, appeal.id, upheld=True) for one in (noor, sol)])
    assert codes(done) == ["", "already_done"]
    async with hand.house.workshop.reading() as work:
        kept = await work.db.get_one(AppealRow, appeal.id)
    assert kept.state is AppealState.UPHELD


@pytest.mark.full
async def test_a_room_is_closed_once_by_whoever_agrees_first(
    hand: Hand, staff: list[Person]
) -> None:
    maren, noor, sol = staff
    row = await hand.takes_here(maren, "close_room", None)
    said = [hand.says(hand.town.ash, f"number {n}", nonce=f"nonce-{n:08d}") for n in range(3)]
    done = await at_once([*(hand.agrees(one, row.id) for one in (noor, sol)), *said])
    assert codes(done[:2]) == ["", "already_done"]
    assert set(codes(done[2:])) <= {"", "room_closed"}
