"""What people complain of elsewhere (product.md §5), each as it goes here. Numbers are theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.clock import stamp
from holdfast.rights.rules import Role
from holdfast.rooms.jobs import close_with_notice
from journeys.place import Place
from town import NIGHT, Person, StillClock, mostly_on_sqlite, newcomers

pytestmark = mostly_on_sqlite

CROSS = "Just go and kill yourself already, nobody would miss you."
NUMBER = "Call me any time, my number is 07700 900123."


class Said:
    """One message of Ash's that somebody may not like."""

    def __init__(self, place: Place, seq: int, seat: str, maren: Person) -> None:
        self.place, self.seq, self.seat, self.maren = place, seq, seat, maren

    async def reported(self, by: Person, kind: str = "conduct") -> dict[str, str]:
        path = f"/rooms/{NIGHT}/messages/{self.seq}/reports"
        return await self.place.call(by, "POST", path, kind=kind)

    async def measure(self, kind: str, **more: object) -> int:
        wish = {"kind": kind, "seat": self.seat, "rule": "kind", "reason": "It hurts someone."}
        path = f"/rooms/{NIGHT}/measures"
        asked = await self.place.ask(self.maren, "POST", path, **{**wish, **more})
        return asked.status_code


@pytest.fixture
async def said(place: Place) -> Said:
    maren = await place.appoint(Role.MODERATOR, "Maren")
    line = await place.served.line(place.town.ash)
    await line.enter()
    seq = (await line.post("That is how it is, and nobody can change it."))["seq"]
    told = await line.hear_next("posted")
    return Said(place, seq, told["author"]["seat"], maren)


@pytest.mark.full
async def test_complaint_1_somebody_asks_for_numbers(place: Place, said: Said) -> None:
    """It is not delivered, the sender is told why, and a second try is in front of a person."""
    line = await place.served.line(place.town.birch)
    await line.enter()
    for _ in range(2):
        assert (await line.post(NUMBER))["code"] == "contact_detail"
    await place.settled()
    assert not [one for one in await place.seen_by(place.town.ash, NIGHT) if "07700" in one]
    [case] = (await place.call(said.maren, "GET", "/cases?state=open"))["items"]
    assert case["kind"] == "contact"


@pytest.mark.full
async def test_complaint_4_moderators_apply_rules_to_taste(said: Said) -> None:
    """Without a rule from the list and a reason nothing is done at all."""
    assert await said.measure("hide", seq=said.seq, rule="") == 422
    assert await said.measure("hide", seq=said.seq, rule="taste") == 422
    assert await said.measure("hide", seq=said.seq, reason="  ") == 422
    assert len(await said.place.seen_by(said.place.town.birch, NIGHT)) == 1
    assert await said.measure("hide", seq=said.seq) == 201


@pytest.mark.full
async def test_complaint_5_one_bad_word_and_somebody_is_out(place: Place, said: Said) -> None:
    """However many report, a person decides; until then nothing happens to anybody."""
    for who in await newcomers(place.town.house, 6, NIGHT):
        await said.reported(who)
    await place.settled()
    assert (await place.call(place.town.ash, "GET", "/me/measures"))["items"] == []
    line = await place.served.line(place.town.ash)
    await line.enter()
    assert (await line.post("I am still here."))["event"] == "accepted"
    assert len((await place.call(said.maren, "GET", "/cases?state=open"))["items"]) == 1


@pytest.mark.full
async def test_complaint_6_you_report_and_never_hear_back(place: Place, said: Said) -> None:
    """Received, looked at, what changed; and nothing about the other person."""
    birch = place.town.birch

    async def state() -> str:
        [mine] = (await place.call(birch, "GET", "/me/reports"))["items"]
        assert "Ash" not in str(mine)
        return str(mine["state"])

    await said.reported(birch)
    assert await state() == "received"
    [case] = (await place.call(said.maren, "GET", "/cases?state=open"))["items"]
    claimed = await place.call(said.maren, "POST", f"/cases/{case['id']}/claim")
    assert await state() == "looked_at"
    decided = {"version": claimed["version"], "outcome": "no_measure", "ground": "within"}
    await place.call(said.maren, "POST", f"/cases/{case['id']}/decide", **decided)
    assert await state() == "changed"
    await place.settled()
    told = [one["kind"] for one in (await place.call(birch, "GET", "/me/notices"))["items"]]
    assert "report" in told


@pytest.mark.full
async def test_complaint_7_rooms_are_closed_overnight(place: Place, clock: StillClock) -> None:
    """A steward's closing is fourteen days ahead, and told to those who sit there at once."""
    elm = await place.appoint(Role.STEWARD, "Elm")
    asked = await place.page(elm, f"/desk/steward/rooms/{NIGHT}/close", why="It is hardly used.")
    assert asked.headers["location"].endswith("saved=close"), asked.text
    await close_with_notice(place.town.house.workshop)
    found = (await place.call(place.town.ash, "GET", "/me/notices"))["items"]
    told = [one["kind"] for one in found]
    assert "room_closing" in told
    line = await place.served.line(place.town.ash)
    await line.enter()
    clock.pass_time(days=13)
    await close_with_notice(place.town.house.workshop)
    assert (await line.post("Still here for a while."))["event"] == "accepted"


@pytest.mark.full
async def test_complaint_7_one_moderator_alone_closes_no_room(place: Place, said: Said) -> None:
    fern = await place.appoint(Role.LEAD, "Fern")
    path = f"/rooms/{NIGHT}/measures"
    wish = {"kind": "close_room", "rule": "safe", "reason": "It is not safe here tonight."}
    assert (await place.ask(said.maren, "POST", path, **wish)).status_code == 403
    assert (await place.call(fern, "POST", path, **wish))["state"] == "waiting"
    line = await place.served.line(place.town.ash)
    await line.enter()
    assert (await line.post("The room is open."))["event"] == "accepted"


@pytest.mark.full
async def test_complaint_8_posts_vanish(place: Place, said: Said) -> None:
    """Whatever does not reach the room, or leaves it, its author is told, with the reason."""
    line = await place.served.line(place.town.ash)
    await line.enter()
    held = await line.post(CROSS)
    assert (held["event"], held["why"]) == ("held", "conduct")
    assert await said.measure("hide", seq=said.seq) == 201
    assert (await line.hear_next("removed"))["by"] == "moderator"
    page = (await place.page(place.town.ash, "/me/measures")).text
    assert "nobody can change it" in page
    assert "Be kind: this could hurt someone here" in page


@pytest.mark.full
async def test_complaint_8_nobody_talks_to_a_wall(place: Place, said: Said) -> None:
    """There is no shadow ban: who is hushed is told, until when and why, and so is each try."""
    until = stamp(place.town.house.workshop.clock.now() + timedelta(hours=2))
    line = await place.served.line(place.town.ash)
    await line.enter()
    assert await said.measure("hush", until=until) == 201
    hushed = await line.hear_next("hushed")
    assert hushed["until"] == until
    assert hushed["why"]
    refused = await line.post("Can anybody hear me?")
    assert (refused["event"], refused["code"]) == ("refused", "hushed")


@pytest.mark.full
async def test_complaint_16_points_decide_who_gets_help(place: Place) -> None:
    """Nothing that a program is told about a person counts what they gave or got."""
    described = (await place.door.get("/api/v1/openapi.json")).text
    for word in ('"points"', '"score"', '"rank"', '"karma"', '"hearts"', '"level"', '"badges"'):
        assert word not in described


@pytest.mark.full
async def test_complaint_18_something_hard_stays_in_sight(place: Place, said: Said) -> None:
    """Whoever reports it does not see it any more; a moderator can put a note above it."""
    birch = place.town.birch
    await said.reported(birch, "worried")
    assert await place.seen_by(birch, NIGHT) == []
    [wren] = await newcomers(place.town.house, 1, NIGHT)
    assert await said.measure("content_note", seq=said.seq, words="About giving up") == 201
    await place.settled()
    [shown] = (await place.call(wren, "GET", f"/rooms/{NIGHT}/messages"))["items"]
    assert shown["note"] == "About giving up"


@pytest.mark.full
async def test_complaint_20_no_moderator_hears_of_a_report_and_all_see_addresses(
    place: Place, said: Said
) -> None:
    """The desk is told within the second, and no address, device or name is in what it reads."""
    desk = await place.served.line(said.maren)
    await desk.say("watch", topic="desk")
    await said.reported(place.town.birch)
    told = await desk.hear_next("desk")
    assert told["what"] == "case"
    card = await place.page(said.maren, f"/desk/cases/{told['id']}")
    assert card.status_code == 200
    for trace in ("127.0.0.1", "user-agent", "httpx", "python-httpx"):
        assert trace not in card.text.lower()


@pytest.mark.full
async def test_complaint_21_nobody_knows_who_is_trained(place: Place, said: Said) -> None:
    """What staff say carries their role; what members say never does."""
    until = stamp(place.town.house.workshop.clock.now() + timedelta(hours=2))
    await place.call(said.maren, "POST", "/shifts/check-in", until=until)
    await place.call(said.maren, "PUT", f"/rooms/{NIGHT}/seat")
    marens, birchs = await place.served.line(said.maren), await place.served.line(place.town.birch)
    await marens.enter()
    await birchs.enter()
    await marens.post("Hello everyone. I am here until late.")
    author = (await birchs.hear_next("posted"))["author"]
    assert (author["pseudonym"], author["badge"]) == ("Maren", "moderator")
    await birchs.post("Good to know.")
    while (told := await marens.hear_next("posted"))["text"] != "Good to know.":
        pass
    assert "badge" not in told["author"]


@pytest.mark.full
async def test_complaint_22_somebody_watches_unseen(place: Place, said: Said) -> None:
    """Staff read a room only from a seat in it, on shift, and everyone there sees their name."""
    path = f"/rooms/{NIGHT}/messages"
    assert (await place.ask(said.maren, "GET", path)).status_code == 404
    assert (await place.ask(said.maren, "PUT", f"/rooms/{NIGHT}/seat")).status_code >= 400
    until = stamp(place.town.house.workshop.clock.now() + timedelta(hours=2))
    await place.call(said.maren, "POST", "/shifts/check-in", until=until)
    await place.call(said.maren, "PUT", f"/rooms/{NIGHT}/seat")
    assert (await place.ask(said.maren, "GET", path)).status_code == 200
    assert "Maren" in (await place.page(place.town.birch, f"/rooms/{NIGHT}")).text
