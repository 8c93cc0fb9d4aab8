"""Someone in danger writes a goodbye, and somebody comes. Stories 3, 5 and 6 of the product."""

from __future__ import annotations

import pytest

from holdfast.crisis.actions import join_escalation
from holdfast.kit.errors import HoldfastError
from holdfast.rights.rules import Role
from journeys.place import Place
from town import NIGHT, StillClock

GOODBYE = "This is my goodbye. I am going to kill myself tonight, I have everything ready."


@pytest.mark.full
async def test_a_goodbye_reaches_a_human_and_nobody_is_dropped(
    place: Place, clock: StillClock
) -> None:
    town, ash = place.town, place.town.ash
    sam = await place.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await place.appoint(Role.LEAD, "Fern")
    hers, birchs = await place.served.line(ash), await place.served.line(town.birch)
    desk = await place.served.line(sam)
    await hers.enter()
    await birchs.enter()
    await desk.say("watch", topic="desk")

    # She writes a goodbye. It is kept, not shown; she is told at once who comes.
    held = await hers.post(GOODBYE)
    assert (held["event"], held["why"]) == ("held", "concern")
    care = await hers.hear_next("care")
    assert care["level"] == "immediate"
    told = await desk.hear_next("desk")
    assert told["what"] == "escalation"
    assert set(told) == {"event", "what", "id", "version"}  # never a word of hers

    # Nobody in the room learned of it; in her own place she sees it, and the way to help.
    assert GOODBYE not in await place.seen_by(town.birch, NIGHT)
    hers_now = (await place.page(ash, f"/rooms/{NIGHT}")).text
    assert "This is my goodbye" in hers_now
    assert 'href="/help"' in hers_now

    # Sam has it within the clock, goes to her under a name, and writes within two minutes.
    clock.pass_time(seconds=40)
    side = (await place.act(sam, "join", told["id"]))["side_space"]
    assert (await hers.hear_next("care"))["person"] == "Sam"
    clock.pass_time(seconds=30)
    sams = await place.served.line(sam)
    await sams.enter(side)
    await hers.enter(side)
    await sams.post("I am Sam, a trained supporter. I have read what you wrote.", room=side)
    said = await hers.hear_next("posted")
    assert (said["author"]["pseudonym"], said["author"]["badge"]) == ("Sam", "crisis-moderator")

    # What goes along is hers to read first; then a service says: I have them.
    packet = {"words": "I have everything ready.", "wants": "To talk with someone tonight."}
    await place.act(sam, "packet", told["id"], **packet)
    assert "everything ready" in (await place.page(ash, f"/rooms/{side}/handover")).text
    agreed = await place.page(ash, f"/rooms/{side}/handover", agree="yes")
    assert agreed.status_code == 303
    await place.act(sam, "hand-over", told["id"], service="Night Line")

    # Two people close it, with the hour at which somebody asks again.
    asked = await place.act(sam, "close", told["id"], how="handed_over", check_in_hours=24)
    closed = await place.act(fern, "grant", told["id"], approval=asked["waits_for_second"])
    assert closed["stage"] == "closed"

    # The next day a line waits for her.
    clock.pass_time(hours=24)
    await town.house.reactions.look()
    note = await hers.hear_next("note")
    assert "Sam" in note["text"]
    assert GOODBYE not in await place.seen_by(town.birch, NIGHT)


async def test_a_shift_lasts_and_every_minute_somebody_certified_is_there(
    place: Place, clock: StillClock
) -> None:
    sam = await place.appoint(Role.CRISIS_MODERATOR, "Sam")
    maren = await place.appoint(Role.MODERATOR, "Maren")

    # A watch is for a moderator; something immediate is not hers to take.
    line = await place.served.line(place.town.ash)
    await line.enter()
    await line.post("I feel so hopeless lately, nothing matters any more.")
    await place.town.house.reactions.settled()
    assert (await place.act(maren, "take"))["stage"] == "taken"
    await line.post(GOODBYE)
    await place.town.house.reactions.settled()
    clock.pass_time(minutes=11)  # her claim has run out, and it is graver than hers to hold
    with pytest.raises(HoldfastError):
        async with place.town.house.workshop.work() as work:
            await join_escalation(work, maren.actor, escalation_id=1)
    assert (await place.act(sam, "take"))["taken_by"] == "Sam"

    # At the end the hand-over is written from the log, and the next person signs it.
    written = await place.page(sam, "/desk/notes", write="now")
    assert written.status_code == 303
    own = await place.page(sam, "/desk/notes/1/sign", sign="yes")
    assert own.status_code == 409
    signed = await place.page(maren, "/desk/notes/1/sign", sign="yes")
    assert signed.status_code == 303


@pytest.mark.full
async def test_a_child_who_is_hurt_has_her_own_track_and_two_who_decide(
    place: Place, clock: StillClock
) -> None:
    sam = await place.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await place.appoint(Role.LEAD, "Fern")
    line = await place.served.line(place.town.ash)
    await line.enter()
    await line.post("I am 15 and my stepfather is hurting me.")
    await place.town.house.reactions.settled()
    listed = (await place.call(fern, "GET", "/escalations"))["items"]
    assert "C" in listed[0]["tracks"]
    assert listed[0]["concern"] in {"high", "immediate"}
    card = await place.page(fern, f"/desk/escalations/{listed[0]['id']}?show=0")
    assert "stepfather" in card.text
    record = await place.page(fern, "/desk/record")
    assert "words:uncovered" in record.text
    await place.act(fern, "join", listed[0]["id"])
    await place.act(sam, "join", listed[0]["id"])  # the second person
    asked = await place.act(fern, "close", listed[0]["id"], how="referred", check_in_hours=72)
    closed = await place.act(sam, "grant", listed[0]["id"], approval=asked["waits_for_second"])
    assert closed["stage"] == "closed"
