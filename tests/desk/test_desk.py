"""The desk's queue and card by plain pages: what is seen, what is covered, what may be done."""

from __future__ import annotations

import re

import pytest

from crisis.voice import GOODBYE, HIGH
from desk.sitting import CARD, Desk
from holdfast.audit.queries import recent
from holdfast.rights.rules import Role
from holdfast.rooms.actions import take_seat
from town import EVENING, NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

WATCH = "I feel so hopeless lately, nothing matters any more."
CHILD = "I am 15 and my stepfather hits me every night."
MOVED_ON = "Somebody was quicker: this has changed since you looked."


@pytest.fixture
async def sam(desk: Desk) -> Person:
    return await desk.hires(Role.CRISIS_MODERATOR, "Sam")


@pytest.mark.full
@mostly_on_sqlite
async def test_the_gravest_stand_first_and_no_word_of_anybody_stands_in_the_queue(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await desk.hears(town.birch, WATCH)
    clock.pass_time(minutes=2)
    await desk.hears(town.ash, GOODBYE)
    page = await desk.opens(sam, "/desk")
    badges = re.findall(r"</svg>(Watch|High|Immediate)</span>", page.html)
    assert badges == ["Immediate", "Watch"]
    assert page.html.index("/desk/escalations/2") < page.html.index("/desk/escalations/1")
    assert "Nobody has it yet" in page.said
    assert "goodbye" not in page.html
    assert "hopeless" not in page.html
    fragment = await desk.at(sam).get("/desk/fragments/queue")
    assert "goodbye" not in fragment.text


@pytest.mark.full
@mostly_on_sqlite
async def test_words_are_covered_until_they_are_chosen_and_each_choice_stands_in_the_record(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash, GOODBYE)
    card = await desk.opens(sam)
    assert "kill myself" not in card.html
    assert f"{CARD}?show=0#sign-0" in card.links
    assert await desk.record("words:uncovered") == []
    shown = await desk.opens(sam, f"{CARD}?show=0")
    assert GOODBYE in shown.said
    marked = " ".join(re.findall(r"<mark>([^<]+)</mark>", shown.html))
    assert "kill myself" in marked
    assert marked != GOODBYE
    assert "held from the room" in shown.said
    assert await desk.record("words:uncovered") == ["words:uncovered"]
    await desk.opens(sam, f"{CARD}?show=0")
    assert await desk.record("words:uncovered") == ["words:uncovered"] * 2
    assert (await desk.opens(sam, f"{CARD}?show=7")).status == 404


@pytest.mark.full
@on_sqlite
async def test_without_scripts_no_page_moves_under_whoever_reads_it_and_each_can_be_looked_at_again(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    for page in (await desk.opens(sam, "/desk"), await desk.opens(sam)):
        assert 'http-equiv="refresh"' not in page.html
        assert "Look again" in page.said


@pytest.mark.full
@on_sqlite
async def test_the_record_names_the_room_in_which_the_words_were_said(
    desk: Desk, sam: Person, town: Town
) -> None:
    async with town.house.workshop.work() as work:
        await take_seat(work, town.ash.member, slug=EVENING)
    rooms = [(await town.seat(town.ash, slug)).room_id for slug in (NIGHT, EVENING)]
    await desk.hears(town.ash, HIGH)
    await town.say(town.ash, HIGH, EVENING)
    await town.house.reactions.settled()
    for number in (0, 1):
        await desk.opens(sam, f"{CARD}?show={number}")
    async with town.house.workshop.reading() as work:
        noted = [row.about for row in await recent(work) if row.what == "words:uncovered"]
    assert noted[::-1] == [f"room:{room}" for room in rooms]


@pytest.mark.full
@on_sqlite
async def test_the_talk_before_is_on_the_card_and_that_it_was_read_in_the_record(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await town.say(town.birch, "The kettle is on, if anybody is up.")
    clock.pass_time(seconds=5)
    await desk.hears(town.ash, HIGH)
    assert "The kettle is on" in (await desk.opens(sam)).said
    assert await desk.record("words:read") == ["words:read"]


@pytest.mark.full
@mostly_on_sqlite
async def test_an_escalation_is_taken_joined_and_passed_on_with_plain_forms(
    desk: Desk, sam: Person, town: Town
) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash)
    taken = await desk.does(sam, "take")
    assert (taken.status, "Taken by Sam" in taken.said) == (200, True)
    refused = await desk.does(fern, "take")
    assert (refused.status, MOVED_ON in refused.said) == (409, True)
    side = await desk.does(sam, "join")
    assert (side.status, "/desk" in side.links) == (200, True)
    passed = await desk.does(sam, "pass-on")
    assert passed.status == 200
    assert (await desk.does(fern, "take")).status == 200
    assert "Sam is there" not in (await desk.opens(fern)).said
    assert await desk.stages() == ["raised", "taken", "joined", "passed_on", "taken"]


@mostly_on_sqlite
async def test_raising_takes_one_person_and_lowering_a_second(
    desk: Desk, sam: Person, town: Town
) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash, HIGH)
    await desk.does(sam, "join")
    up = await desk.does(sam, "raise", to="immediate")
    assert "Immediate" in up.said
    asked = await desk.does(sam, "lower", to="high", why="talked")
    assert "You asked. It takes a second person." in asked.said
    assert CARD + "/grant" not in [form.action for form in asked.forms]
    before = await desk.version()
    own = await desk.does(sam, "grant", approval="1")
    assert (own.status, "Nobody can say yes to their own request." in own.said) == (409, True)
    assert await desk.version() == before
    seen = await desk.opens(fern)
    assert CARD + "/grant" in [form.action for form in seen.forms]
    assert (await desk.does(fern, "grant", approval="1")).status == 200
    assert (await desk.stages())[-2:] == ["asked_to_lower", "lowered"]


@mostly_on_sqlite
async def test_a_request_that_ran_out_is_refused_and_changes_nothing(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    await desk.does(sam, "close", how="safe", check_in_hours="24")
    clock.pass_time(minutes=16)
    before = await desk.version()
    late = await desk.does(fern, "grant", approval="1")
    assert (late.status, "That request has run out." in late.said) == (409, True)
    assert await desk.version() == before
    assert await desk.stages() == ["raised", "taken", "joined", "asked_to_close"]


@mostly_on_sqlite
async def test_what_is_closed_stays_closed(desk: Desk, sam: Person, town: Town) -> None:
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    await desk.does(sam, "close", how="safe", check_in_hours="24")
    closed = await desk.does(fern, "grant", approval="1")
    assert "This is closed. New words open a new one." in closed.said
    before = await desk.stages()
    for what, form in (
        ("take", {}),
        ("join", {}),
        ("pass-on", {}),
        ("raise", {"to": "immediate"}),
        ("lower", {"to": "high", "why": "talked"}),
        ("close", {"how": "safe", "check_in_hours": "24"}),
        ("grant", {"approval": "1"}),
        ("packet", {"words": "One", "wants": "Two"}),
        ("hand-over", {"service": "Night Line"}),
    ):
        refused = await desk.does(sam, what, **form)
        assert (what, refused.status, MOVED_ON in refused.said) == (what, 409, True)
    assert await desk.stages() == before


@on_sqlite
async def test_an_end_that_does_not_fit_and_one_nobody_knows_are_refused(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    before = await desk.stages()
    misfit = await desk.does(sam, "close", how="replied", check_in_hours="24")
    assert (misfit.status, "it can’t end that way" in misfit.said) == (422, True)
    for what, form in (
        ("close", {"how": "forgotten", "check_in_hours": "24"}),
        ("raise", {"to": "worse"}),
        ("lower", {"to": "high", "why": "tired"}),
        ("packet", {"words": "One", "wants": "Two", "unseen": "because"}),
    ):
        assert (await desk.does(sam, what, **form)).status == 400, what
    assert await desk.stages() == before


@on_sqlite
async def test_a_handover_waits_for_the_member_and_then_for_the_service(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    early = await desk.does(sam, "hand-over", service="Night Line")
    assert early.status == 409
    card = await desk.does(sam, "packet", words="I have it ready.", wants="Somebody to talk to.")
    assert "It waits until the member has read it and agrees." in card.said
    assert (await desk.does(sam, "hand-over", service="Night Line")).status == 409
    clock.pass_time(minutes=1)
    await desk.does(sam, "packet", words="One", wants="Two", unseen="danger_to_them")
    given = await desk.does(sam, "hand-over", service="Night Line")
    assert "Night Line said: I have them." in given.said
    assert "Somebody to talk to." not in given.said


@on_sqlite
async def test_about_a_child_the_lead_is_one_of_the_two(
    desk: Desk, sam: Person, town: Town
) -> None:
    supervisor = await desk.hires(Role.SUPERVISOR, "Robin")
    fern = await desk.hires(Role.LEAD, "Fern")
    await desk.hears(town.ash, CHILD)
    await desk.does(sam, "join")
    await desk.does(sam, "close", how="referred", check_in_hours="72")
    refused = await desk.does(supervisor, "grant", approval="1")
    assert (refused.status, "the lead decides, with a second person" in refused.said) == (409, True)
    assert "This is closed" in (await desk.does(fern, "grant", approval="1")).said


@on_sqlite
async def test_a_moderator_sees_the_queue_and_opens_only_what_is_to_be_watched(
    desk: Desk, sam: Person, town: Town
) -> None:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    await desk.hears(town.ash, HIGH)
    await desk.hears(town.birch, WATCH)
    queue = await desk.opens(maren, "/desk")
    assert "for a crisis moderator" in queue.said
    assert ("/desk/escalations/2" in queue.links, CARD in queue.links) == (True, False)
    assert (await desk.opens(sam)).status == 200
    absent = await desk.opens(maren, "/desk/escalations/99")
    for path in (CARD, f"{CARD}?show=0", "/desk/fragments/escalations/1"):
        assert (await desk.opens(maren, path)).status == absent.status == 404
    assert (await desk.opens(maren, "/desk/escalations/2")).status == 200
    assert await desk.record("words:uncovered") == []


@on_sqlite
@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR, Role.PARTNER, Role.MEMBER])
async def test_for_who_has_no_business_there_the_desk_is_not_there(
    desk: Desk, sam: Person, town: Town, role: Role
) -> None:
    await desk.hears(town.birch)
    other = town.ash if role is Role.MEMBER else await desk.hires(role, "Kim")
    for path in ("/desk", CARD, "/desk/held", "/desk/notes", "/desk/fragments/queue"):
        assert (await desk.opens(sam, path)).status == 200, path
        assert (await desk.opens(other, path)).status == 404, path
    record = await desk.opens(other, "/desk/record")
    assert record.status == (404 if role is Role.MEMBER else 200)


@on_sqlite
async def test_a_guest_is_asked_to_sign_in(desk: Desk, sam: Person) -> None:
    assert (await desk.at(sam).get("/desk")).status_code == 200
    desk.client.cookies.clear()
    assert (await desk.client.get("/desk")).status_code != 200


@on_sqlite
async def test_who_went_is_named_on_the_card_and_the_card_stays_open(
    desk: Desk, sam: Person, town: Town
) -> None:
    await desk.hears(town.ash)
    await desk.does(sam, "join")
    gone = await desk.at(town.ash).post("/leave", follow_redirects=False)
    assert gone.is_success
    await town.house.reactions.settled()
    card = await desk.opens(sam)
    assert "They went: signed out." in card.said
    assert "Nothing we do now reaches their device." in card.said
    assert CARD + "/close" in [form.action for form in card.forms]
