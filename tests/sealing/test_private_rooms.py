"""What a room of two makes of words: said or refused, never held; and forgotten in the end."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from crisis.voice import GOODBYE
from holdfast.crisis.tables import SignalRow
from holdfast.desk.jobs import Forgetting
from holdfast.kit.ids import MeasureId
from holdfast.members.actions.people import open_session
from holdfast.members.tables import SessionKind
from holdfast.messages.actions import edit_message
from holdfast.messages.rules.fates import ContactDetail
from holdfast.messages.tables import HeldRow, MessageRow
from holdfast.rights.rules import System
from holdfast.rooms.actions.stops import set_hush, set_pause
from holdfast.rooms.rules.stops import Hushed, Paused, Stop
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState
from holdfast.sealing.tables import TalkBoxRow, TalkPartRow
from serving import Served
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite
from two import SECRET, Talk, as_who_comes, talk_of_two

CALL_ME = "call me at +44 20 7946 0958"


async def rows_of(town: Town, table: type) -> int:
    async with town.house.workshop.reading() as work:
        return (await work.db.execute(select(func.count()).select_from(table))).scalar_one()


@pytest.mark.full
async def test_a_way_to_be_reached_is_refused_and_asking_for_a_reader_is_no_way_round(
    town: Town,
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    for as_is in (False, True):
        with pytest.raises(ContactDetail):
            await talk.say(town.ash, CALL_ME, as_is=as_is)
    seat = await town.seat(town.ash, talk.slug)
    with pytest.raises(ContactDetail):
        await edit_message(
            town.house.ledger, seat, seq=1, nonce="change-01", text=CALL_ME, note=None
        )
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [SECRET]
    assert await rows_of(town, HeldRow) == 0


@pytest.mark.full
async def test_a_goodbye_is_said_at_once_and_somebody_is_called(town: Town) -> None:
    """The other is there: nothing stands between them, and the signal keeps no text."""
    talk = await talk_of_two(town)
    await talk.say(town.ash, GOODBYE)
    await town.house.reactions.settled()
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [GOODBYE]
    assert await rows_of(town, HeldRow) == 0
    assert await rows_of(town, SignalRow) == 1


async def test_the_talk_goes_on_while_rooms_are_held_or_quiet(town: Town) -> None:
    talk = await talk_of_two(town)
    for state in (RoomState.HELD, RoomState.QUIET):
        town.house.ledger.states[talk.room_id] = (state, None)
        await talk.say(town.ash, f"while it is {state}")
    assert len(await talk.texts(await as_who_comes(town.house, town.birch.token))) == 2


async def test_a_pause_closes_open_rooms_and_lets_a_talk_go_on(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await town.say(town.ash, "hello", NIGHT)
    stop = Stop(clock.now() + timedelta(days=1), "harassment", MeasureId(1))
    async with town.house.workshop.work() as work:
        await set_pause(work, System(), member_id=town.ash.member.id, stop=stop)
    with pytest.raises(Paused):
        await town.say(town.ash, "hello again", NIGHT)
    await talk.say(town.ash)
    assert await talk.texts(await as_who_comes(town.house, town.birch.token)) == [SECRET]


async def test_a_pause_closes_a_circle(town: Town, clock: StillClock) -> None:
    async with town.house.workshop.work() as work:
        room = await work.db.scalar(select(RoomRow).where(RoomRow.slug == NIGHT))
        assert room is not None
        room.kind = RoomKind.CIRCLE
    await town.say(town.ash, "hello", NIGHT)
    stop = Stop(clock.now() + timedelta(days=1), "harassment", MeasureId(1))
    async with town.house.workshop.work() as work:
        await set_pause(work, System(), member_id=town.ash.member.id, stop=stop)
    with pytest.raises(Paused):
        await town.say(town.ash, "hello again", NIGHT)


async def test_who_may_not_write_here_now_is_refused(town: Town, clock: StillClock) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    seat = await town.seat(town.ash, talk.slug)
    stop = Stop(clock.now() + timedelta(hours=1), "harassment", MeasureId(1))
    async with town.house.workshop.work() as work:
        await set_hush(work, System(), seat_id=seat.id, stop=stop)
    town.house.ledger.hushes[seat.id] = stop
    with pytest.raises(Hushed):
        await talk.say(town.ash, "once more")


@pytest.mark.full
async def test_after_fourteen_days_words_keys_and_boxes_are_gone(
    town: Town, clock: StillClock
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    key = await talk.key_of(1)
    night = Forgetting(town.house.workshop, town.house.ledger.keyring)
    clock.pass_time(days=13)
    await talk.say(town.birch, "thirteen days later")
    await night.look()
    assert await rows_of(town, TalkPartRow) == 2
    clock.pass_time(days=2)
    await night.look()
    assert await town.house.ledger.keyring.store.named([key]) == []
    assert await rows_of(town, TalkPartRow) == 1
    assert await rows_of(town, TalkBoxRow) == 2
    birch = await as_who_comes(town.house, town.birch.token)
    assert await talk.texts(birch) == ["(time)", "thirteen days later"]


@pytest.mark.full
@mostly_on_sqlite
async def test_my_export_has_what_i_said_between_two_and_not_what_i_heard(
    client: httpx.AsyncClient, town: Town
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    await talk.say(town.birch, "for your ears only")
    answer = await client.get("/api/v1/me/export", headers=town.ash.bearer)
    assert SECRET in answer.text
    assert "for your ears only" not in answer.text
    async with town.house.workshop.work() as work:
        shut = open_session(work, town.ash.member.id, SessionKind.KEPT)
    headers = {"authorization": f"Bearer {shut}"}
    assert SECRET not in (await client.get("/api/v1/me/export", headers=headers)).text


# ---------------------------------------------------------------- on the line


async def shut_session(town: Town) -> Person:
    async with town.house.workshop.work() as work:
        token = open_session(work, town.ash.member.id, SessionKind.KEPT)
    return Person(await as_who_comes(town.house, token), token)


@pytest.mark.full
@on_sqlite
async def test_two_talk_on_the_line_and_read_back_what_they_missed(
    town: Town, served: Served
) -> None:
    talk = await talk_of_two(town)
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    await ash.enter(talk.slug)
    await birch.enter(talk.slug)
    assert (await ash.post(SECRET, talk.slug))["event"] == "accepted"
    assert (await birch.hear_next("posted"))["text"] == SECRET
    later = await served.line(town.birch)
    replayed = await later.enter(talk.slug, since=0)
    assert [event["text"] for event in replayed if event["event"] == "posted"] == [SECRET]


@on_sqlite
async def test_a_shut_session_hears_nothing_on_the_line(town: Town, served: Served) -> None:
    talk = await talk_of_two(town)
    open_line = await served.line(town.ash)
    await open_line.enter(talk.slug)
    await open_line.post(SECRET, talk.slug)
    line = await served.line(await shut_session(town))
    await line.say("enter", room=talk.slug, since=0)
    assert (await line.hear_next("refused", "entered"))["code"] == "own_key_locked"


@pytest.mark.full
@on_sqlite
async def test_each_session_has_its_own_seat_so_that_none_reads_by_anothers_key(
    town: Town, served: Served, client: httpx.AsyncClient
) -> None:
    """While one device is in the room, a shut one on the same account stays shut."""
    talk = await talk_of_two(town)
    line = await served.line(town.ash)
    await line.enter(talk.slug)
    await line.post(SECRET, talk.slug)
    history = f"/api/v1/rooms/{talk.slug}/messages"
    mine = await client.get(history, headers=town.ash.bearer)
    assert SECRET in mine.text
    shut = await shut_session(town)
    theirs = await client.get(history, headers=shut.bearer)
    assert SECRET not in theirs.text
    mine_too = f"{history}/nonce-of-a-shut-1"
    said = await client.put(mine_too, headers=shut.bearer, json={"text": "hello"})
    assert said.json()["code"] == "own_key_locked"


@on_sqlite
async def test_a_search_finds_for_the_two_and_for_nobody_else(
    client: httpx.AsyncClient, town: Town
) -> None:
    talk = await talk_of_two(town)
    await talk.say(town.ash)
    shut = await shut_session(town)
    for token, is_found in ((town.birch.token, True), (shut.token, False)):
        client.cookies.set("holdfast", token)
        page = await client.post(f"/rooms/{talk.slug}/search", data={"q": "stair"})
        assert (SECRET in page.text) is is_found


async def test_nothing_of_it_is_written_where_messages_are(town: Town) -> None:
    talk: Talk = await talk_of_two(town)
    await talk.say(town.ash)
    async with town.house.workshop.reading() as work:
        row = (await work.db.scalars(select(MessageRow))).one()
    kept = json.dumps({name: str(value) for name, value in vars(row).items()})
    assert "stair" not in kept
