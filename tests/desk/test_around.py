"""What stands around a card: the rooms, the queue as it is asked for, whom nobody has answered."""

from __future__ import annotations

import re

import pytest

from crisis.voice import GOODBYE
from desk.sitting import CARD, Desk
from holdfast.desk.pages.strip import spark
from holdfast.rights.rules import Role, Staff, System
from holdfast.wellbeing.actions.caring import note_exposure
from town import EVENING, NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

WATCH = "I feel so hopeless lately, nothing matters any more."


@pytest.fixture
async def sam(desk: Desk) -> Person:
    return await desk.hires(Role.CRISIS_MODERATOR, "Sam")


@pytest.mark.full
@mostly_on_sqlite
async def test_whom_nobody_has_answered_stands_in_the_second_lane_and_leads_into_the_room(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    await town.say(town.cedar, "Is anybody up?", EVENING)
    assert "Nobody has answered yet" not in (await desk.opens(sam, "/desk")).said
    clock.pass_time(minutes=12)
    town.house.ledger.is_newcomer = lambda one: one == town.cedar.member.id
    page = await desk.opens(sam, "/desk")
    assert "Nobody has answered yet" in page.said
    ways = [f"/desk/rooms/{slug}/answer" for slug in (EVENING, NIGHT)]
    assert [form.action for form in page.forms if form.action in ways] == ways, "newcomers first"
    assert "sleep" not in page.html
    fragment = await desk.at(sam).get("/desk/fragments/queue")
    assert "Nobody has answered yet" in fragment.text
    await desk.comes_on_shift(sam)
    into = await desk.at(sam).post(ways[1], data={"seq": "1"}, follow_redirects=False)
    assert into.headers["location"] == f"/rooms/{NIGHT}?before=11#m1"
    assert "sleep" in (await desk.opens(sam, f"/rooms/{NIGHT}?before=11")).said


@pytest.mark.full
@on_sqlite
async def test_a_rooms_first_replies_stand_on_its_tile(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    clock.pass_time(minutes=3)
    await town.say(town.birch, "Me neither.", reply_to=1)
    page = await desk.opens(sam, "/desk")
    assert "first reply 3 min, longest 3" in page.said


@pytest.mark.full
@on_sqlite
async def test_a_room_with_a_grave_concern_says_so_in_words_too(
    desk: Desk, sam: Person, town: Town
) -> None:
    assert "A grave concern" not in (await desk.opens(sam, "/desk")).said
    await desk.hears(town.ash, GOODBYE)
    page = await desk.opens(sam, "/desk")
    assert "A grave concern" in page.said
    assert re.search(r'class="pulse hot" href="/desk/rooms#night-room"', page.html)


def test_a_pulse_is_drawn_from_left_to_right_and_never_leaves_its_frame() -> None:
    for counts in ([], [0] * 12, [0, 3, 1, 40, 2, 0, 0, 0, 0, 0, 0, 9]):
        points = [tuple(map(float, pair.split(","))) for pair in spark(counts).split()]
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        assert (points[0][0], points[-1][0]) == (0, 100)
        assert all(4 <= y <= 28 for _, y in points)


@pytest.mark.full
@mostly_on_sqlite
async def test_the_queue_shows_what_was_asked_for_and_says_how_much_is_left_out(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await desk.hears(town.birch, WATCH)
    clock.pass_time(minutes=2)
    await desk.hears(town.ash, GOODBYE)
    await desk.does(sam, "take")

    async def shown(asked: str = "") -> list[str]:
        page = await desk.opens(sam, f"/desk{asked}")
        return re.findall(r'data-key="escalation-(\d)"', page.html)

    assert await shown() == ["2", "1"]
    assert await shown("?order=longest") == ["1", "2"]
    assert await shown("?order=newest") == ["2", "1"]
    assert await shown("?show_only=mine") == ["1"]
    assert await shown("?show_only=free") == ["2"]
    assert await shown("?kind=case") == []
    assert await shown(f"?room={EVENING}") == []
    assert await shown("?order=backwards&show_only=theirs") == ["2", "1"]
    page = await desk.opens(sam, "/desk?show_only=mine")
    assert "1 shown" in page.said
    assert "/desk/escalations/1?show_only=mine" in page.links
    nothing = await desk.opens(sam, "/desk?kind=case")
    assert "Nothing like this waits." in nothing.said


@pytest.mark.full
@on_sqlite
async def test_an_empty_desk_says_that_nothing_waits(desk: Desk, sam: Person) -> None:
    assert "Nothing is waiting." in (await desk.opens(sam, "/desk")).said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_break_lets_go_of_what_is_in_ones_hands_and_checks_out(
    desk: Desk, sam: Person, town: Town
) -> None:
    assert "Your shift ends in" not in (await desk.opens(sam, "/desk")).said
    assert "You are the only one here" not in (await desk.opens(sam, "/desk/break")).said
    await desk.comes_on_shift(sam)
    assert "Your shift ends in 2 h" in (await desk.opens(sam, "/desk")).said
    await desk.hears(town.ash, GOODBYE)
    await desk.does(sam, "take")
    before = await desk.opens(sam, "/desk/break")
    assert "You are the only one here." in before.said
    assert "/desk/escalations/1" in before.links
    gone = await desk.at(sam).post("/desk/break", follow_redirects=False)
    assert gone.headers["location"] == "/desk/shifts?saved=gone"
    assert await desk.stages() == ["raised", "taken", "passed_on"]
    assert "Your shift ends in" not in (await desk.opens(sam, "/desk")).said


@pytest.mark.full
@on_sqlite
async def test_who_has_read_enough_opens_no_new_hard_one_while_somebody_else_is_there(
    desk: Desk, sam: Person, town: Town
) -> None:
    kim = await desk.hires(Role.CRISIS_MODERATOR, "Kim")
    for who in (sam, kim):
        await desk.comes_on_shift(who)
    await desk.hears(town.ash, GOODBYE)
    await desk.hears(town.birch, WATCH)
    assert CARD in (await desk.opens(sam, "/desk")).links
    assert isinstance(sam.actor, Staff)
    async with town.house.workshop.work() as work:
        for number in range(50):
            await note_exposure(
                work, System(), staff_id=sam.actor.id, concern=3, about=f"escalation:{number + 9}"
            )
    page = await desk.opens(sam, "/desk")
    assert (CARD in page.links, "/desk/escalations/2" in page.links) == (False, True)
    assert "goes to somebody else now, so that you can breathe" in page.said
    assert "Hard ones go to somebody else now." in page.said
    assert CARD in (await desk.opens(kim, "/desk")).links


@pytest.mark.full
@on_sqlite
async def test_silence_is_looked_up_once_in_a_few_seconds_for_everybody(
    desk: Desk, sam: Person, town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    clock.pass_time(minutes=11)
    assert "Nobody has answered yet" in (await desk.opens(sam, "/desk")).said
    await town.say(town.birch, "Me neither.", reply_to=1)
    assert "Nobody has answered yet" in (await desk.opens(sam, "/desk")).said
    clock.pass_time(seconds=5)
    assert "Nobody has answered yet" not in (await desk.opens(sam, "/desk")).said
