"""What happens twice at one moment happens once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from holdfast.kit.errors import Conflict, HoldfastError, NotFound
from holdfast.kit.house import House
from holdfast.rights.rules import Guest, Role
from holdfast.staff.access.passwords import Weighed
from holdfast.staff.access.people import NotKnown
from holdfast.staff.actions.invitations import NameTaken
from holdfast.staff.actions.people import LastSteward, remove_staff
from holdfast.staff.actions.signing_in import sign_in_by_password
from holdfast.staff.queries.people import everybody_here
from staff.joining import Joined, first_steward, hash_once, invited, joined, somebody
from town import StillClock


async def both(*acts: Awaitable[Any]) -> tuple[list[Any], list[HoldfastError]]:
    """What was done and what was refused, of acts that begin together."""
    ended = await asyncio.gather(*acts, return_exceptions=True)
    refused = [one for one in ended if isinstance(one, HoldfastError)]
    broken = [one for one in ended if isinstance(one, BaseException) and one not in refused]
    assert broken == []
    return [one for one in ended if not isinstance(one, BaseException)], refused


async def by_code(house: House, who: Joined, code: str) -> str:
    weighed = Weighed(who.staff.id, await hash_once())
    async with house.workshop.work() as work:
        return await sign_in_by_password(work, Guest(), root=house.root, weighed=weighed, code=code)


async def remove(house: House, by: Joined, whom: Joined) -> None:
    async with house.workshop.work() as work:
        await remove_staff(work, by.staff, staff_id=whom.staff.id)


async def test_a_code_typed_twice_at_once_counts_once(house: House, clock: StillClock) -> None:
    sam = await first_steward(house)
    clock.pass_time(seconds=30)
    for code in (sam.code(clock), sam.codes[0]):
        done, refused = await both(*(by_code(house, sam, code) for _ in range(4)))
        assert (len(done), {type(one) for one in refused}) == (1, {NotKnown})


@pytest.mark.full
async def test_an_invitation_taken_up_twice_at_once_makes_one_person(house: House) -> None:
    sam = await first_steward(house)
    key = await invited(house, sam.staff, Role.LEAD, "Robin")
    done, refused = await both(*(joined(house, key) for _ in range(3)))
    assert (len(done), len(refused)) == (1, 2)
    async with house.workshop.reading() as work:
        assert [row.name for row in await everybody_here(work)] == ["Robin", "Sam"]


@pytest.mark.full
async def test_one_name_taken_twice_at_once_is_one_person_s(house: House) -> None:
    sam = await first_steward(house)
    keys = [await invited(house, sam.staff, Role.LEAD, "Robin") for _ in range(3)]
    done, refused = await both(*(joined(house, key) for key in keys))
    assert (len(done), {type(one) for one in refused}) == (1, {NameTaken})


@pytest.mark.full
async def test_two_stewards_who_remove_each_other_at_once_leave_one(
    house: House, clock: StillClock
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.STEWARD, "Kim")
    done, refused = await both(remove(house, sam, kim), remove(house, kim, sam))
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], LastSteward | NotFound | Conflict)
    async with house.workshop.reading() as work:
        assert len(await everybody_here(work)) == 1
