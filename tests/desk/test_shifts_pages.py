"""The rota's page: one's own shift, the week, the gaps, planning; without a script."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.rights.rules import Role, Staff
from holdfast.staff.actions.shifts import ShiftPlan, plan_shift
from holdfast.staff.queries import on_shift
from members.walking import Page, send, visit
from town import Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/desk/shifts"


async def of_role(house: House, role: Role) -> Person:
    async with house.workshop.work() as work:
        return await appoint(work, role)


async def looked_at(client: httpx.AsyncClient, person: Person, path: str = HERE) -> Page:
    client.cookies.set("holdfast", person.token)
    return await visit(client, path)


def id_of(person: Person) -> int:
    assert isinstance(person.actor, Staff)
    return person.actor.id


async def plan(town: Town, person: Person, clock: StillClock, hours: tuple[float, float]) -> None:
    start, end = (clock.now() + timedelta(hours=hour) for hour in hours)
    async with town.house.workshop.work() as work:
        await plan_shift(work, town.elm.actor, plan=ShiftPlan(id_of(person), start, end))  # type: ignore[arg-type]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_moderator_comes_and_goes_with_two_buttons(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    dahlia = await of_role(town.house, Role.MODERATOR)
    await plan(town, dahlia, clock, (0.25, 4))
    page = await looked_at(client, dahlia)
    assert "You are planned for 02:55–06:40." in page.said
    page = await send(client, page, f"{HERE}/check-in")
    assert "You are on shift. Thank you for being here." in page.said
    async with town.house.workshop.reading() as work:
        assert [one.staff_id for one in await on_shift(work, clock.now())] == [id_of(dahlia)]
    page = await send(client, page, f"{HERE}/check-out")
    assert "You are not on shift any more. Rest well." in page.said
    async with town.house.workshop.reading() as work:
        assert await on_shift(work, clock.now()) == []


@pytest.mark.full
@on_sqlite
async def test_without_a_plan_one_says_until_when_also_past_midnight(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, sam)
    refused = await send(client, page, f"{HERE}/check-in", stay="")
    assert refused.status == 409
    assert "Say until when you can stay." in refused.said
    page = await send(client, page, f"{HERE}/zone", zone="America/Los_Angeles")  # 18:40 there
    page = await send(client, page, f"{HERE}/check-in", stay="01:00")
    assert "You are on shift." in page.said
    async with town.house.workshop.reading() as work:
        (person,) = await on_shift(work, clock.now())
    assert person.until == clock.now() + timedelta(hours=6, minutes=20)


@pytest.mark.full
@on_sqlite
async def test_a_steward_plans_and_calls_off_and_sees_the_gaps_close(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR, name="Sam")
    page = await looked_at(client, town.elm)
    could = "Who could come: Sam."
    told = f"No crisis moderator is planned. {could} Nobody who reads English is planned. {could}"
    assert f"From now on {told}" in page.said
    form = {"staff": str(id_of(sam)), "day": "2026-11-22", "from": "20:00", "until": "04:00"}
    page = await send(client, page, HERE, **form)
    assert "The shift is on the rota." in page.said
    assert "20:00–04:00" in page.said
    assert "From now until 22 Nov 2026, 20:00 No crisis" in page.said
    assert f"is planned. {could}" in page.said, "before the shift they are free"
    taken = await send(client, page, HERE, **form)
    assert taken.status == 409
    assert "They are on the rota at that time already." in taken.said
    assert taken.form(HERE).fields["from"] == "20:00"
    off = next(form.action for form in page.forms if form.action.endswith("/call-off"))
    page = await send(client, page, off)
    assert "That shift is off the rota." in page.said
    assert "20:00–04:00" not in page.said


WRONG = [
    {"staff": "x"},
    {"staff": "9" * 30},
    {"day": "soon"},
    {"day": "9999-12-31"},
    {"from": "25:00"},
    {"from": "12:00+01:00"},
    {"role": "member"},
    {"until": "20:05"},
    {"languages": "English please"},
]


@pytest.mark.full
@on_sqlite
async def test_a_shift_that_cannot_be_comes_back_with_what_was_written(
    client: httpx.AsyncClient, town: Town
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, town.elm)
    form = {"staff": str(id_of(sam)), "day": "2026-11-22", "from": "20:00", "until": "23:00"}
    for wrong in WRONG:
        refused = await send(client, page, HERE, **{**form, **wrong})
        assert refused.status == 400, wrong
        kept = refused.form(HERE).fields
        assert {kept[name] == {**form, **wrong}[name] for name in ("day", "until")} == {True}
    assert (await send(client, page, HERE, **form)).status == 200


@pytest.mark.full
@on_sqlite
async def test_times_are_shown_in_the_zone_one_chose_and_planned_in_it(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    sam = await of_role(town.house, Role.CRISIS_MODERATOR)
    page = await looked_at(client, town.elm)
    page = await send(client, page, f"{HERE}/zone", zone="Asia/Tokyo")
    form = {"staff": str(id_of(sam)), "day": "2026-11-23", "from": "09:00", "until": "12:00"}
    page = await send(client, page, HERE, **form)
    assert "09:00–12:00" in page.said
    page = await send(client, page, f"{HERE}/zone", zone="UTC")
    assert "00:00–03:00" in (await visit(client, f"{HERE}?week=2026-11-23")).said
    answer = await client.post(f"{HERE}/zone", data={"zone": "../etc/passwd"})
    assert answer.status_code == 400


@pytest.mark.full
@on_sqlite
async def test_a_week_is_any_week_and_what_is_none_is_this_one(
    client: httpx.AsyncClient, town: Town
) -> None:
    this = await looked_at(client, town.elm)
    assert "Monday 16 November 2026" in this.said.replace("Monday, ", "Monday ")
    for week in ("nonsense", "0000-00-00", "2026-11-20"):
        assert (await visit(client, f"{HERE}?week={week}")).said == this.said
    for week in ("0001-01-01", "9999-12-31"):
        assert (await visit(client, f"{HERE}?week={week}")).status == 200
    assert "?week=2026-11-23" in this.links


@mostly_on_sqlite
async def test_who_may_not_plan_sees_no_form_for_it_and_members_see_nothing(
    client: httpx.AsyncClient, town: Town
) -> None:
    dahlia = await of_role(town.house, Role.MODERATOR)
    steward = await looked_at(client, town.elm)
    assert HERE in [form.action for form in steward.forms]
    page = await looked_at(client, dahlia)
    assert HERE not in [form.action for form in page.forms]
    client.cookies.set("holdfast", town.ash.token)
    assert (await client.get(HERE)).status_code == 404
    auditor = await of_role(town.house, Role.AUDITOR)
    client.cookies.set("holdfast", auditor.token)
    assert (await client.get(HERE)).status_code == 404
