"""Checking helplines, one after the other; what the help page makes of it."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import delete, select

from holdfast.audit.tables import AuditRow
from holdfast.resources.actions import Finding, check_line
from holdfast.resources.jobs import write_checks_out
from holdfast.resources.queries import checks_file, checks_in, helpline_doubts
from holdfast.resources.rules.checks import Checks, How, Result
from holdfast.resources.tables import CheckRow
from holdfast.rights.rules import Role, Staff
from members.walking import Page, send, visit
from town import StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/desk/steward/helplines"
SAMARITANS = f"{HERE}/gb-samaritans"
NOT_YET = "Not yet checked by the people who run this place."
CHECKED = "by the people who run this place."


async def elm_at(client: httpx.AsyncClient, town: Town, path: str = HERE) -> Page:
    client.cookies.set("holdfast", town.elm.token)
    return await visit(client, path)


async def help_for(client: httpx.AsyncClient, country: str = "gb") -> Page:
    return await visit(client, f"/help?country={country}")


@pytest.mark.full
@mostly_on_sqlite
async def test_a_line_that_was_checked_says_so_on_the_help_page_until_that_is_taken_back(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town)
    assert "0 of 157 checked" in page.said
    assert "Nobody has checked any of these numbers yet." in page.said
    page = await visit(client, SAMARITANS)
    before = (await help_for(client)).said.count(NOT_YET)
    page = await send(client, page, SAMARITANS, result="right", how="page", then="stay")
    assert "Your check is kept, and the help page follows it." in page.said
    assert "1 of 157 checked" in page.said
    shown = await help_for(client)
    assert f"Checked on 22 November 2026 {CHECKED}" in shown.said
    assert shown.said.count(NOT_YET) == before - 1
    undo = next(form.action for form in page.forms if form.action.endswith("/undo"))
    page = await send(client, page, undo)
    assert "That check is taken back." in page.said
    assert (await help_for(client)).said.count(NOT_YET) == before
    async with town.house.workshop.reading() as work:
        done = (await work.db.scalars(select(AuditRow.what))).all()
    assert [what for what in done if what.startswith("helpline:")] == [
        "helpline:checked",
        "helpline:check_undone",
    ]


@pytest.mark.full
@on_sqlite
async def test_a_wrong_line_leaves_the_help_page_at_once_but_never_the_number_for_danger(
    client: httpx.AsyncClient, town: Town
) -> None:
    assert "Samaritans" in (await help_for(client)).said
    page = await elm_at(client, town, SAMARITANS)
    page = await send(client, page, SAMARITANS, result="wrong", how="called", then="stay")
    assert "found wrong, not shown to anyone" in page.said
    assert "Samaritans" not in (await help_for(client)).said
    danger = f"{HERE}/gb-emergency"
    page = await visit(client, danger)
    assert "It is wrong, and I don’t know the right one" not in page.said
    answer = await client.post(danger, data={"result": "wrong", "how": "page"})
    assert answer.status_code == 400
    assert "This one always stays on the help page." in answer.text
    assert "999" in (await help_for(client)).said
    wrong = [doubt for doubt in helpline_doubts(checks=checks_of(town)) if doubt.why == "wrong"]
    assert [doubt.row for doubt in wrong] == ["gb-samaritans"]


def checks_of(town: Town) -> Checks:
    return checks_in(checks_file(town.house.settings.data))


@pytest.mark.full
@on_sqlite
async def test_a_number_that_moved_is_dialled_anew_and_its_history_stays(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, SAMARITANS)
    moved = {"result": "moved", "how": "asked", "then": "stay", "number_0": "116 124"}
    page = await send(client, page, SAMARITANS, **moved, source="https://www.samaritans.org/new")
    assert "116 124" in page.said
    shown = await help_for(client)
    assert "tel:116124" in shown.links
    assert "tel:116123" not in shown.links
    assert f"Checked on 22 November 2026 {CHECKED}" in shown.said
    page = await send(client, page, SAMARITANS, result="wrong", how="called", then="stay")
    undo = next(form.action for form in page.forms if form.action.endswith("/undo"))
    await send(client, page, undo)
    assert "tel:116124" in (await help_for(client)).links


WRONG = [
    ({"result": ""}, "Please say what you found."),
    ({"how": "guessed"}, "Please say how you checked it."),
    ({"number-0": "call us"}, "Please write the number as one dials it"),
    ({"number-0": "javascript:alert(1)"}, "Please write the number as one dials it"),
    ({"number-0": ""}, "Please write the number as one dials it"),
    ({"number-0": "116 123"}, "Please write the number as one dials it"),
    ({"source": "http://samaritans.org"}, "Please give the page where the new number stands."),
    ({"source": "https://x.org/ <b>"}, "Please give the page where the new number stands."),
]


@pytest.mark.full
@on_sqlite
async def test_what_cannot_be_dialled_changes_nothing_and_comes_back_as_it_was_written(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, SAMARITANS)
    good = {"result": "moved", "how": "page", "number-0": "116 124", "source": "https://x.org/"}
    for wrong, words in WRONG:
        answer = await client.post(SAMARITANS, data={**good, **wrong})
        assert answer.status_code == 400, wrong
        page = Page(answer)
        assert words in page.said
        kept = page.form(SAMARITANS).fields
        assert kept["source"] == {**good, **wrong}["source"]
        assert "116 123" in (await help_for(client)).said
    assert (await client.post(SAMARITANS, data=good)).status_code == 303


@pytest.mark.full
@on_sqlite
async def test_a_wrong_line_asks_for_a_fresh_sign_in_and_a_right_one_does_not(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await elm_at(client, town, SAMARITANS)
    clock.pass_time(minutes=10)
    page = await send(client, page, SAMARITANS, result="wrong", how="called")
    assert page.status == 403
    assert "Before this, please show once more that it is you." in page.said
    assert f"/staff/again?back={SAMARITANS}" in page.links
    assert "Samaritans" in (await help_for(client)).said
    page = await send(client, page, SAMARITANS, result="right", how="called", then="stay")
    assert "Your check is kept" in page.said


@pytest.mark.full
@on_sqlite
async def test_one_line_leads_to_the_next_and_the_home_country_comes_first(
    client: httpx.AsyncClient, town: Town
) -> None:
    await elm_at(client, town)
    answer = await client.get(f"{HERE}/next")
    assert answer.headers["location"] == f"{HERE}/gb-emergency"
    page = await visit(client, f"{HERE}/gb-emergency")
    assert f"{HERE}/next?after=gb-emergency" in page.links
    answer = await client.post(
        f"{HERE}/gb-emergency", data={"result": "right", "how": "page", "then": "next"}
    )
    page = await visit(client, answer.headers["location"])
    assert page.headings == ["Samaritans United Kingdom"]
    assert "1 of 157 checked" in page.said


@pytest.mark.full
@on_sqlite
async def test_a_check_runs_out_after_180_days_and_the_line_waits_for_the_next(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        finding = Finding(How.PAGE, Result.RIGHT)
        await check_line(work, town.elm.actor, line="gb-samaritans", finding=finding)
    await write_checks_out(town.house.workshop, town.house.settings.data)
    assert "Samaritans" in (await help_for(client)).said
    clock.pass_time(days=181)
    assert "Samaritans" not in (await help_for(client)).said
    async with town.house.workshop.work() as work:
        rose = await appoint(work, Role.STEWARD)
    client.cookies.set("holdfast", rose.token)
    page = await visit(client, SAMARITANS)
    assert "its check ran out" in page.said
    page = await send(client, page, SAMARITANS, result="right", how="page", then="stay")
    assert "Samaritans" in (await help_for(client)).said


@on_sqlite
async def test_the_checks_outlive_the_database(town: Town, clock: StillClock) -> None:
    data = town.house.settings.data
    assert isinstance(town.elm.actor, Staff)
    elm = replace(town.elm.actor, fresh_at=clock.now())
    async with town.house.workshop.work() as work:
        finding = Finding(How.CALLED, Result.WRONG)
        await check_line(work, elm, line="gb-shout", finding=finding)
    await write_checks_out(town.house.workshop, data)
    known = dict(checks_in(checks_file(data)))
    assert [(one.line, one.result) for one in known.values()] == [("gb-shout", Result.WRONG)]
    assert b"Elm" not in checks_file(data).read_bytes()
    async with town.house.workshop.work() as work:
        await work.db.execute(delete(CheckRow))
    await write_checks_out(town.house.workshop, data, opening=True)
    assert dict(checks_in(checks_file(data))) == known
    checks_file(data).write_text("not what we wrote")
    assert dict(checks_in(checks_file(data))) == {}
