"""A person's page: one room, on shift, written down, and never who they are elsewhere."""

from __future__ import annotations

import pytest

from desk.sitting import Desk
from holdfast.desk.pages.people import VIEWS
from holdfast.rights.rules import Role
from holdfast.rooms.actions import take_seat
from moderation.reporting import Care
from town import EVENING, NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

HOPELESS = "I feel so hopeless lately, nothing matters any more."


@pytest.fixture
async def maren(desk: Desk) -> Person:
    maren = await desk.hires(Role.MODERATOR, "Maren")
    await desk.comes_on_shift(maren)
    return maren


async def page_of(town: Town, who: Person, slug: str = NIGHT) -> str:
    return f"/desk/rooms/{slug}/people/{(await town.seat(who, slug)).author.seat}"


@mostly_on_sqlite
async def test_what_somebody_said_in_a_room_is_read_and_written_down(
    desk: Desk, maren: Person, town: Town
) -> None:
    await town.say(town.ash, "The kettle is on.")
    await town.say(town.birch, "Mine too.")
    page = await desk.opens(maren, await page_of(town, town.ash))
    assert "The kettle is on." in page.said
    assert "Mine too." not in page.said
    assert "came in today" in page.said
    assert await desk.record("person:") == ["person:looked_at"]
    assert await desk.record("words:read") == ["words:read"]


@pytest.mark.full
@mostly_on_sqlite
async def test_nothing_of_another_room_stands_on_a_persons_page(
    desk: Desk, maren: Person, town: Town
) -> None:
    async with town.house.workshop.work() as work:
        await take_seat(work, town.ash.member, slug=EVENING)
    await town.say(town.ash, "Only for the night.")
    await town.say(town.ash, "Only for the evening.", EVENING)
    seats = {slug: (await town.seat(town.ash, slug)).author for slug in (NIGHT, EVENING)}
    page = await desk.opens(maren, await page_of(town, town.ash))
    assert "Only for the night." in page.said
    for other in ("Only for the evening.", seats[EVENING].seat, seats[EVENING].pseudonym):
        assert other not in page.html
    crossed = f"/desk/rooms/{NIGHT}/people/{seats[EVENING].seat}"
    assert (await desk.opens(maren, crossed)).status == 404


@pytest.mark.full
@on_sqlite
async def test_hard_words_stay_covered_until_they_are_chosen(
    desk: Desk, maren: Person, town: Town
) -> None:
    said = await town.say(town.ash, HOPELESS)
    address = await page_of(town, town.ash)
    assert HOPELESS not in (await desk.opens(maren, address)).html
    assert await desk.record("words:uncovered") == []
    assert HOPELESS in (await desk.opens(maren, f"{address}?show={said.seq}")).said
    assert await desk.record("words:uncovered") == ["words:uncovered"]
    assert (await desk.opens(maren, f"{address}?show=99")).status == 404


@pytest.mark.full
@mostly_on_sqlite
async def test_a_case_is_opened_by_hand_once(desk: Desk, maren: Person, town: Town) -> None:
    await town.say(town.ash, "The kettle is on.")
    address = await page_of(town, town.ash)
    for _ in range(2):
        sent = await desk.at(maren).post(f"{address}/case", follow_redirects=False)
        assert sent.headers["location"] == "/desk/cases/1"
    page = await desk.opens(maren, address)
    assert "There is an open case." in page.said
    assert "A moderator opened it by hand." in (await desk.opens(maren, "/desk/cases/1")).said
    assert await Care(town).cases() == [1]


@pytest.mark.full
@on_sqlite
async def test_who_is_not_on_shift_reads_no_person(desk: Desk, maren: Person, town: Town) -> None:
    tobi = await desk.hires(Role.MODERATOR, "Tobi")
    address = await page_of(town, town.ash)
    assert (await desk.opens(maren, address)).status == 200
    led_on = await desk.opens(tobi, address)
    assert "My shift" in led_on.said
    assert (await town.seat(town.ash)).author.pseudonym not in led_on.html
    assert (await desk.opens(town.birch, address)).status == 404
    steward = await desk.hires(Role.STEWARD, "Elm")
    assert (await desk.opens(steward, address)).status == 404


@pytest.mark.full
@on_sqlite
async def test_leafing_through_people_ends_and_is_written_down(
    desk: Desk, maren: Person, town: Town, clock: StillClock
) -> None:
    address = await page_of(town, town.ash)
    for _ in range(VIEWS.burst):
        assert (await desk.opens(maren, address)).status == 200
    over = await desk.opens(maren, address)
    assert (over.status, "many pages about people" in over.said) == (429, True)
    assert "refused" in " ".join(await desk.record(""))
    clock.pass_time(minutes=2)
    assert (await desk.opens(maren, address)).status == 200


@pytest.mark.full
@on_sqlite
async def test_what_was_done_about_somebody_here_stands_on_their_page(
    desk: Desk, maren: Person, town: Town
) -> None:
    await town.say(town.ash, "The kettle is on.")
    address = await page_of(town, town.ash)
    assert "What was done here" not in (await desk.opens(maren, address)).said
    await desk.at(maren).post(f"{address}/case")
    form = {"kind": "hush", "rule": "kind", "reason": "Again and again.", "hours": "1"}
    page = await desk.opens(maren, "/desk/cases/1")
    version = page.form("/desk/cases/1/claim").fields.get("version") or "1"
    sent = {**form, "version": version, "step": "take"}
    done = await desk.at(maren).post("/desk/cases/1/measures", data=sent, follow_redirects=True)
    assert done.status_code == 200
    shown = await desk.opens(maren, address)
    assert "What was done here" in shown.said
    assert "Let them read, but not write here for a while" in shown.said
