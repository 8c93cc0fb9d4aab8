"""What a member gets when their words are kept: in place, with plain forms and on the live line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from crisis.voice import GOODBYE
from desk.sitting import Desk
from holdfast.crisis.events import CareOffered
from holdfast.crisis.queries import open_escalations
from holdfast.kit.work import Event
from holdfast.members.actions import stay_for_this_visit
from holdfast.messages.actions import return_post
from holdfast.messages.queries.held import held_posts
from holdfast.rights.rules import Role
from holdfast.rooms.rules import RoomState
from holdfast.rooms.tables import RoomRow
from holdfast.staff.actions.shifts import ShiftPlan, check_in, plan_shift
from members.walking import Page, send
from serving import Served
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite
from wellbeing.planning import staff

ROOM = f"/rooms/{NIGHT}"
SAY = f"{ROOM}/messages"
CONTACT = "You can write to me at heron.night@example.org if it gets late."
WATCH = "I feel so hopeless lately, nothing matters any more."


@pytest.fixture
def desk(town: Town, client: httpx.AsyncClient) -> Desk:
    return Desk(town, client)


@pytest.fixture
async def sam(desk: Desk) -> Person:
    return await desk.hires(Role.CRISIS_MODERATOR, "Sam")


async def says(desk: Desk, who: Person, text: str, path: str = ROOM, **more: str) -> Page:
    """By the form of the page, with JavaScript off."""
    page = await send(
        desk.at(who), await desk.opens(who, path), f"{path}/messages", text=text, **more
    )
    await desk.town.house.reactions.settled()
    return page


async def goes_quiet(town: Town) -> None:
    """Nobody is on shift: nothing may be said into the night room."""
    seat = await town.seat(town.ash)
    async with town.house.workshop.work() as work:
        (await work.db.get_one(RoomRow, seat.room_id)).state = RoomState.QUIET
    town.house.ledger.states[seat.room_id] = (RoomState.QUIET, None)


async def is_on_shift(town: Town, who: Person) -> None:
    async with town.house.workshop.work() as work:
        await check_in(work, who.actor, until=work.clock.now() + timedelta(hours=4))


async def side_of(desk: Desk, who: Person) -> str:
    """The way to the side space, as the member's own page leads there."""
    page = await desk.opens(who, ROOM)
    return next(link for link in page.links if link.startswith("/rooms/side-"))


@pytest.mark.full
@mostly_on_sqlite
async def test_a_goodbye_stays_in_its_place_for_its_writer_and_nobody_else_sees_it(
    desk: Desk, town: Town, sam: Person
) -> None:
    await is_on_shift(town, sam)
    await says(desk, town.ash, GOODBYE)
    page = await desk.opens(town.ash, ROOM)
    assert GOODBYE in page.said
    assert "Only you and the person who comes can see this" in page.said
    assert "We are getting someone for you" in page.said
    assert "/help" in page.links
    assert SAY in [form.action for form in page.forms], "the box stays open"
    assert "flag" not in page.said.lower()
    assert GOODBYE not in (await desk.opens(town.birch, ROOM)).said
    await desk.does(sam, "join")
    page = await desk.opens(town.ash, ROOM)
    assert "Sam is here for you" in page.said
    assert "Only you and Sam can see this" in page.said


@pytest.mark.full
@on_sqlite
async def test_kept_words_can_be_taken_back_and_are_gone_then(desk: Desk, town: Town) -> None:
    page = await says(desk, town.ash, GOODBYE)
    [back] = [form.action for form in page.forms if "/held/" in form.action]
    assert "/held/" not in (await desk.opens(town.birch, ROOM)).html
    assert (await desk.at(town.birch).post(back)).status_code == 404
    assert GOODBYE in (await desk.opens(town.ash, ROOM)).said
    assert GOODBYE not in (await send(desk.at(town.ash), page, back)).said
    async with town.house.workshop.reading() as work:
        assert len(await open_escalations(work)) == 1, "somebody still looks after her"


@pytest.mark.full
@on_sqlite
async def test_when_nobody_is_awake_the_card_says_so_and_when_the_next_person_comes(
    desk: Desk, town: Town, sam: Person
) -> None:
    await says(desk, town.ash, GOODBYE)
    page = await desk.opens(town.ash, ROOM)
    assert "Nobody from here is awake now." in page.said
    assert "We can’t say when the next person comes. Please don’t wait for us." in page.said
    async with town.house.workshop.work() as work:
        starts = work.clock.now() + timedelta(hours=3, minutes=20)
        plan = ShiftPlan(staff(sam).id, starts, starts + timedelta(hours=4), None, ())
        await plan_shift(work, town.elm.actor, plan=plan)
    page = await desk.opens(town.ash, ROOM)
    assert "The next person comes at 06:00. Please don’t wait for us." in page.said
    assert "Sam is" not in page.said


@pytest.mark.full
@on_sqlite
async def test_in_a_quiet_room_a_letter_is_left_as_it_is_and_kept(desk: Desk, town: Town) -> None:
    await goes_quiet(town)
    refused = Page(await desk.at(town.ash).post(SAY, data={"text": "A long night."}))
    assert (refused.status, "You can leave a letter" in refused.said) == (409, True)
    assert "A long night." in refused.html
    assert "/help" in refused.links
    page = await says(desk, town.ash, "A long night.")
    assert "Your letter is kept. Someone reads it when they come." in page.said
    assert "Please don’t wait for us." in page.said
    assert "A long night." not in (await desk.opens(town.birch, ROOM)).said


@mostly_on_sqlite
async def test_a_way_to_be_reached_is_not_sent_and_may_be_read_first(
    desk: Desk, town: Town
) -> None:
    refused = await says(desk, town.ash, CONTACT)
    assert refused.status == 409
    assert "There is a way to reach you in this" in refused.said
    assert "Let someone read it first" in refused.said
    assert CONTACT in refused.said, "the words stay in the box"
    form = refused.form(SAY)
    kept = await desk.at(town.ash).post(
        SAY, data={**form.fields, "text": CONTACT, "as_is": "1"}, follow_redirects=True
    )
    assert "Kept until someone has read it. Only you can see it." in kept.text
    assert CONTACT not in (await desk.opens(town.birch, ROOM)).said


@pytest.mark.full
@on_sqlite
async def test_the_side_space_leads_to_help_the_plan_and_a_way_to_say_it_came_out_wrong(
    desk: Desk, town: Town, sam: Person
) -> None:
    await is_on_shift(town, sam)
    await says(desk, town.ash, GOODBYE)
    side = await side_of(desk, town.ash)
    page = await desk.opens(town.ash, side)
    assert {"/help", "/me/safety-plan", f"{side}/handover"} <= set(page.links)
    before = await desk.stages()
    await send(desk.at(town.ash), page, f"{side}/safe")
    assert await desk.stages() == [*before, "said_safe"]
    async with town.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert int(one.concern) == 3, "it lowers nothing by itself"
    assert (await desk.at(town.birch).post(f"{side}/safe")).status_code == 404
    assert await desk.stages() == [*before, "said_safe"]


@pytest.mark.full
@on_sqlite
async def test_the_handover_is_shown_and_goes_only_after_a_yes(
    desk: Desk, town: Town, sam: Person
) -> None:
    await says(desk, town.ash, GOODBYE)
    await desk.does(sam, "join")
    side = await side_of(desk, town.ash)
    assert "There is nothing here yet." in (await desk.opens(town.ash, f"{side}/handover")).said
    await desk.does(sam, "packet", words="I have it ready.", wants="Somebody to talk to.")
    page = await desk.opens(town.ash, f"{side}/handover")
    assert "I have it ready." in page.said
    assert (await desk.opens(town.birch, f"{side}/handover")).status == 404
    agreed = await desk.at(town.ash).post(
        f"{side}/handover", data={"agree": "yes"}, follow_redirects=True
    )
    assert "You agreed to this." in agreed.text


@on_sqlite
async def test_a_handover_that_waits_for_a_yes_is_said_in_the_side_space(
    desk: Desk, town: Town, sam: Person, clock: StillClock
) -> None:
    await says(desk, town.ash, GOODBYE)
    await desk.does(sam, "join")
    side, waits = await side_of(desk, town.ash), "It waits for your yes."
    told: list[Event] = []
    town.house.workshop.everywhere.append(told.append)
    packet = {"words": "I have it ready.", "wants": "Somebody to talk to."}
    await desk.does(sam, "packet", unseen="danger_to_them", **packet)
    assert waits not in (await desk.opens(town.ash, side)).said
    assert not any(isinstance(event, CareOffered) for event in told)
    clock.pass_time(seconds=1)
    await desk.does(sam, "packet", **packet)
    assert [event.person for event in told if isinstance(event, CareOffered)] == ["Sam"]
    for way in (side, f"{side}/care"):
        assert waits in (await desk.opens(town.ash, way)).said
        assert waits not in (await desk.opens(sam, way)).said
    await desk.at(town.ash).post(f"{side}/handover", data={"agree": "yes"})
    assert waits not in (await desk.opens(town.ash, side)).said


@pytest.mark.full
@on_sqlite
async def test_who_asks_for_company_gets_a_side_space_and_somebody_is_called(
    desk: Desk, town: Town, sam: Person
) -> None:
    await is_on_shift(town, sam)
    await says(desk, town.ash, WATCH)
    calm = await desk.opens(town.ash, f"{ROOM}/care?calm=1")
    assert "Do you want someone to sit with you?" in calm.said
    beside = await send(desk.at(town.ash), calm, f"{ROOM}/company")
    assert beside.status == 200
    assert "asked_for_company" in await desk.stages()
    assert (await side_of(desk, town.ash)).startswith("/rooms/side-")


@pytest.mark.full
@on_sqlite
async def test_who_is_here_for_one_visit_is_told_that_we_cannot_find_them_again(
    desk: Desk, town: Town, sam: Person
) -> None:
    told, at_the_desk = "we can’t find you again", "This member is here for this visit only."
    await says(desk, town.ash, GOODBYE)
    side = await side_of(desk, town.ash)
    assert told not in (await desk.opens(town.ash, side)).said
    assert at_the_desk not in (await desk.opens(sam)).said
    async with town.house.workshop.work() as work:
        await stay_for_this_visit(work, town.ash.member)
    page = await desk.opens(town.ash, side)
    assert told in page.said
    assert "/me#words" in page.links
    assert at_the_desk in (await desk.opens(sam)).said


@pytest.mark.full
async def test_the_live_line_says_what_is_kept_who_comes_and_what_came_back(
    town: Town, served: Served, client: httpx.AsyncClient
) -> None:
    desk = Desk(town, client)
    sam = await desk.hires(Role.CRISIS_MODERATOR, "Sam")
    hers, birchs = await served.line(town.ash), await served.line(town.birch)
    await hers.enter()
    await birchs.enter()
    refused = await hers.post(CONTACT, nonce="the-address-1")
    assert (refused["event"], refused["code"]) == ("refused", "contact_detail")
    held = await hers.post(CONTACT, nonce="the-address-2", as_is=True)
    assert (held["event"], held["why"]) == ("held", "contact")
    async with town.house.workshop.reading() as work:
        [waiting] = await held_posts(work, town.reader(town.elm))
    await return_post(
        town.house.ledger, sam.actor, message_id=waiting.id, rule="private", suggestion="I am here."
    )
    back = await hers.hear_next("returned")
    assert (back["nonce"], back["rule"]) == ("the-address-2", "private")
    held = await hers.post(GOODBYE, nonce="the-goodbye-1")
    assert (held["event"], held["why"]) == ("held", "concern")
    care = await hers.hear_next("care")
    assert (care["level"], care["room"]) == ("immediate", NIGHT)
    await hers.say("withdraw", room=NIGHT, of="the-goodbye-1", nonce="take-back-0001")
    assert (await hers.hear_next("accepted"))["nonce"] == "take-back-0001"
    await birchs.post("Still here.", nonce="still-here-001")
    heard: list[dict[str, Any]] = []
    while (event := await birchs.hear())["event"] != "posted" or event["text"] != "Still here.":
        heard.append(event)
    assert not [one for one in heard if one["event"] in {"held", "returned", "care"}]
