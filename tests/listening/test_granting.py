"""Rights: by a code that its member made, until a day, in the record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.audit.tables import AuditRow
from holdfast.kit.errors import Malformed, NotFound
from holdfast.listening.actions import give_right_back, grant_by_code, take_right_back
from holdfast.rights.actions import HeldAlready, UnknownCode, grant_right, make_granting_code
from holdfast.rights.queries import code_lives_until, has_right, rights_of
from holdfast.rights.rules import Actor, Role, System
from holdfast.rights.tables import RightRole, RightRow
from listening.talking import Stage
from town import appoint, mostly_on_sqlite

pytestmark = mostly_on_sqlite


async def _code(talks: Stage) -> str:
    async with talks.town.house.workshop.work() as work:
        return await make_granting_code(work, talks.town.birch.member)


async def _grant(talks: Stage, code: str, by: Actor | None = None, days: int = 30) -> RightRow:
    async with talks.town.house.workshop.work() as work:
        return await grant_by_code(
            work,
            by or talks.fern.actor,
            code=code,
            role=RightRole.LISTENER,
            until=talks.clock.now() + timedelta(days=days),
            languages=("es",),
        )


@pytest.mark.full
async def test_the_lead_gives_a_right_by_a_code_and_it_is_in_the_record(talks: Stage) -> None:
    code = await _code(talks)
    row = await _grant(talks, code.upper().replace("-", " "))
    async with talks.town.house.workshop.reading() as work:
        mine = talks.town.birch.member.id
        assert await has_right(work, mine, RightRole.LISTENER)
        assert await has_right(work, mine, RightRole.LISTENER, "es-MX")
        assert not await has_right(work, mine, RightRole.LISTENER, "en")
        assert not await has_right(work, mine, RightRole.HOST)
    (noted,) = await talks.all(AuditRow, what="right:granted")
    assert noted.about == f"right:{row.id}"


@pytest.mark.full
async def test_a_code_is_good_for_a_day_and_once(talks: Stage) -> None:
    code = await _code(talks)
    talks.clock.pass_time(hours=25)
    with pytest.raises(UnknownCode):
        await _grant(talks, code)
    older, newer = await _code(talks), await _code(talks)
    with pytest.raises(UnknownCode):
        await _grant(talks, older)
    await _grant(talks, newer)
    with pytest.raises(UnknownCode):
        await _grant(talks, newer)
    async with talks.town.house.workshop.reading() as work:
        assert await code_lives_until(work, talks.town.birch.member.id) is None


@pytest.mark.parametrize("days", [0, -1, 400])
async def test_a_right_has_an_end_within_a_year(talks: Stage, days: int) -> None:
    code = await _code(talks)
    with pytest.raises(Malformed):
        await _grant(talks, code, days=days)
    await _grant(talks, code, days=365)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.LEAD, Role.MEMBER}])
async def test_only_the_lead_gives_rights(talks: Stage, role: Role) -> None:
    code = await _code(talks)
    async with talks.town.house.workshop.work() as work:
        other = await appoint(work, role, name="Elder")
    for nobody in (other, talks.town.birch, talks.town.cedar):
        with pytest.raises(NotFound):
            await _grant(talks, code, nobody.actor)
    await _grant(talks, code)


@pytest.mark.full
async def test_one_right_of_a_kind_is_enough_also_while_it_is_frozen(talks: Stage) -> None:
    await _grant(talks, await _code(talks))
    with pytest.raises(HeldAlready):
        await _grant(talks, await _code(talks))
    async with talks.town.house.workshop.work() as work:
        (row,) = await rights_of(work, talks.town.birch.member.id)
        row.frozen_at = talks.clock.now()
    with pytest.raises(HeldAlready):
        await _grant(talks, await _code(talks))


@pytest.mark.full
async def test_the_lead_takes_it_back_and_a_member_gives_it_back(talks: Stage) -> None:
    row = await _grant(talks, await _code(talks))
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await take_right_back(work, talks.hazel.actor, right_id=row.id)
        await take_right_back(work, talks.fern.actor, right_id=row.id)
    again = await _grant(talks, await _code(talks))
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await give_right_back(work, talks.town.ash.member, right_id=again.id)
        await give_right_back(work, talks.town.birch.member, right_id=again.id)
        assert not await has_right(work, talks.town.birch.member.id, RightRole.LISTENER)


async def test_a_right_that_has_run_out_holds_no_more(talks: Stage) -> None:
    async with talks.town.house.workshop.work() as work:
        until = talks.clock.now() + timedelta(days=1)
        mine = talks.town.birch.member.id
        await grant_right(work, System(), role=RightRole.HOST, until=until, member_id=mine)
        assert await has_right(work, mine, RightRole.HOST)
    talks.clock.pass_time(days=1)
    async with talks.town.house.workshop.reading() as work:
        assert not await has_right(work, mine, RightRole.HOST)
