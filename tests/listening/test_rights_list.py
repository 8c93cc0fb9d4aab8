"""The lead's list of rights: who, what, until when, by whom, why it rests, and what can be done."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from holdfast.audit.tables import AuditRow
from holdfast.kit.errors import NotFound
from holdfast.listening.actions import (
    decide_guard,
    extend_right,
    grant_by_code,
    let_right_go_on,
)
from holdfast.listening.rules.sessions import GoesOn, GuardOutcome, NotNow
from holdfast.listening.tables import FeedbackRow, GuardCallRow, ListeningRow
from holdfast.messages.rules.fates import ContactDetail
from holdfast.rights.actions import freeze_right, make_granting_code
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Role, System
from holdfast.rights.tables import RightRole, RightRow
from holdfast.rooms.tables import SeatRow
from listening.talking import Stage
from town import Person, appoint, on_sqlite

pytestmark = on_sqlite
HERE = "/desk/listening"
NUMBER = "Write to me outside, my number is +44 7700 900123"


async def _list(client: httpx.AsyncClient, talks: Stage) -> str:
    answer = await client.get(HERE, headers={**talks.fern.bearer, "accept": "text/html"})
    assert answer.status_code == 200
    return answer.text.partition('id="rights"')[2]


async def _post(
    client: httpx.AsyncClient, person: Person, path: str, **form: str
) -> httpx.Response:
    headers = {**person.bearer, "accept": "text/html"}
    return await client.post(f"{HERE}/rights/{path}", data=form, headers=headers)


async def _right_of(talks: Stage, person: Person) -> RightRow:
    row = await talks.one(RightRow, member_id=person.member.id)
    assert isinstance(row, RightRow)
    return row


@pytest.mark.full
async def test_the_list_says_who_what_by_whom_and_until_when(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    cedar, birch = talks.town.cedar, talks.town.birch
    assert "A member who has not listened yet" in await _list(client, talks)
    await talks.on_duty(cedar)
    await talks.two(talks.town.ash, cedar)
    row = await talks.one(ListeningRow)
    seat = await talks.one(SeatRow, id=row.listener_seat)
    async with talks.town.house.workshop.work() as work:
        code = await make_granting_code(work, birch.member)
        until = talks.clock.now() + timedelta(days=90)
        await grant_by_code(work, talks.fern.actor, code=code, role=RightRole.HOST, until=until)
    shown = await _list(client, talks)
    assert f"Listened last as {seat.pseudonym}" in shown
    assert "To host a circle" in shown
    assert "Given by Fern on" in shown
    assert "A member who hosts no circle now" in shown
    names = {one.pseudonym for one in await talks.all(SeatRow, member_id=cedar.member.id)}
    assert [name for name in names if name in shown] == [seat.pseudonym], "no other name of theirs"


@pytest.mark.full
async def test_answers_are_shown_from_ten_on_and_in_whole_tens(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    listener = talks.town.cedar.member.id

    async def answered(count: int) -> None:
        async with talks.town.house.workshop.work() as work:
            for _ in range(count):
                month = talks.clock.now().date().replace(day=1)
                work.db.add(
                    FeedbackRow(listener_id=listener, month=month, heard=2, safe=2, again=1)
                )

    await answered(9)
    assert "Fewer than ten answers so far" in await _list(client, talks)
    await answered(1)
    ten = "Of 10 answers: felt heard 100\u202f%, felt safe 100\u202f%, would come again 50\u202f%"
    assert ten in await _list(client, talks)
    await answered(9)
    assert ten in await _list(client, talks)


@pytest.mark.full
async def test_a_right_gets_another_last_day_within_a_year(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    right = await _right_of(talks, talks.town.cedar)
    later = (talks.clock.now() + timedelta(days=200)).date()
    done = await _post(client, talks.fern, f"{right.id}/extend", until=later.isoformat())
    assert done.headers["location"] == f"{HERE}?saved=extended#rights"
    assert (await _right_of(talks, talks.town.cedar)).until.date() == later
    far = (talks.clock.now() + timedelta(days=500)).date().isoformat()
    for until in (far, "2001-01-01", "soon"):
        refused = await _post(client, talks.fern, f"{right.id}/extend", until=until)
        assert refused.status_code == 400
    assert (await _right_of(talks, talks.town.cedar)).until.date() == later
    assert len(await talks.all(AuditRow, what="right:extended")) == 1


@pytest.mark.full
async def test_a_right_that_rests_says_why_and_holds_again_by_a_person_with_a_reason(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    right, cedar = await _right_of(talks, talks.town.cedar), talks.town.cedar.member.id
    async with talks.town.house.workshop.work() as work:
        await freeze_right(work, System(), right_id=right.id, why="guard")
    shown = await _list(client, talks)
    assert "It rests since" in shown
    assert "They tried twice to pass on a way to be reached." in shown
    assert (await _post(client, talks.fern, f"{right.id}/go-on", why="")).status_code == 400
    done = await _post(client, talks.fern, f"{right.id}/go-on", why="slip")
    assert done.headers["location"] == f"{HERE}?saved=goes_on#rights"
    async with talks.town.house.workshop.reading() as work:
        assert await has_right(work, cedar, RightRole.LISTENER)
    (noted,) = await talks.all(AuditRow, what="right:goes_on")
    assert noted.why == "slip"
    assert (await _post(client, talks.fern, f"{right.id}/go-on", why="slip")).status_code == 404


@pytest.mark.full
async def test_nobody_lets_it_go_on_past_a_talk_that_is_still_to_be_decided(
    client: httpx.AsyncClient, talks: Stage
) -> None:
    await talks.on_duty(talks.town.cedar, most=2)
    slugs = [
        await talks.two(talks.town.ash, talks.town.cedar),
        await talks.two(talks.town.birch, talks.town.cedar),
    ]
    for slug in slugs:
        for number in range(2):
            with pytest.raises(ContactDetail):
                await talks.town.say(
                    talks.town.cedar, NUMBER, slug, nonce=f"try-{slug}-{number}"[:60]
                )
            await talks.settled()
    right = await _right_of(talks, talks.town.cedar)
    assert right.frozen_why == "guard"
    shown = await _list(client, talks)
    assert "Decide about the talk first" in shown
    assert "/go-on" not in shown
    one, other = await talks.all(GuardCallRow)
    workshop = talks.town.house.workshop
    with pytest.raises(NotNow):
        async with workshop.work() as work:
            await let_right_go_on(work, talks.fern.actor, right_id=right.id, why=GoesOn.SLIP)
    for call, rests in ((one, True), (other, False)):
        async with workshop.work() as work:
            goes_on = GuardOutcome.GOES_ON
            await decide_guard(work, talks.hazel.actor, session_id=call.session_id, outcome=goes_on)
        await talks.settled()
        assert ((await _right_of(talks, talks.town.cedar)).frozen_at is not None) is rests


async def test_who_grants_no_rights_changes_none(talks: Stage) -> None:
    right = await _right_of(talks, talks.town.cedar)
    until = talks.clock.now() + timedelta(days=20)
    workshop = talks.town.house.workshop
    async with workshop.work() as work:
        await freeze_right(work, System(), right_id=right.id, why="guard")
        dahlia = await appoint(work, Role.MODERATOR, name="Dahlia")
        await extend_right(work, talks.fern.actor, right_id=right.id, until=until)
    for nobody in (dahlia.actor, talks.hazel.actor, talks.town.cedar.actor):
        with pytest.raises(NotFound):
            async with workshop.work() as work:
                await extend_right(work, nobody, right_id=right.id, until=until)
        with pytest.raises(NotFound):
            async with workshop.work() as work:
                await let_right_go_on(work, nobody, right_id=right.id, why=GoesOn.SLIP)
