"""Hush, pause and remove: at once, at every door, until their time; and care goes on."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import select

from crisis.voice import GOODBYE, HIGH
from holdfast.crisis.queries import open_escalations
from holdfast.members.actions import sign_in
from holdfast.messages.queries import messages_before
from holdfast.moderation.jobs import look_at_measures
from holdfast.moderation.rules.measures import Ending, MeasureState, NotAbout
from holdfast.rights.rules import Guest, Role
from holdfast.rooms.actions import take_seat
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.screening.concern import Concern
from moderation.measuring import RUDE, Hand
from serving import PATIENCE, Served
from town import EVENING, NIGHT, ORIGIN, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

HERE = f"/api/v1/rooms/{NIGHT}"


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.mark.full
@mostly_on_sqlite
async def test_a_hushed_member_may_read_but_not_write_at_any_door(
    hand: Hand, maren: Person, served: Served
) -> None:
    mine = await hand.says(hand.town.ash)
    line = await served.line(hand.town.ash)
    await line.enter()
    assert (await line.post("not yet hushed"))["event"] == "accepted"
    await hand.takes_here(maren, "hush", hand.town.ash)
    async with asyncio.timeout(PATIENCE):
        told = await line.hear_next("hushed")
    assert (told["why"], told["appeal"]) == ("kind", "/me/measures")
    assert told["until"].startswith("2026-11-22T04:40")
    refused = await line.post("too late")
    assert (refused["event"], refused["code"]) == ("refused", "hushed")
    await line.say("edit", room=NIGHT, seq=mine, nonce="edit-0000001", text="changed")
    assert (await line.hear_next("accepted", "refused"))["code"] == "hushed"
    await line.say(
        "respond", room=NIGHT, seq=mine, nonce="with-0000001", response="with_you", on=True
    )
    assert (await line.hear_next("accepted", "refused"))["code"] == "hushed"
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        said = await door.put(
            f"{HERE}/messages/nonce-00001", json={"text": "hello"}, headers=hand.town.ash.bearer
        )
        assert (said.status_code, said.json()["code"]) == (403, "hushed")
        assert "until" in said.json()
        read = await door.get(f"{HERE}/messages", headers=hand.town.ash.bearer)
        assert read.status_code == 200
        form = {"text": "hello", "nonce": "nonce-00002"}
        door.cookies.set("holdfast", hand.town.ash.token)
        page = await door.post(f"/rooms/{NIGHT}/messages", data=form, headers={"origin": ORIGIN})
        assert page.status_code == 409
        assert "You can read here, but not write, until 04:40" in page.text
    await hand.town.say(hand.town.birch, "still here")
    assert (await line.hear_next("posted"))["text"] == "still here"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_hush_is_for_one_room_and_ends_by_itself(
    hand: Hand, maren: Person, clock: StillClock
) -> None:
    town = hand.town
    async with hand.house.workshop.work() as work:
        await take_seat(work, town.ash.actor, slug=EVENING)
    row = await hand.takes_here(maren, "hush", town.ash)
    await town.say(town.ash, "elsewhere I may write", EVENING)
    clock.pass_time(hours=2, seconds=1)
    await town.say(town.ash, "and here again")  # also before anybody has looked
    await look_at_measures(hand.house.workshop)
    kept = await hand.row(row.id)
    assert (kept.state, kept.ended_how) == (MeasureState.ENDED, Ending.TIME)
    assert hand.house.ledger.hushes == {}
    await look_at_measures(hand.house.workshop)  # once is enough


@pytest.mark.full
@mostly_on_sqlite
async def test_a_paused_member_loses_every_open_room_within_a_second(
    hand: Hand, maren: Person, served: Served
) -> None:
    ash, line = hand.town.ash, await served.line(hand.town.ash)
    await line.enter()
    await hand.takes_here(maren, "pause", ash)
    async with asyncio.timeout(PATIENCE):
        told = await line.hear_next("refused")
    assert (told["code"], told["room"], told["help"]) == ("paused", NIGHT, True)
    assert told["until"].startswith("2026-11-22T04:40")
    await hand.town.say(hand.town.birch, "said after they went")
    for command in ({"do": "post", "nonce": "nonce-00001", "text": "hello"}, {"do": "enter"}):
        await line.say(**command, room=NIGHT)
        event = await line.hear()
        assert (event["event"], event["code"]) == ("refused", "paused")
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        for path in (f"{HERE}/messages", HERE):
            answer = await door.get(path, headers=ash.bearer)
            assert (answer.status_code, answer.json()["code"]) == (403, "paused")
            assert answer.json()["until"].startswith("2026-11-22T04:40")
        seat = await door.put(f"/api/v1/rooms/{EVENING}/seat", json={}, headers=ash.bearer)
        assert seat.json()["code"] == "paused"
        door.cookies.set("holdfast", ash.token)
        page = await door.get(f"/rooms/{NIGHT}", follow_redirects=True)
        assert page.url.path == "/me/measures"
        assert "The rooms are closed to you" in page.text
        rooms = (await door.get("/rooms")).text
        assert 'id="out"' in rooms
        assert "Go in" not in rooms.partition('class="doors"')[2].partition("</ul>")[0]
        for path in ("/me", "/help", "/me/measures", "/me/safety-plan"):
            assert (await door.get(path)).status_code == 200


STOPS = {"hush": HIGH, "pause": GOODBYE, "pause_high": HIGH, "slow": HIGH}


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("stop", STOPS)
async def test_whoever_is_stopped_is_heard_first_and_kept_in_the_side_space(
    hand: Hand, maren: Person, client: httpx.AsyncClient, stop: str
) -> None:
    ash, words = hand.town.ash, STOPS[stop]
    if stop == "slow":
        hand.house.ledger.slow[(await hand.town.seat(ash)).room_id] = 60
        await hand.says(ash)
    else:
        await hand.takes_here(maren, stop.partition("_")[0], ash)
    refused = await client.put(
        f"{HERE}/messages/goodbye-0001", json={"text": words}, headers=ash.bearer
    )
    code = {"slow": "too_fast", "hush": "hushed"}.get(stop, "paused")
    assert (refused.json()["code"], refused.json()["help"]) == (code, "/help")
    await hand.house.reactions.settled()
    async with hand.house.workshop.reading() as work:
        [one] = await open_escalations(work)
        side = await work.db.scalar(select(RoomRow).where(RoomRow.kind == RoomKind.SIDE))
        assert side is not None
        kept = await messages_before(work, hand.town.reader(ash), side.id, None, 10)
    assert [m.text for m in kept] == [words]
    assert one.concern >= Concern.HIGH
    own = await client.get(f"/api/v1/rooms/{side.slug}/messages", headers=ash.bearer)
    assert own.status_code == 200, "the own side space stays open"
    said = await client.put(
        f"/api/v1/rooms/{side.slug}/messages/more-000001",
        json={"text": "Is somebody there?"},
        headers=ash.bearer,
    )
    assert said.status_code == 201


@pytest.mark.full
async def test_a_goodbye_of_a_hushed_member_waits_for_a_person_and_is_not_refused(
    hand: Hand, maren: Person, client: httpx.AsyncClient
) -> None:
    await hand.takes_here(maren, "hush", hand.town.ash)
    answer = await client.put(
        f"{HERE}/messages/goodbye-0001", json={"text": GOODBYE}, headers=hand.town.ash.bearer
    )
    assert (answer.status_code, answer.json()["why"]) == (202, "concern")


@pytest.mark.full
async def test_a_removal_waits_for_a_second_person_and_then_holds_for_good(
    hand: Hand, client: httpx.AsyncClient, clock: StillClock
) -> None:
    first = await hand.hires(Role.SUPERVISOR, "Sol")
    await hand.reports(hand.town.birch, await hand.says(hand.town.ash, RUDE))
    row = await hand.takes(first, "remove")
    assert row.state is MeasureState.WAITING
    assert await hand.told(hand.town.ash) == [], "nothing has happened yet"
    assert (await client.get(HERE, headers=hand.town.ash.bearer)).status_code == 200
    second = await hand.hires(Role.LEAD, "Fern")
    await hand.agrees(second, row.id)
    clock.pass_time(days=400)
    await look_at_measures(hand.house.workshop)
    async with hand.house.workshop.work() as work:
        phrase = hand.town.ash.phrase
        token = await sign_in(work, Guest(), root=hand.house.root, phrase=phrase)
    again = Person(Guest(), token)
    refused = await client.get(f"{HERE}/messages", headers=again.bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "removed")
    assert (await client.get("/api/v1/me/measures", headers=again.bearer)).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_what_holds_holds_after_a_restart(hand: Hand, maren: Person) -> None:
    house, seat = hand.house, await hand.town.seat(hand.town.ash)
    await hand.takes_here(maren, "hush", hand.town.ash)
    await hand.takes_here(maren, "pause", hand.town.birch)
    ledger = house.ledger
    before = dict(ledger.hushes), dict(ledger.pauses)
    ledger.hushes, ledger.pauses = {}, {}
    await house.reactions.begin()
    assert (ledger.hushes, ledger.pauses) == before
    assert ledger.hushes[seat.id].until == hand.in_hours(2)


@pytest.mark.full
@on_sqlite
async def test_of_two_hushes_the_longer_one_holds_until_it_ends(hand: Hand, maren: Person) -> None:
    ash, seat = hand.town.ash, await hand.town.seat(hand.town.ash)
    long = await hand.takes_here(maren, "hush", ash, until=hand.in_hours(9))
    short = await hand.takes_here(maren, "hush", ash, until=hand.in_hours(1))
    hushes = hand.house.ledger.hushes
    assert hushes[seat.id].measure == long.id
    await hand.lifts(maren, long.id)
    assert hushes[seat.id].measure == short.id
    await hand.lifts(maren, short.id)
    assert hushes == {}
    await hand.says(ash, "I may write again")


@pytest.mark.full
@on_sqlite
async def test_a_pause_follows_the_person_and_names_no_other_room(
    hand: Hand, maren: Person, client: httpx.AsyncClient
) -> None:
    ash = hand.town.ash
    await client.put(f"/api/v1/rooms/{EVENING}/seat", json={}, headers=ash.bearer)
    await hand.takes_here(maren, "pause", ash, slug=NIGHT)
    answer = await client.get(f"/api/v1/rooms/{EVENING}/messages", headers=ash.bearer)
    assert answer.json()["code"] == "paused"
    [shown] = await hand.measures(maren)
    assert shown.slug == NIGHT


@on_sqlite
async def test_staff_are_neither_hushed_nor_paused_by_a_case_about_a_room(
    hand: Hand, maren: Person
) -> None:
    with pytest.raises(NotAbout):
        await hand.takes_here(maren, "hush", None)
    with pytest.raises(NotAbout):
        await hand.takes_here(maren, "slow", hand.town.ash, seconds=30)


@pytest.mark.full
@on_sqlite
async def test_who_is_paused_with_the_room_still_open_sees_that_somebody_is_called(
    hand: Hand, maren: Person, client: httpx.AsyncClient
) -> None:
    """The page said only that the message did not go out, to somebody saying goodbye."""
    ash = hand.town.ash
    await hand.takes_here(maren, "pause", ash)
    care = f"/rooms/{NIGHT}/care"
    assert (await client.get(care, headers=ash.bearer)).status_code != 200
    said = f"/api/v1/rooms/{NIGHT}/messages/nonce-0000-0001"
    answer = await client.put(said, json={"text": GOODBYE}, headers=ash.bearer)
    assert answer.json()["code"] == "paused"
    await hand.house.reactions.settled()
    shown = await client.get(care, headers=ash.bearer)
    assert shown.status_code == 200
    assert "Go to your side space" in shown.text
    assert 'href="/rooms/side-' in shown.text
    assert "/help" in shown.text
