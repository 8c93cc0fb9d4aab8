"""What stewards do about other staff: roles, new ways in, removal; and what happens at once."""

from __future__ import annotations

import time

import httpx
import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotFound
from holdfast.kit.house import House
from holdfast.kit.ids import StaffId
from holdfast.rights.rules import STAFF_ROLES, Permission, Role, Staff, may
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.access.people import InvitationOver
from holdfast.staff.actions.invitations import renew_way_in
from holdfast.staff.actions.people import LastSteward, change_role, remove_staff
from holdfast.staff.queries import name_of
from holdfast.staff.queries.people import duties_nobody_can_come_for, everybody_here
from members.walking import Page, visit
from serving import Served
from staff.joining import (
    Joined,
    first_steward,
    invited,
    is_in,
    joined,
    somebody,
    staff_of,
)
from town import StillClock, Town, mostly_on_sqlite, on_sqlite


async def remove(house: House, by: Staff, whom: Staff) -> None:
    async with house.workshop.work() as work:
        await remove_staff(work, by, staff_id=whom.id)


async def give(house: House, by: Staff, whom: Staff, role: Role) -> None:
    async with house.workshop.work() as work:
        await change_role(work, by, staff_id=whom.id, role=role)


@pytest.mark.full
@mostly_on_sqlite
async def test_who_is_removed_is_out_at_every_door_and_their_name_stays(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.STEWARD, "Kim")
    asked = await invited(house, kim.staff, Role.LEAD, "Robin")
    assert await is_in(client, kim.bearer)
    await remove(house, sam.staff, kim.staff)
    assert not await is_in(client, kim.bearer)
    answer = await client.get("/api/v1/rooms", headers=kim.bearer)
    assert answer.status_code == 401
    with pytest.raises(InvitationOver):  # whom they asked is asked by nobody now
        await joined(house, asked)
    async with house.workshop.reading() as work:
        assert [row.name for row in await everybody_here(work)] == ["Sam"]
        assert await name_of(work, kim.staff.id) == "Kim"
        for table in ("staff_passwords", "staff_recovery_codes"):
            query = text(f"SELECT count(*) FROM {table} WHERE staff_id = :id")  # noqa: S608
            assert await work.db.scalar(query, {"id": kim.staff.id}) == 0
    assert (await somebody(house, sam.staff, Role.LEAD, "Kim")).staff.id != kim.staff.id


@mostly_on_sqlite
async def test_an_open_line_ends_within_a_second_of_the_removal(
    house: House, served: Served
) -> None:
    sam = await first_steward(house)
    other = await served.line(sam.person)
    for name in ("Kim", "Robin", "Toni"):  # the machine may be busy with other tests
        kim = await somebody(house, sam.staff, Role.MODERATOR, name)
        line = await served.line(kim.person)
        begun = time.perf_counter()
        await remove(house, sam.staff, kim.staff)
        assert await line.closing() == 4401
        if time.perf_counter() - begun < 1:
            break
    else:
        pytest.fail("not once within a second")
    assert other.connection.close_code is None


@pytest.mark.full
@mostly_on_sqlite
async def test_another_role_ends_their_sessions_and_is_theirs_at_the_next(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.AUDITOR, "Kim")
    await give(house, sam.staff, kim.staff, Role.AUDITOR)  # the one they have: nothing happens
    assert await is_in(client, kim.bearer)
    await give(house, sam.staff, kim.staff, Role.LEAD)
    assert not await is_in(client, kim.bearer)
    async with house.workshop.work() as work:
        key = await renew_way_in(work, sam.staff, staff_id=kim.staff.id)
    again = await joined(house, key)
    assert (again.staff.id, again.staff.role) == (kim.staff.id, Role.LEAD)


@pytest.mark.full
@mostly_on_sqlite
async def test_the_last_steward_stays_until_another_can_sign_in(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    sam = await first_steward(house)
    assert isinstance(town.elm.actor, Staff)  # a steward too, whose token the console made
    for act in (remove(house, sam.staff, sam.staff), give(house, sam.staff, sam.staff, Role.LEAD)):
        with pytest.raises(LastSteward):
            await act
    await remove(house, sam.staff, town.elm.actor)
    kim = await somebody(house, sam.staff, Role.STEWARD, "Kim")
    await remove(house, kim.staff, sam.staff)
    with pytest.raises(LastSteward):
        await remove(house, kim.staff, kim.staff)


@pytest.mark.full
@mostly_on_sqlite
async def test_only_stewards_change_staff_and_for_others_nobody_is_there(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    others = [
        (await somebody(house, sam.staff, role, f"Other {n}")).staff
        for n, role in enumerate(STAFF_ROLES)
        if role is not Role.STEWARD
    ]
    for actor in (*others, town.ash.actor, town.guest.actor):
        async with house.workshop.work() as work:
            for act in (
                lambda work=work, actor=actor: remove_staff(work, actor, staff_id=kim.staff.id),
                lambda work=work, actor=actor: renew_way_in(work, actor, staff_id=kim.staff.id),
                lambda work=work, actor=actor: change_role(
                    work, actor, staff_id=kim.staff.id, role=Role.AUDITOR
                ),
            ):
                with pytest.raises(NotFound):
                    await act()
    async with house.workshop.work() as work:
        with pytest.raises(NotFound):
            await remove_staff(work, sam.staff, staff_id=StaffId(10**9))
    await remove(house, sam.staff, kim.staff)
    with pytest.raises(NotFound):  # gone is gone
        await remove(house, sam.staff, kim.staff)


@pytest.mark.full
@mostly_on_sqlite
async def test_removal_and_roles_need_a_fresh_sign_in(house: House, clock: StillClock) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    clock.pass_time(minutes=6)
    stale = await staff_of(house, sam.token)
    for act in (remove(house, stale, kim.staff), give(house, stale, kim.staff, Role.AUDITOR)):
        with pytest.raises(FreshSignInNeeded):
            await act
    assert (await staff_of(house, kim.token)).role is Role.LEAD


@pytest.mark.full
@on_sqlite
async def test_the_list_is_for_those_whom_the_matrix_lets_see_it(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    for role in STAFF_ROLES:
        one = sam if role is Role.STEWARD else await somebody(house, sam.staff, role, role.value)
        answer = await client.get("/staff/people", headers=one.bearer)
        assert answer.status_code == (200 if may(one.staff, Permission.STAFF_SEE) else 404)
        assert ("/staff/people/invite" in answer.text) is (role is Role.STEWARD)


@pytest.mark.full
@on_sqlite
async def test_a_steward_does_it_all_on_pages_without_scripts(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    client.cookies.set("holdfast", sam.token)
    form = {"name": "Robin", "role": "moderator", "language-es": "yes"}
    page = Page(await client.post("/staff/people/invite", data=form))
    assert "A link for Robin" in page.said
    link = page.said.split("/staff/join/")[1].split()[0]
    assert (await visit(client, f"/staff/join/{link}")).headings == ["You are invited, Robin"]
    page = await visit(client, "/staff/people")
    assert link not in page.html  # shown once
    end = next(f.action for f in page.forms if f.action.endswith("/end"))
    assert (await client.post(end)).status_code == 303
    assert (await client.get(f"/staff/join/{link}")).status_code == 404
    at = f"/staff/people/{kim.staff.id}"
    assert (await visit(client, at)).headings == ["Kim Safeguarding lead"]
    assert (await client.post(f"{at}/role", data={"role": "auditor"})).status_code == 303
    assert (await client.post(f"{at}/role", data={"role": "member"})).status_code == 400
    page = Page(await client.post(f"{at}/way-in"))
    assert "A link for Kim" in page.said
    page = Page(await client.post(f"{at}/remove"))
    assert (page.status, "Please tick the box" in page.said) == (400, True)
    sure = {"sure": "yes"}
    assert (await client.post(f"{at}/remove", data=sure)).status_code == 303
    assert (await client.get(at)).status_code == 404
    last = Page(await client.post(f"/staff/people/{sam.staff.id}/remove", data=sure))
    assert (last.status, "This is the last steward here." in last.said) == (409, True)


@pytest.mark.full
@mostly_on_sqlite
async def test_everything_about_staff_is_in_the_record(house: House, clock: StillClock) -> None:
    sam: Joined = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    await give(house, sam.staff, kim.staff, Role.AUDITOR)
    await remove(house, sam.staff, kim.staff)
    async with house.workshop.reading() as work:
        rows = (await work.db.execute(text("SELECT what, staff_id FROM audit ORDER BY seq"))).all()
    mine, theirs = sam.staff.id, kim.staff.id
    assert [tuple(row) for row in rows] == [
        ("staff:code_made", None),
        ("staff:code_used", None),
        ("staff:joined", mine),
        ("staff:signed_in", mine),
        ("staff:invited", mine),
        ("staff:joined", theirs),
        ("staff:signed_in", theirs),
        ("staff:role_changed", mine),
        ("staff:removed", mine),
    ]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_place_knows_whom_it_lacks(town: Town, clock: StillClock) -> None:
    house = town.house

    async def lacking() -> list[Role]:
        async with house.workshop.reading() as work:
            return await duties_nobody_can_come_for(work)

    assert await lacking() == [Role.STEWARD, Role.MODERATOR, Role.CRISIS_MODERATOR]
    sam = await first_steward(house)  # Elm has a token, and no way in
    assert await lacking() == [Role.MODERATOR, Role.CRISIS_MODERATOR]
    kim = await somebody(house, sam.staff, Role.MODERATOR, "Kim")
    assert await lacking() == [Role.CRISIS_MODERATOR]
    await give(house, sam.staff, kim.staff, Role.LEAD)
    assert await lacking() == []
    await remove(house, sam.staff, kim.staff)
    assert await lacking() == [Role.MODERATOR, Role.CRISIS_MODERATOR]
