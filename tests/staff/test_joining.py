"""Becoming staff: the console's code, invitations, and what they are worth afterwards."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.errors import Malformed, NotPermitted
from holdfast.kit.house import House
from holdfast.rights.rules import STAFF_ROLES, Actor, Guest, Role, System
from holdfast.staff.access import FreshSignInNeeded
from holdfast.staff.access.people import InvitationOver, NotKnown
from holdfast.staff.actions.invitations import (
    NameTaken,
    begin_with_code,
    invite_staff,
    make_steward_code,
    take_back_invitation,
)
from holdfast.staff.queries.people import everybody_here, open_invitations
from holdfast.staff.rules.roles import DUTIES
from members.walking import Page, send, visit
from staff.joining import (
    PASSWORD,
    code_for,
    first_steward,
    invited,
    joined,
    secret_on,
    somebody,
    staff_of,
)
from town import StillClock, Town, mostly_on_sqlite, on_sqlite

NEW = {"password": PASSWORD, "password-again": PASSWORD}


# ---------------------------------------------------------------- the console's code


@pytest.mark.full
@mostly_on_sqlite
async def test_the_first_steward_begins_with_a_code_that_works_once(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    async with house.workshop.work() as work:
        code = await make_steward_code(work, System())
    page = await visit(client, "/staff/begin")
    page = await send(client, page, "/staff/begin", code=code.lower(), name="Sam", **ENGLISH)
    assert page.headings == ["You are invited, Sam"]
    assert "You make rooms, close them, and say for how long words are kept." in page.said
    address = next(link for link in page.links if link.endswith("/password"))
    page = await visit(client, address)
    page = await send(client, page, address, **NEW, code=code_for(secret_on(page.html), clock))
    assert page.headings == ["Your recovery codes"]
    assert (await visit(client, "/staff")).headings == ["Sam Steward"]
    client.cookies.clear()
    again = await visit(client, "/staff/begin")
    again = await send(client, again, "/staff/begin", code=code, name="Kim", **ENGLISH)
    assert again.status == 422
    assert "This code doesn’t work, or no longer." in again.said


ENGLISH = {"language_en": "yes"}


@mostly_on_sqlite
async def test_a_code_ends_after_an_hour_and_only_the_console_makes_one(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    async with house.workshop.work() as work:
        early, late = [await make_steward_code(work, System()) for _ in range(2)]
        for person in (town.elm, town.ash, town.guest):
            with pytest.raises(NotPermitted):
                await make_steward_code(work, person.actor)
    clock.pass_time(minutes=59)
    async with house.workshop.work() as work:
        assert await begin_with_code(work, Guest(), code=early, name="Sam", languages=("en",))
    clock.pass_time(minutes=1)
    async with house.workshop.work() as work:
        for code in (late, early, "", "AAAA-AAAA-AAAA-AAAA"):
            with pytest.raises(NotKnown):
                await begin_with_code(work, Guest(), code=code, name="Kim", languages=("en",))


# ---------------------------------------------------------------- invitations


@pytest.mark.full
@on_sqlite
async def test_an_invitation_says_what_its_role_may_do(
    house: House, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    for role in STAFF_ROLES:
        page = await visit(client, f"/staff/join/{await invited(house, sam.staff, role, 'Robin')}")
        assert page.headings == ["You are invited, Robin"]
        for words in (DUTIES[role].name, *DUTIES[role].does, DUTIES[role].never):
            assert words in page.said
        assert "English, Español" in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_an_invitation_works_once_and_makes_whom_it_names(house: House) -> None:
    sam = await first_steward(house)
    key = await invited(house, sam.staff, Role.LEAD, "Robin")
    robin = await joined(house, key)
    assert (robin.staff.name, robin.staff.role) == ("Robin", Role.LEAD)
    with pytest.raises(InvitationOver):
        await joined(house, key)
    async with house.workshop.reading() as work:
        found = {row.name: row.languages for row in await everybody_here(work)}
        assert await open_invitations(work) == []
    assert found == {"Robin": ("en", "es"), "Sam": ("en",)}


@pytest.mark.full
@mostly_on_sqlite
async def test_an_invitation_ends_after_72_hours_or_when_it_is_taken_back(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    keys = [await invited(house, sam.staff, Role.PARTNER, name) for name in ("Ada", "Bo", "Cy")]
    async with house.workshop.work() as work:
        last, *_ = await open_invitations(work)
        await take_back_invitation(work, sam.staff, invitation=last.id)
    statuses = [(await client.get(f"/staff/join/{key}")).status_code for key in keys]
    assert statuses == [200, 200, 404]
    clock.pass_time(hours=71, minutes=59)
    assert (await joined(house, keys[0])).staff.name == "Ada"
    clock.pass_time(minutes=1)
    page = await visit(client, f"/staff/join/{keys[1]}")
    assert (page.status, "doesn’t work any longer" in page.said) == (404, True)
    with pytest.raises(InvitationOver):
        await joined(house, keys[1])


@pytest.mark.full
@mostly_on_sqlite
async def test_only_a_steward_who_just_showed_who_they_are_invites(
    house: House, clock: StillClock
) -> None:
    sam = await first_steward(house)
    others: list[Actor] = [
        (await somebody(house, sam.staff, role, f"Other {n}")).staff
        for n, role in enumerate(STAFF_ROLES)
        if role is not Role.STEWARD
    ]
    assert await invited(house, sam.staff, Role.MODERATOR, "Robin")
    for actor in (*others, Guest()):
        async with house.workshop.work() as work:
            with pytest.raises(NotPermitted) as refused:
                await invite_staff(work, actor, role=Role.LEAD, name="Kim", languages=("en",))
            assert refused.value.code == "not_permitted"
    clock.pass_time(minutes=5, seconds=1)
    with pytest.raises(FreshSignInNeeded):
        await invited(house, await staff_of(house, sam.token), Role.MODERATOR, "Kim")


@pytest.mark.full
@on_sqlite
async def test_no_two_people_have_one_name(house: House) -> None:
    sam = await first_steward(house)
    for name in ("Sam", " sam ", "ＳＡＭ"):
        assert await invited(house, sam.staff, Role.LEAD, f"{name}uel")
        with pytest.raises(NameTaken):
            await invited(house, sam.staff, Role.LEAD, name)


@pytest.mark.full
@on_sqlite
async def test_a_name_taken_while_an_invitation_waited_is_not_had_twice(house: House) -> None:
    sam = await first_steward(house)
    keys = [await invited(house, sam.staff, Role.LEAD, "Robin") for _ in range(2)]
    assert (await joined(house, keys[0])).staff.name == "Robin"
    with pytest.raises(NameTaken):
        await joined(house, keys[1])


@pytest.mark.full
@on_sqlite
async def test_what_is_no_name_is_refused(house: House) -> None:
    sam = await first_steward(house)
    assert await invited(house, sam.staff, Role.LEAD, "Ana-María O’Neill 2")
    for name in ("", " ", "-x", "a" * 41, "a\u202eb", "<b>", "\x00", "a\nb\x07"):
        with pytest.raises(Malformed):
            await invited(house, sam.staff, Role.LEAD, name)


@pytest.mark.full
@on_sqlite
async def test_nobody_is_invited_as_a_member_or_in_a_language_we_lack(house: House) -> None:
    sam = await first_steward(house)
    asked = {"name": "Robin", "languages": ("en",), "role": Role.LEAD}
    for wrong in ({"role": Role.MEMBER}, {"languages": ()}, {"languages": ("en", "tlh")}):
        async with house.workshop.work() as work:
            with pytest.raises(Malformed):
                await invite_staff(work, sam.staff, **{**asked, **wrong})  # type: ignore[arg-type]
    async with house.workshop.work() as work:
        assert await invite_staff(work, sam.staff, **asked)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the form


@pytest.mark.full
@on_sqlite
async def test_what_does_not_fit_is_said_by_its_place_and_the_invitation_lives_on(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    address = f"/staff/join/{await invited(house, sam.staff, Role.LEAD, 'Robin')}/password"
    for wrong, words in (
        ({"password": "short", "password-again": "short"}, "at least 15 characters"),
        ({"password": "robin robin robin robin", "password-again": ""}, "easy to guess"),
        ({"password-again": "kelp lantern quarrel mitten"}, "These two are not the same."),
        ({"code": ""}, "Please type the six digits"),
        ({"code": "000000"}, "That code doesn’t fit."),
    ):
        page = await visit(client, address)
        right = {**NEW, "code": code_for(secret_on(page.html), clock)}
        page = Page(await client.post(address, data={**right, **wrong}))
        assert page.status == 422
        assert words in page.said
        assert PASSWORD not in page.html
        assert dict(client.cookies) == {}
    page = await visit(client, address)
    page = await send(client, page, address, **NEW, code=code_for(secret_on(page.html), clock))
    assert page.headings == ["Your recovery codes"]


@pytest.mark.full
@on_sqlite
async def test_an_invitation_nobody_made_leads_nowhere(
    house: House, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    real = await invited(house, sam.staff, Role.LEAD, "Robin")
    assert (await client.get(f"/staff/join/{real}")).status_code == 200
    for key in ("", "x", "%00", "a" * 43, "x" * 3_000):
        for path in ("", "/password", "/sso"):
            assert (await client.get(f"/staff/join/{key}{path}")).status_code in {404, 405}
        for path in ("/passkey", "/passkey/options"):
            answer = await client.post(f"/staff/join/{key}{path}", json={})
            assert answer.status_code in {404, 405}
