"""The door: age, promises, four questions, a plain yes, and a way back or none."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import select

from holdfast.kit.house import House
from holdfast.members.actions import DOOR
from holdfast.members.rules import promises
from holdfast.members.rules.ages import AgeBand
from holdfast.members.tables import ConsentRow, MemberRow, SessionKind, SessionRow
from members.walking import Page, inside, send, to_the_yeses, visit
from town import StillClock, mostly_on_sqlite, on_sqlite

YOUNGER = [AgeBand.OLDER_TEEN, AgeBand.YOUNGER_TEEN, AgeBand.CHILD]


async def members_of(house: House) -> list[MemberRow]:
    async with house.workshop.reading() as work:
        return list(await work.db.scalars(select(MemberRow)))


@pytest.mark.full
@mostly_on_sqlite
async def test_someone_comes_in_without_name_or_address(
    client: httpx.AsyncClient, house: House
) -> None:
    page = await inside(client)
    assert page.headings == ["You’re in. Would you like to come back?"]
    assert page.status == 200
    (member,) = await members_of(house)
    assert (member.age_band, member.phrase_lookup) == ("18+", None)


@pytest.mark.full
@mostly_on_sqlite
async def test_each_yes_is_kept_with_its_day_its_version_and_its_language(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    client.headers["accept-language"] = "es"
    await inside(client)
    async with house.workshop.reading() as work:
        rows = list(await work.db.scalars(select(ConsentRow).order_by(ConsentRow.id)))
    assert tuple(row.kind for row in rows) == promises.CONSENTS_AT_THE_DOOR
    assert {row.version for row in rows} == {promises.VERSION}
    assert {row.given_at for row in rows} == {clock.now()}
    assert {row.language for row in rows} == {"es"}
    assert {row.withdrawn_at for row in rows} == {None}


@on_sqlite
async def test_the_question_of_age_gives_all_four_answers_alike_and_none_beforehand(
    client: httpx.AsyncClient,
) -> None:
    page = await visit(client, "/come-in")
    form = page.form("/come-in")
    assert sorted(form.offered) == sorted(AgeBand)
    assert form.fields == {}
    assert not re.search(r"only for|must be|at least|adults", page.said, re.IGNORECASE)


@on_sqlite
async def test_no_answer_is_asked_for_again_in_words_that_take_the_focus(
    client: httpx.AsyncClient,
) -> None:
    page = await send(client, await visit(client, "/come-in"), "/come-in")
    assert page.status == 422
    assert page.focused == "summary"
    assert "Please choose the one that is true for you." in page.said


@on_sqlite
@pytest.mark.parametrize("band", YOUNGER)
async def test_younger_people_get_a_page_of_their_own_and_nothing_of_them_is_kept(
    client: httpx.AsyncClient, house: House, band: str
) -> None:
    page = await send(client, await visit(client, "/come-in"), "/come-in", age=band)
    assert page.headings == ["We’re glad you told us"]
    assert "/help/young" in page.links
    assert dict(client.cookies) == {"holdfast-visit": "other-page"}
    assert band not in page.html
    assert await members_of(house) == []


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("band", YOUNGER)
async def test_going_back_does_not_change_the_answer_for_that_visit(
    client: httpx.AsyncClient, house: House, band: str
) -> None:
    ready = await to_the_yeses(client)
    first = await visit(client, "/come-in")
    younger = await send(client, first, "/come-in", age=band)
    again = await send(client, first, "/come-in", age="18+")
    assert again.headings == younger.headings
    for path in ("/come-in", "/come-in/promises", "/come-in/check", "/come-in/agree"):
        assert (await visit(client, path)).headings == younger.headings
    yeses = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
    after_all = await send(client, ready, "/come-in/agree", **yeses)
    assert after_all.headings == younger.headings
    assert await members_of(house) == []


@on_sqlite
async def test_another_visit_may_answer_anew(client: httpx.AsyncClient) -> None:
    answer = await client.post("/come-in", data={"age": AgeBand.CHILD})
    cookie = answer.headers["set-cookie"].lower()
    assert "max-age" not in cookie
    assert "expires" not in cookie
    client.cookies.clear()  # the browser was closed
    assert (await visit(client, "/come-in")).headings == ["How old are you?"]


@on_sqlite
async def test_all_seven_promises_come_with_something_said_well_and_something_said_better(
    client: httpx.AsyncClient,
) -> None:
    page = await send(client, await visit(client, "/come-in"), "/come-in", age="18+")
    for promise in promises.PROMISES:
        for words in (promise.title, promise.words, promise.said_well, promise.you_could_say):
            assert words in page.said
    assert len(promises.PROMISES) == 7


@on_sqlite
async def test_a_wrong_answer_is_explained_the_answers_stay_and_then_one_goes_on(
    client: httpx.AsyncClient,
) -> None:
    page = await send(client, await visit(client, "/come-in"), "/come-in", age="18+")
    page = await send(client, page, "/come-in/check")
    told = await send(client, page, "/come-in/check", danger="send", who_reads="room")
    assert told.status == 200
    assert told.headings == ["Thank you. Here is how it is"]
    assert "Not quite, and that’s all right." in told.said
    assert "no one here can come to where you are" in told.said
    fields = told.form("/come-in/check").fields
    assert (fields["danger"], fields["who-reads"]) == ("send", "room")
    assert (await send(client, told, "/come-in/check")).headings == ["What you say yes to"]


@on_sqlite
async def test_no_step_can_be_taken_before_the_one_it_rests_on(client: httpx.AsyncClient) -> None:
    for path in ("promises", "check", "agree", "agree?pass=ffff", "agree?pass=%C3%A9"):
        assert (await visit(client, f"/come-in/{path}")).headings == ["How old are you?"]
    page = await send(client, await visit(client, "/come-in"), "/come-in", age="18+")
    grown = page.form("/come-in/check").fields["pass"]
    early = await visit(client, f"/come-in/agree?pass={grown}")
    assert early.headings == ["How old are you?"]


@pytest.mark.full
@on_sqlite
async def test_a_step_taken_yesterday_still_counts_and_one_of_last_week_does_not(
    client: httpx.AsyncClient, clock: StillClock
) -> None:
    page = await to_the_yeses(client)
    address = f"/come-in/agree?pass={page.form('/come-in/agree').fields['pass']}"
    clock.pass_time(hours=24)
    assert (await visit(client, address)).headings == ["What you say yes to"]
    clock.pass_time(days=6)
    assert (await visit(client, address)).headings == ["How old are you?"]


@on_sqlite
async def test_nothing_is_ticked_beforehand_and_what_was_ticked_stays(
    client: httpx.AsyncClient, house: House
) -> None:
    page = await to_the_yeses(client)
    form = page.form("/come-in/agree")
    assert set(form.offered) == {*promises.CONSENTS_AT_THE_DOOR, "shared"}
    assert set(form.fields) == {"pass", "version"}
    asked = await send(client, page, "/come-in/agree", promises="yes", age="yes")
    assert (asked.status, asked.focused) == (422, "summary")
    assert {"#words", "#danger-signs"} <= set(asked.links)
    kept = asked.form("/come-in/agree").fields
    assert (kept["promises"], kept["age"]) == ("yes", "yes")
    assert "words" not in kept
    assert await members_of(house) == []


@on_sqlite
async def test_promises_that_have_changed_since_are_read_again(client: httpx.AsyncClient) -> None:
    yeses = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
    page = await to_the_yeses(client)
    answer = await send(client, page, "/come-in/agree", version="2020-01-01", **yeses)
    assert answer.status == 409
    assert "The promises have changed. Please read them again." in answer.said


@pytest.mark.full
@on_sqlite
async def test_a_yes_sent_twice_lets_one_person_in_once(
    client: httpx.AsyncClient, house: House
) -> None:
    yeses = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
    page = await to_the_yeses(client)
    for _ in range(2):
        after = await send(client, page, "/come-in/agree", **yeses)
        assert after.headings == ["You’re in. Would you like to come back?"]
    assert len(await members_of(house)) == 1


@on_sqlite
async def test_where_too_many_come_at_once_no_tick_is_lost_and_a_moment_later_it_works(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    yeses = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
    page = await to_the_yeses(client)
    while house.limits.wait("door", DOOR) == 0:
        pass
    asked = await send(client, page, "/come-in/agree", **yeses)
    assert (asked.status, asked.focused) == (429, "refused")
    assert {"promises", "words", "age", "danger-signs"} <= set(asked.form("/come-in/agree").fields)
    assert await members_of(house) == []
    clock.pass_time(seconds=1)
    await send(client, asked, "/come-in/agree")
    assert len(await members_of(house)) == 1


@on_sqlite
async def test_before_the_last_yes_nothing_is_set_and_nothing_is_kept(
    client: httpx.AsyncClient, house: House
) -> None:
    await to_the_yeses(client)
    assert dict(client.cookies) == {}
    assert await members_of(house) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_seven_words_are_shown_once_and_let_their_member_back_in(
    client: httpx.AsyncClient, house: House
) -> None:
    shown = await send(client, await inside(client), "/come-in/words")
    phrase = words_of(shown)
    (member,) = await members_of(house)
    assert (await visit(client, "/come-in/place")).headings == ["Rooms"]
    await client.post("/sign-out")
    assert dict(client.cookies) == {}
    page = await send(client, await visit(client, "/sign-in"), "/sign-in", phrase=phrase)
    assert page.headings == ["Rooms"]
    assert [row.id for row in await members_of(house)] == [member.id]


@pytest.mark.full
@on_sqlite
async def test_words_may_be_done_without_after_they_were_shown(
    client: httpx.AsyncClient, house: House
) -> None:
    shown = await send(client, await inside(client), "/come-in/words")
    assert (await send(client, shown, "/come-in/visit")).headings == ["Rooms"]
    (member,) = await members_of(house)
    assert member.phrase_lookup is None
    client.cookies.clear()
    again = await send(client, await visit(client, "/sign-in"), "/sign-in", phrase=words_of(shown))
    assert again.status == 422


@pytest.mark.full
@on_sqlite
async def test_a_visit_ends_within_a_day_and_a_kept_place_lasts(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    page = await inside(client)
    assert await session_of(house) == (SessionKind.VISIT, 24)
    await send(client, page, "/come-in/words")
    kind, hours = await session_of(house)
    assert (kind, hours) == (SessionKind.KEPT, 90 * 24)
    clock.pass_time(days=91)
    assert (await visit(client, "/me")).status == 401


async def session_of(house: House) -> tuple[SessionKind, int]:
    async with house.workshop.reading() as work:
        row = (await work.db.scalars(select(SessionRow))).one()
        return row.kind, int((row.ends_at - work.clock.now()).total_seconds() // 3600)


def words_of(page: Page) -> str:
    found = re.search(r'class="b words"[^>]*>([^<]+)<', page.html)
    assert found
    return found[1].strip()
