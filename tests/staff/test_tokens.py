"""Staff accounts: made from the machine's keyboard, by a token of which a hash is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotPermitted
from holdfast.kit.house import House
from holdfast.live.actors import actor_by_token
from holdfast.rights.rules import STAFF_ROLES, Actor, Guest, Role, Staff, System
from holdfast.staff.access import staff_by_token
from holdfast.staff.actions import make_staff_token
from town import StillClock, Town, mostly_on_sqlite


@mostly_on_sqlite
@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_a_token_stands_for_its_role(house: House, role: Role) -> None:
    async with house.workshop.work() as work:
        token = await make_staff_token(work, System(), role=role)
    workshop = house.workshop
    staff = await staff_by_token(workshop.glances, token, workshop.clock.now())
    assert isinstance(staff, Staff)
    assert staff.role is role
    assert await actor_by_token(workshop.glances, token, workshop.clock) == staff


@mostly_on_sqlite
async def test_only_the_machine_makes_tokens_and_never_a_member_s(town: Town) -> None:
    async with town.house.workshop.work() as work:
        for actor in (town.ash.actor, town.elm.actor, town.guest.actor):
            with pytest.raises(NotPermitted):
                await make_staff_token(work, actor, role=Role.STEWARD)
        with pytest.raises(NotPermitted):
            await make_staff_token(work, System(), role=Role.MEMBER)


@mostly_on_sqlite
async def test_a_token_ends_after_twelve_hours(town: Town, clock: StillClock) -> None:
    assert await actor_of(town, town.elm.token) == town.elm.actor
    clock.pass_time(hours=11, minutes=59)
    assert await actor_of(town, town.elm.token) == town.elm.actor
    clock.pass_time(minutes=1)
    assert await actor_of(town, town.elm.token) == Guest()


async def actor_of(town: Town, token: str) -> Actor:
    workshop = town.house.workshop
    return await actor_by_token(workshop.glances, token, workshop.clock)


@mostly_on_sqlite
async def test_only_a_hash_of_a_token_is_kept(town: Town) -> None:
    async with town.house.workshop.reading() as work:
        staff = (await work.db.execute(text("SELECT token_hash FROM staff_sessions"))).scalars()
        members = (await work.db.execute(text("SELECT token_hash FROM sessions"))).scalars()
        kept = b"".join([*staff, *members])
    for person in (town.elm, town.ash, town.birch):
        assert person.token.encode() not in kept


@mostly_on_sqlite
async def test_a_token_nobody_was_given_stands_for_nobody(town: Town) -> None:
    for token in ("", "x", town.elm.token[:-1], town.elm.token + "x", town.elm.token.lower()):
        assert await actor_of(town, token) == Guest()
