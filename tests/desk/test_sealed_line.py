"""The page of a sealed line: asked, agreed to and read with plain forms, by two who may."""

from __future__ import annotations

import httpx
import pytest

from crisis.voice import GOODBYE, HIGH, speak
from holdfast.crisis.actions import close_escalation, grant, join_escalation
from holdfast.crisis.rules.steps import Outcome
from holdfast.rights.rules import Role
from holdfast.staff.actions.signing_in import refresh
from holdfast.staff.tables import StaffWay
from members.walking import Page, send, visit
from town import NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite
from wellbeing.planning import WHY, WORST, seal, staff

HERE = "/desk/escalations/1/sealed-line"


class Two:
    """Sam, who is with Ash, and Fern, each at their own browser in turn."""

    def __init__(self, client: httpx.AsyncClient, sam: Person, fern: Person) -> None:
        self.client, self.sam, self.fern = client, sam, fern

    def at(self, person: Person) -> httpx.AsyncClient:
        self.client.cookies.set("holdfast", person.token)
        return self.client

    async def sees(self, person: Person) -> Page:
        return await visit(self.at(person), HERE)


@pytest.fixture
async def two(client: httpx.AsyncClient, town: Town) -> Two:
    await seal(town, town.ash)
    await speak(town, town.ash, GOODBYE)
    await town.house.reactions.settled()
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR)
        fern = await appoint(work, Role.LEAD)
        await join_escalation(work, sam.actor, escalation_id=1)
    return Two(client, sam, fern)


@pytest.mark.full
@mostly_on_sqlite
async def test_two_people_open_it_with_plain_forms(two: Two) -> None:
    assert HERE in (await visit(two.at(two.sam), "/desk/escalations/1")).links
    page = await send(two.at(two.sam), await two.sees(two.sam), HERE, reason=WHY)
    assert "A second person can say yes until 02:55." in page.said
    assert WHY in page.said
    assert not [form for form in page.forms if form.action.endswith("/agree")]
    page = await two.sees(two.fern)
    assert WHY in page.said
    (agree,) = [form.action for form in page.forms if form.action.endswith("/agree")]
    page = await send(two.at(two.fern), page, agree)
    assert WORST not in page.said
    read = agree.replace("/agree", "/read")
    page = await send(two.at(two.sam), await two.sees(two.sam), read)
    assert WORST in page.said
    assert "The member can see on their own page that you two read it" in page.said
    assert WORST not in (await two.sees(two.sam)).html
    card = await visit(two.at(two.sam), "/desk/escalations/1")
    assert "Read the sealed line; the member can see that" in card.said
    assert WORST not in card.html


@pytest.mark.full
@on_sqlite
async def test_a_reason_that_says_nothing_is_asked_for_again_with_its_words(two: Two) -> None:
    page = await send(two.at(two.sam), await two.sees(two.sam), HERE, reason="now")
    assert (page.status, page.focused) == (400, "reason")
    assert 'value="now"' in page.html
    assert "Write in a sentence why this is needed now." in page.said


@on_sqlite
async def test_who_is_not_with_the_member_is_told_how_to_ask(two: Two) -> None:
    page = await two.sees(two.fern)
    assert HERE not in [form.action for form in page.forms]
    assert "Take the escalation first, or go in as the second person." in page.said


@pytest.mark.full
@on_sqlite
async def test_what_ran_out_is_asked_anew_after_showing_who_one_is(
    two: Two, clock: StillClock, town: Town
) -> None:
    await send(two.at(two.sam), await two.sees(two.sam), HERE, reason=WHY)
    clock.pass_time(minutes=16)
    late = await two.at(two.sam).get(HERE)
    assert late.status_code != 200
    async with town.house.workshop.work() as work:
        await refresh(work, staff(two.sam), way=StaffWay.PASSKEY)
    page = await two.sees(two.sam)
    assert "What was asked before has run out." in page.said
    page = await send(two.at(two.sam), page, HERE, reason=WHY)
    assert "A second person can say yes until 03:11." in page.said


@pytest.mark.full
@on_sqlite
async def test_nobody_else_finds_the_page(two: Two, town: Town) -> None:
    assert (await two.sees(two.fern)).status == 200
    async with town.house.workshop.work() as work:
        others = [await appoint(work, role) for role in (Role.MODERATOR, Role.STEWARD)]
    for person in (*others, town.ash, town.birch):
        assert (await two.at(person).get(HERE)).status_code == 404
        assert (await two.at(person).post(HERE, data={"reason": WHY})).status_code == 404
    assert (await two.at(two.fern).get(HERE.replace("1", "77"))).status_code == 404


@pytest.mark.full
@on_sqlite
async def test_at_high_or_without_a_line_the_page_says_so(
    two: Two, town: Town, client: httpx.AsyncClient
) -> None:
    await speak(town, town.birch, HIGH, nonce="nonce-0000-0002")
    await town.house.reactions.settled()
    other = HERE.replace("1", "2")
    assert "This member left no line." in (await visit(two.at(two.fern), other)).said
    await seal(town, town.birch)
    assert "only while the concern is immediate" in (await visit(two.at(two.fern), other)).said


@pytest.mark.full
@on_sqlite
async def test_once_it_is_over_the_member_is_told_in_the_rooms_until_they_have_seen_it(
    two: Two, town: Town, clock: StillClock
) -> None:
    told = "Your sealed line was opened by two people from here."
    page = await send(two.at(two.sam), await two.sees(two.sam), HERE, reason=WHY)
    page = await two.sees(two.fern)
    (agree,) = [form.action for form in page.forms if form.action.endswith("/agree")]
    await send(two.at(two.fern), page, agree)
    await two.at(two.sam).post(agree.replace("/agree", "/read"))
    assert told not in (await visit(two.at(town.ash), f"/rooms/{NIGHT}")).said
    async with town.house.workshop.work() as work:
        asked = await close_escalation(
            work, two.sam.actor, escalation_id=1, how=Outcome.SAFE, check_in_hours=24
        )
        assert asked is not None
        await grant(work, two.fern.actor, escalation_id=1, approval=asked.row)
    clock.pass_time(minutes=16)
    room = await visit(two.at(town.ash), f"/rooms/{NIGHT}")
    assert told in room.said
    assert "/me/safety-plan#openings" in room.links
    assert told not in (await visit(two.at(town.birch), f"/rooms/{NIGHT}")).said
    assert WHY in (await visit(two.at(town.ash), "/me/safety-plan")).said
    assert told not in (await visit(two.at(town.ash), f"/rooms/{NIGHT}")).said
