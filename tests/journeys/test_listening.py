"""Somebody asks for one person, with scripts off, is listened to, and comes back another day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from journeys.place import Place
from listening.talking import Stage, set_stage
from members.walking import Page, send, visit
from town import ORIGIN, Person, StillClock, mostly_on_sqlite, on_sqlite

ASKS = {"want": "family", "preference": "questions", "language": "en", "knows": "yes"}
SENTENCE = "My brother has stopped talking to me and I keep going over it"


@dataclass(frozen=True)
class Two:
    """One who asks and one who listens, each in a browser without scripts."""

    asker: httpx.AsyncClient
    listener: httpx.AsyncClient
    place: Place
    stage: Stage

    async def settled(self) -> None:
        await self.stage.settled()


@asynccontextmanager
async def browsers(place: Place, *people: Person) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A browser for each, signed in as they are."""
    async with AsyncExitStack() as stack:
        found = []
        for one in people:
            client = httpx.AsyncClient(
                base_url=place.served.url,
                trust_env=False,
                cookies={"holdfast": one.token},
                headers={"origin": ORIGIN},
            )
            found.append(await stack.enter_async_context(client))
        yield found


@asynccontextmanager
async def two_people(place: Place) -> AsyncIterator[Two]:
    """Ash, who will ask; Cedar, on duty to listen; Hazel, on shift, who could be called in."""
    town, stage = place.town, await set_stage(place.town)
    async with browsers(place, town.ash, town.cedar) as (asker, listener):
        duty = await visit(listener, "/listening/duty")
        assert "You may listen until" in duty.said
        on = await send(
            listener, duty, "/listening/duty", hours="2", most="1", want="family", way="questions"
        )
        assert "You are on duty until" in on.said
        yield Two(asker, listener, place, stage)


async def matched(two: Two) -> str:
    """They ask, it is offered and taken; the address of their room."""
    page = await visit(two.asker, "/listening")
    waits = await send(two.asker, page, "/listening", words=SENTENCE, **ASKS)
    assert waits.headings == ["We are looking for someone"]
    room = await taken(two)
    assert "They are waiting for a word from you" in room.said
    found = await visit(two.asker, "/listening/waiting")
    assert found.headings == ["Someone is here for you"]
    return next(link for link in found.links if link.startswith("/rooms/talk-"))


@pytest.mark.full
@mostly_on_sqlite
async def test_somebody_asks_waits_is_found_and_talks(place: Place) -> None:
    async with two_people(place) as two:
        first = await visit(two.asker, "/listening")
        assert "They are not doctors or therapists" in first.said
        assert "You always see who is there" in first.said
        unread = await send(two.asker, first, "/listening", words=SENTENCE, want="family")
        assert "Please tick this if it is all right for you" in unread.said
        assert SENTENCE in unread.html

        room = await matched(two)
        found = await visit(two.asker, "/listening/waiting")
        assert "You chose “Family”, and they are at home with it." in found.said

        said = await visit(two.asker, room)
        await send(two.asker, said, f"{room}/messages", text="It helps that somebody is there")
        heard = await visit(two.listener, room)
        assert "It helps that somebody is there" in heard.said
        assert SENTENCE in heard.said
        await send(two.listener, heard, f"{room}/messages", text="I am here. Take your time")
        assert "Take your time" in (await visit(two.asker, room)).said


async def taken(two: Two) -> Page:
    """The ask lies before the listener, who says yes; the room as they see it."""
    await two.settled()
    offers = await visit(two.listener, "/listening/duty")
    assert SENTENCE in offers.said
    action = next(f.action for f in offers.forms if f.action.startswith("/listening/offers/"))
    return await send(two.listener, offers, action, answer="yes")


def inner(room: str) -> str:
    """Where the forms of a talk go."""
    return room.replace("/rooms/", "/listening/")


@pytest.mark.full
@on_sqlite
async def test_either_can_call_somebody_in_who_is_seen_and_reads_from_then_on(place: Place) -> None:
    async with two_people(place) as two:
        room = await matched(two)
        page = await visit(two.asker, room)
        await send(two.asker, page, f"{room}/messages", text="Only for the two of us so far")
        called = await send(two.asker, page, f"{inner(room)}/hand")
        assert "You called someone from here." in called.said
        assert "called someone from here" in (await visit(two.listener, room)).said

        async with browsers(place, two.stage.hazel) as (desk,):
            hands = await visit(desk, "/desk/listening")
            come = next(form.action for form in hands.forms if "/hands/" in form.action)
            await send(desk, hands, come)
            seen = await visit(desk, room)
            assert "Only for the two of us so far" not in seen.said

            page = await visit(two.asker, room)
            assert "Hazel has come in." in page.said
            assert "May they read what you two said before, too?" in page.said
            await send(two.asker, page, f"{inner(room)}/earlier")
            seen = await visit(desk, room)
            assert "Only for the two of us so far" in seen.said
        assert "They may read what was said before, too." in (await visit(two.asker, room)).said


ADDRESS = "Write to me at heron.night@example.org"


@pytest.mark.full
@on_sqlite
async def test_a_listener_who_tries_twice_to_be_reached_is_looked_at_and_the_member_is_told(
    place: Place,
) -> None:
    async with two_people(place) as two:
        room = await matched(two)
        for words in (ADDRESS, f"{ADDRESS} tonight"):
            page = await visit(two.listener, room)
            refused = await send(two.listener, page, f"{room}/messages", text=words)
            assert "It stays out between two people here" in refused.said
            assert "Let someone read it first" not in refused.said.split("Sending")[0]
            await two.settled()
        told = await visit(two.asker, room)
        assert "heron.night" not in told.html
        assert "Your listener tried to pass on a way to be reached." in told.said
        assert "Someone from here has been called in." in told.said
        duty = await visit(two.listener, "/listening/duty")
        assert "rests until someone from here has looked at it" in duty.said
        assert "/listening/duty" not in [form.action for form in duty.forms]


@pytest.mark.full
@on_sqlite
async def test_without_scripts_a_frame_says_when_somebody_is_here(place: Place) -> None:
    async with two_people(place) as two:
        page = await visit(two.asker, "/listening")
        await send(two.asker, page, "/listening", words=SENTENCE, **ASKS)
        async with two.asker.stream("GET", "/listening/waiting/stream") as frame:
            first = await anext(frame.aiter_text())
        assert "Looking" in first
        assert "There is news" not in first

        await taken(two)
        over = await two.asker.get("/listening/waiting/stream")
        assert "There is news" in over.text
        assert "'self'" in over.headers["content-security-policy"].split("frame-ancestors")[1]


@pytest.mark.full
@on_sqlite
async def test_they_pause_go_on_and_say_goodbye(place: Place) -> None:
    async with two_people(place) as two:
        room = await matched(two)
        page = await send(two.asker, await visit(two.asker, room), f"{inner(room)}/pause")
        assert "You are having a pause." in page.said
        other = await visit(two.listener, room)
        assert "is having a pause." in other.said
        await send(two.listener, other, f"{inner(room)}/go-on")

        ends = await visit(two.asker, f"{inner(room)}/goodbye")
        assert ends.headings == ["Say goodbye?"]
        landed = await send(two.asker, ends, f"{inner(room)}/end")
        assert landed.headings == ["Take a moment"]
        heavier = await send(two.asker, landed, f"{inner(room)}/now", now="heavier")
        assert "You don’t have to carry it alone now." in heavier.said

        half = await send(two.asker, landed, f"{inner(room)}/feedback", heard="2", safe="2")
        assert "Please answer all three, or none." in half.said
        thanks = await send(
            two.asker, landed, f"{inner(room)}/feedback", heard="2", safe="2", again="1"
        )
        assert "Thank you." in thanks.said
        doors = [link for link in thanks.links if "/people/" in link]
        assert "You can undo it at any time." in (await visit(two.asker, doors[0])).said
        closed = await visit(two.listener, room)
        assert "This talk has ended." in closed.said


@pytest.mark.full
@on_sqlite
async def test_a_hand_over_passes_only_what_the_member_said_yes_to(place: Place) -> None:
    async with two_people(place) as two, browsers(place, place.town.birch) as (next_one,):
        await two.stage.grant(place.town.birch)
        room = await matched(two)
        form = await visit(two.listener, f"{inner(room)}/hand-over")
        await send(
            two.listener, form, f"{inner(room)}/hand-over", words="They are the eldest of four"
        )
        asked = await visit(two.asker, f"{inner(room)}/hand-over")
        assert "They are the eldest of four" in asked.html

        await send(
            next_one,
            await visit(next_one, "/listening/duty"),
            "/listening/duty",
            hours="1",
            most="1",
        )
        waits = await send(
            two.asker,
            asked,
            f"{inner(room)}/hand-over",
            words="It is about my brother",
            answer="yes",
        )
        assert waits.headings == ["We are looking for someone"]
        await two.settled()
        offered = await visit(next_one, "/listening/duty")
        assert "It is about my brother" in offered.said
        assert "They are the eldest of four" not in offered.said


@pytest.mark.full
@on_sqlite
async def test_two_who_both_wish_it_meet_again_and_not_this_person_is_somebody_else(
    place: Place, clock: StillClock
) -> None:
    async with two_people(place) as two:
        room = await matched(two)
        ends = await visit(two.asker, f"{inner(room)}/goodbye")
        landed = await send(two.asker, ends, f"{inner(room)}/end")
        await send(two.asker, landed, f"{inner(room)}/again", wish="yes")
        theirs = await visit(two.listener, f"{inner(room)}/goodbye")
        await send(two.listener, theirs, f"{inner(room)}/again", wish="yes")

        clock.pass_time(minutes=20)
        page = await visit(two.asker, "/listening")
        assert "You both said that you would like to talk again." in page.said
        again = next(form for form in page.forms if "again_with" in form.fields)
        asked = Page(await two.asker.post("/listening", data=again.fields, follow_redirects=True))
        assert asked.headings == ["We are asking the listener you know"]
        await two.settled()
        offers = await visit(two.listener, "/listening/duty")
        assert "You both said that you would like to talk again." in offers.said
        action = next(f.action for f in offers.forms if f.action.startswith("/listening/offers/"))
        await send(two.listener, offers, action, answer="yes")

        found = await visit(two.asker, "/listening/waiting")
        assert "This is talk 2 of 6 with them." in found.said
        other = next(f.action for f in found.forms if f.action.endswith("/someone-else"))
        waits = await send(two.asker, found, other)
        assert waits.headings == ["We are looking for someone"]
        await two.settled()
        assert (
            "Nobody is looking for someone just now"
            in (await visit(two.listener, "/listening/duty")).said
        )


@on_sqlite
async def test_where_nobody_can_be_called_in_the_page_says_what_there_is_instead(
    place: Place,
) -> None:
    async with browsers(place, place.town.ash) as (asker,):
        page = await visit(asker, "/listening")
        assert "Not just now." in page.said
        assert "Leave a letter" in page.said
        assert not [form for form in page.forms if form.action == "/listening"]
