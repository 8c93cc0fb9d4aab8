"""A moderator's evening, from the check-in to the hand-over. Story 5 of the product."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.clock import stamp
from holdfast.rights.rules import Role
from holdfast.rooms.jobs import settle
from holdfast.staff.queries import on_shift
from journeys.place import Place
from town import NIGHT, Person, StillClock, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite

WATCH = "I feel so hopeless lately, nothing matters any more."
HIGH = "I want to die. I keep thinking about killing myself."
TOO_MUCH = "For me it was the little blue ones, with the wine, that made the nights go away."
BETTER = "For me there was a time when I made the nights go away. It did not help."


class Evening:
    """What goes by while it lasts: rooms follow the rota, and each minute is looked at."""

    def __init__(self, place: Place, clock: StillClock) -> None:
        self.place, self.clock = place, clock
        self.crisis = self.maren = place.town.elm  # until they come
        self.workshop = place.town.house.workshop

    async def comes(self, who: Person, hours: float) -> None:
        until = stamp(self.clock.now() + timedelta(hours=hours))
        await self.place.call(who, "POST", "/shifts/check-in", until=until)
        await settle(self.workshop)

    async def room(self) -> dict[str, str]:
        rooms = (await self.place.call(self.place.town.birch, "GET", "/rooms"))["items"]
        found: dict[str, str] = next(room for room in rooms if room["slug"] == NIGHT)
        return found

    async def goes_by(self, minutes: int) -> None:
        """Minute by minute: a live room without anybody certified would be seen."""
        for _ in range(minutes):
            self.clock.pass_time(minutes=1)
            await settle(self.workshop)
            async with self.workshop.reading() as work:
                here = await on_shift(work, self.clock.now())
            state = (await self.room())["state"]
            assert here or state == "quiet", self.clock.now()
            assert state != "live" or any(one.in_crisis for one in here), self.clock.now()

    async def queue(self, who: Person) -> str:
        return (await self.place.page(who, "/desk")).text

    async def somebody_says(self, words: str) -> int:
        """Someone new is not well, and says so; the number of what it raised."""
        [who] = await newcomers(self.place.town.house, 1, NIGHT)
        line = await self.place.served.line(who)
        await line.enter()
        await line.post(words)
        await self.place.settled()
        listed = (await self.place.call(self.crisis, "GET", "/escalations"))["items"]
        return max(int(one["id"]) for one in listed)

    async def leaves(self, who: Person) -> None:
        """Nobody goes before they have seen the talk that is booked for them."""
        asked = await self.place.ask(who, "POST", "/shifts/check-out")
        assert asked.json()["code"] == "talk_first"
        assert (await self.place.page(who, "/desk/care")).status_code == 200
        await self.place.call(who, "POST", "/shifts/check-out")
        await settle(self.workshop)


@pytest.fixture
async def evening(place: Place, clock: StillClock) -> Evening:
    """Before anybody comes the room is quiet; once a crisis moderator is here as well, live."""
    evening = Evening(place, clock)
    await settle(evening.workshop)
    assert (await evening.room())["state"] == "quiet"
    evening.crisis = await place.appoint(Role.CRISIS_MODERATOR, "Sam")
    evening.maren = await place.appoint(Role.MODERATOR, "Maren")
    await evening.comes(evening.maren, 4)
    assert (await evening.room())["state"] == "held"
    await evening.comes(evening.crisis, 4)
    assert (await evening.room())["state"] == "live"
    return evening


@pytest.mark.full
async def test_the_graver_one_is_first_and_each_is_taken_within_its_time(
    place: Place, evening: Evening
) -> None:
    sam, maren = evening.crisis, evening.maren
    watch, high = await evening.somebody_says(WATCH), await evening.somebody_says(HIGH)
    listed = (await place.call(sam, "GET", "/escalations"))["items"]
    assert [(one["concern"], one["id"]) for one in listed] == [("high", high), ("watch", watch)]
    await evening.goes_by(3)
    assert (await place.act(sam, "take", high))["taken_by"] == "Sam"
    await evening.goes_by(9)
    assert (await place.act(maren, "take", watch))["taken_by"] == "Maren"


@pytest.mark.full
async def test_words_that_say_how_come_back_in_another_way(place: Place, evening: Evening) -> None:
    ash = place.town.ash
    hers, birchs = await place.served.line(ash), await place.served.line(place.town.birch)
    await hers.enter()
    await birchs.enter()
    seq = (await hers.post(TOO_MUCH))["seq"]
    said = await birchs.hear_next("posted")

    # Maren takes the message out, with the rule and another way to say it.
    about = {"seat": said["author"]["seat"], "seq": seq, "rule": "methods", "rewrite": BETTER}
    path = f"/rooms/{NIGHT}/measures"
    await place.call(evening.maren, "POST", path, kind="hide", reason="It says how.", **about)
    assert (await birchs.hear_next("removed"))["of"] == seq

    # Ash reads the rule and her own words, says yes to the other way, and it stands in the room.
    page = (await place.page(ash, "/me/measures")).text
    assert TOO_MUCH in page
    assert "Feelings, not methods: leave out how" in page
    [mine] = (await place.call(ash, "GET", "/me/measures"))["items"]
    await place.call(ash, "POST", f"/me/measures/{mine['id']}/anew")
    assert (await birchs.hear_next("posted"))["text"] == BETTER


@pytest.mark.full
async def test_at_the_limit_hard_ones_go_to_others_and_without_cover_the_room_is_held(
    place: Place, evening: Evening
) -> None:
    sam, maren = evening.crisis, evening.maren
    ines = await place.appoint(Role.CRISIS_MODERATOR, "Ines")
    await evening.comes(ines, 2)

    # Sam has read much that is hard. While Ines is here, no more of it is offered to him.
    for _ in range(5):
        number = await evening.somebody_says(HIGH)
        await place.act(sam, "join", number)
        await place.settled()
    assert "100 of 100" in (await place.page(sam, "/desk/care")).text
    number = await evening.somebody_says(HIGH)
    assert f"/desk/escalations/{number}" in await evening.queue(ines)
    assert f"/desk/escalations/{number}" not in await evening.queue(sam)
    await place.act(ines, "take", number)
    await evening.goes_by(30)

    # One of them ends well, with Ines as the second person. A talk is booked for Sam after it.
    asked = await place.act(sam, "close", number - 1, how="referred", check_in_hours=24)
    await place.act(ines, "grant", number - 1, approval=asked["waits_for_second"])
    await place.settled()

    # Both go early, and nobody comes: the room is held, says so, and loses nothing.
    await evening.leaves(sam)
    assert (await evening.room())["state"] == "live"
    await place.call(ines, "POST", "/shifts/check-out")
    await settle(evening.workshop)
    assert (await evening.room())["state"] == "held"
    hers = await place.served.line(place.town.ash)
    await hers.enter()
    waits = await hers.post("Is anybody still up?")
    assert (waits["event"], waits["why"]) == ("held", "room")
    await evening.goes_by(5)

    # The hand-over is written from the log; the next person signs it.
    assert (await place.page(maren, "/desk/notes", write="now")).status_code == 303
    assert (await place.page(ines, "/desk/notes/1/sign", sign="yes")).status_code == 303
