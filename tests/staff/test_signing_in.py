"""Signing in by name, password and code; and showing once more that it is oneself."""

from __future__ import annotations

import time

import httpx
import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotPermitted
from holdfast.kit.house import House
from holdfast.rights.rules import Guest, Role
from holdfast.staff.access import FreshSignInNeeded, fresh_staff
from holdfast.staff.access.passwords import HASHER, Weighed, weighed_password
from holdfast.staff.access.people import NotKnown
from holdfast.staff.actions.signing_in import (
    ONE_NAME,
    show_again_by_code,
    sign_in_by_password,
)
from holdfast.staff.pages.doors import way_back
from holdfast.staff.rules.names import name_key
from members.walking import send, visit
from staff.joining import (
    PASSWORD,
    Joined,
    first_steward,
    hash_once,
    is_in,
    somebody,
    staff_of,
)
from town import StillClock, Town, mostly_on_sqlite, on_sqlite

SIGN_IN = "/staff/sign-in"


async def weighed(house: House, who: Joined) -> Weighed:
    """As if their password had just been weighed: that takes its time, and has its own test."""
    del house
    return Weighed(who.staff.id, await hash_once())


async def by_code(house: House, who: Joined, code: str) -> str:
    async with house.workshop.work() as work:
        return await sign_in_by_password(
            work, Guest(), root=house.root, weighed=await weighed(house, who), code=code
        )


@pytest.mark.full
@mostly_on_sqlite
async def test_name_password_and_code_together_let_one_in(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    clock.pass_time(seconds=30)
    page = await visit(client, "/staff/people")
    assert page.headings == ["Staff sign-in"]
    right = {"name": " sam ", "password": PASSWORD, "code": sam.code(clock)}
    for wrong in ({"name": "kim"}, {"password": "kelp lantern quarrel"}, {"code": "123456"}):
        refused = await send(client, page, SIGN_IN, **{**right, **wrong})
        assert (refused.status, refused.focused) == (401, "refused")
        assert "That didn’t fit. Please check what you typed" in refused.said
        assert PASSWORD not in refused.html
        assert dict(client.cookies) == {}
    page = await send(client, page, SIGN_IN, **right)
    assert page.headings == ["Staff"]  # where one wanted to go
    assert "HttpOnly" in repr(client.cookies.jar)
    await client.post("/staff/sign-out")
    assert (await visit(client, "/staff")).headings == ["Staff sign-in"]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_code_counts_once(house: House, clock: StillClock) -> None:
    sam = await first_steward(house)
    with pytest.raises(NotKnown):  # it set the code app up: used
        await by_code(house, sam, sam.code(clock))
    clock.pass_time(seconds=30)
    code = sam.code(clock)
    assert await by_code(house, sam, code)
    with pytest.raises(NotKnown):
        await by_code(house, sam, code)
    clock.pass_time(seconds=30)
    assert await by_code(house, sam, sam.code(clock))


@pytest.mark.full
@mostly_on_sqlite
async def test_a_recovery_code_stands_in_for_the_app_once(house: House) -> None:
    sam = await first_steward(house)
    assert len(set(sam.codes)) == 8
    for code in sam.codes[:2]:
        assert await by_code(house, sam, code.lower())
        with pytest.raises(NotKnown):
            await by_code(house, sam, code)
    kim = await somebody(house, sam.staff, Role.STEWARD, "Kim")
    with pytest.raises(NotKnown):  # each has their own
        await by_code(house, kim, sam.codes[2])
    assert await by_code(house, sam, sam.codes[2])


@pytest.mark.full
@mostly_on_sqlite
async def test_the_code_alone_and_the_password_alone_are_nothing(
    house: House, clock: StillClock
) -> None:
    sam = await first_steward(house)
    clock.pass_time(seconds=30)
    async with house.workshop.work() as work:
        for proof, code in ((None, sam.code(clock)), (await weighed(house, sam), "")):
            with pytest.raises(NotKnown):
                await sign_in_by_password(work, Guest(), root=house.root, weighed=proof, code=code)
    assert await by_code(house, sam, sam.code(clock))


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.usefixtures("true_scales")
async def test_only_hashes_and_seals_of_secrets_are_kept(house: House) -> None:
    sam = await first_steward(house)
    async with house.workshop.reading() as work:
        (row,) = (await work.db.execute(text("SELECT * FROM staff_passwords"))).all()
        codes = (await work.db.execute(text("SELECT lookup FROM staff_recovery_codes"))).all()
    kept = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert row.hash.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert sam.secret not in kept
    assert PASSWORD.encode() not in kept
    assert len(codes) == 8
    assert not any(code.encode() in bytes(row.lookup) for row in codes for code in sam.codes)


@pytest.mark.full
@on_sqlite
@pytest.mark.usefixtures("true_scales")
async def test_a_name_nobody_has_takes_as_long_as_a_wrong_password(house: House) -> None:
    await first_steward(house)
    workshop = house.workshop
    assert await weighed_password(workshop, "SAM", PASSWORD)
    assert await weighed_password(workshop, "nobody", PASSWORD) is None
    for name in ("Sam", "nobody"):
        begun = time.perf_counter()
        assert await weighed_password(workshop, name, "another password altogether") is None
        assert time.perf_counter() - begun > 0.03  # both were weighed; a look-up takes a thousandth
    assert (HASHER.memory_cost, HASHER.time_cost) == (64 * 1024, 3)


@pytest.mark.full
@on_sqlite
async def test_tries_are_limited_for_each_name_whether_anybody_has_it(
    house: House, client: httpx.AsyncClient, clock: StillClock
) -> None:
    sam = await first_steward(house)
    clock.pass_time(seconds=30)
    for name in ("Sam", "nobody"):
        while house.limits.wait(("staff sign-in", name_key(name)), ONE_NAME) == 0:
            pass
        right = {"name": name, "password": PASSWORD, "code": sam.code(clock)}
        page = await send(client, await visit(client, SIGN_IN), SIGN_IN, **right)
        assert (page.status, page.focused) == (429, "refused")
        assert dict(client.cookies) == {}
    clock.pass_time(minutes=1)
    right = {"name": "Sam", "password": PASSWORD, "code": sam.code(clock)}
    page = await send(client, await visit(client, SIGN_IN), SIGN_IN, **right)
    assert page.headings == ["Sam Steward"]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_refused_sign_in_is_in_the_record_without_a_name(
    house: House, client: httpx.AsyncClient
) -> None:
    await first_steward(house)
    data = {"name": "Sam", "password": "wrong", "code": "1"}
    assert (await client.post(SIGN_IN, data=data)).status_code == 401
    async with house.workshop.reading() as work:
        rows = (await work.db.execute(text("SELECT what, staff_id, about, why FROM audit"))).all()
    assert ("act:refused", None, "staff:sign_in", "not_known") in [tuple(row) for row in rows]
    assert "sam" not in str(rows).lower()


# ---------------------------------------------------------------- once more


@pytest.mark.full
@mostly_on_sqlite
async def test_what_weighs_much_asks_for_a_sign_in_of_the_last_five_minutes(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    invite = "/staff/people/invite"
    assert (await client.get(invite, headers=sam.bearer)).status_code == 200
    clock.pass_time(minutes=5, seconds=1)
    answer = await client.get(f"{invite}?x=1", headers=sam.bearer)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff/again?back=%2Fstaff%2Fpeople%2Finvite%3Fx%3D1"
    form = {"name": "Robin", "role": "lead", "language-en": "yes"}
    refused = await client.post(invite, data=form, headers=sam.bearer)
    assert (refused.status_code, 'href="/staff/again"' in refused.text) == (403, True)
    client.cookies.set("holdfast", sam.token)
    page = await visit(client, answer.headers["location"])
    assert page.headings == ["Is it still you, Sam?"]
    assert (await send(client, page, "/staff/again", code="000000")).status == 401
    page = await send(client, page, "/staff/again", code=sam.code(clock))
    assert page.headings == ["Invite somebody"]
    assert (await client.post(invite, data=form)).status_code == 200


@pytest.mark.full
@mostly_on_sqlite
async def test_only_staff_are_fresh_and_a_code_of_someone_else_refreshes_nobody(
    town: Town, clock: StillClock
) -> None:
    house = town.house
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    clock.pass_time(minutes=6)
    async with house.workshop.work() as work:
        with pytest.raises(NotKnown):
            await show_again_by_code(work, sam.staff, root=house.root, code=kim.code(clock))
    async with house.workshop.work() as work:
        with pytest.raises(FreshSignInNeeded):
            fresh_staff(work, await staff_of(house, sam.token))
        await show_again_by_code(work, sam.staff, root=house.root, code=sam.code(clock))
    async with house.workshop.work() as work:
        assert fresh_staff(work, await staff_of(house, sam.token)).id == sam.staff.id
        for person in (town.ash, town.guest):
            with pytest.raises(NotPermitted):
                fresh_staff(work, person.actor)


@pytest.mark.parametrize("back", ["/staff/people", "/desk?tab=held", "/staff/again?x=%2Fdesk"])
def test_somebody_is_led_on_to_the_page_they_wanted(back: str) -> None:
    assert way_back(back) == back


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil", "javascript:1", "", "x", "/a\r\nb"],
)
def test_nobody_is_led_to_another_site_after_signing_in(back: str) -> None:
    assert way_back(back) == "/staff"


@pytest.mark.full
@on_sqlite
async def test_the_form_leads_to_no_other_site(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    clock.pass_time(seconds=30)
    data = {"name": "Sam", "password": PASSWORD, "code": sam.code(clock), "back": "//evil.example"}
    answer = await client.post(SIGN_IN, data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert await is_in(client, {})
