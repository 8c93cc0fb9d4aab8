"""Meetings by pages and by programs: shown in one's own time, planned and refused in words."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import orjson
import pytest

from holdfast.kit.ids import RoomId
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import block_member
from holdfast.messages.events import NoteLeft
from holdfast.messages.pages.shown import stream_html
from holdfast.messages.tables import BlockKind
from holdfast.messages.wire import READ, WRITE
from meetings.meeting import CIRCLE, a_circle, does, leads, looks, now, planned
from members.walking import Page, visit
from rooms.guided import room_id
from rooms.sitting import on_shift
from serving import Served
from town import NIGHT, ORIGIN, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

ROOM, API = f"/rooms/{CIRCLE}", f"/api/v1/rooms/{CIRCLE}"


def as_(client: httpx.AsyncClient, who: Person) -> httpx.AsyncClient:
    client.headers.update({**who.bearer, "origin": ORIGIN})
    return client


@pytest.mark.full
@mostly_on_sqlite
async def test_an_open_room_and_the_list_of_rooms_say_when_the_next_meeting_is(
    town: Town, client: httpx.AsyncClient
) -> None:
    await planned(town, await on_shift(town), await room_id(town), hours=5, theme="Small joys")
    as_(client, town.ash)
    said = (await visit(client, "/rooms")).said
    assert "Next meeting: Sunday 22 November 2026, 07:40, in your time" in said.replace("y,", "y")
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Small joys" in page.said
    async with town.house.workshop.work() as work:
        (await work.db.get_one(MemberRow, town.ash.member.id)).time_zone = "Asia/Tokyo"
    listed = await visit(client, f"/rooms/{NIGHT}/meetings")
    assert "Sunday 22 November 2026, 16:40" in listed.said.replace("y,", "y")
    assert not [form for form in listed.forms if form.action.endswith("/meetings")]


@pytest.mark.full
@on_sqlite
async def test_a_form_that_cannot_be_comes_back_with_what_was_in_it(
    town: Town, client: httpx.AsyncClient
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    await planned(town, town.ash, room, hours=3)
    as_(client, town.ash)
    wrong = {
        "not-a-time": "Please give a day and a time.",
        "2020-01-01T20:00": "A meeting begins at a time to come",
        "2026-11-22T05:45": "There is a meeting in this room at that time already.",
    }
    for written, words in wrong.items():
        answer = await client.post(f"{ROOM}/meetings", data={"starts_at": written})
        assert answer.status_code in {400, 409}
        assert words in Page(answer).said
        assert f'value="{written}"' in answer.text
    as_(client, town.birch)
    answer = await client.post(f"{ROOM}/meetings", data={"starts_at": "2026-12-01T20:00"})
    assert answer.status_code == 403


@pytest.mark.full
@mostly_on_sqlite
async def test_a_program_plans_moves_leads_and_cancels(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    await a_circle(town, town.birch, host=town.ash)
    as_(client, town.ash)
    body = {"starts_at": "2026-11-22T04:40:00Z", "theme": "days", "until": "2026-12-07"}
    made = (await client.post(f"{API}/meetings", json=body)).json()
    assert (made["round"], made["repeats"]) == ("planned", True)
    moved = await client.put(
        f"{API}/meetings/{made['id']}/time", json={"starts_at": "2026-11-22T03:40:00Z"}
    )
    assert moved.json()["starts_at"].startswith("2026-11-22T03:40:00")
    clock.pass_time(hours=1)
    await looks(town)
    for who in (town.ash, town.birch):
        done = await client.put(
            f"{API}/meetings/{made['id']}/turn", json={"do": "join"}, headers=who.bearer
        )
        assert done.status_code == 204
    as_(client, town.ash)
    await client.put(f"{API}/meetings/{made['id']}/lead", json={"do": "next"})
    found = (await client.get(f"{API}/meetings")).json()["items"]
    first = found[0]
    assert (first["round"], first["turn"], first["mine"]) == ("go_round", 1, 1)
    assert len(found) == 3
    gone = await client.delete(f"{API}/meetings/{found[1]['id']}?all_after=true")
    assert gone.status_code == 204
    assert len((await client.get(f"{API}/meetings")).json()["items"]) == 1
    as_(client, town.stranger)
    assert (await client.get(f"{API}/meetings")).status_code == 404


@pytest.mark.full
@on_sqlite
async def test_a_meeting_of_another_room_is_none_here(
    town: Town, client: httpx.AsyncClient
) -> None:
    await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, await on_shift(town), await room_id(town), hours=5)
    as_(client, town.ash)
    night = f"/api/v1/rooms/{NIGHT}/meetings/{row.id}"
    assert (await client.put(f"{night}/turn", json={"do": "join"})).status_code == 204
    for way, body in (("turn", {"do": "join"}), ("lead", {"do": "end"})):
        answer = await client.put(f"{API}/meetings/{row.id}/{way}", json=body)
        assert answer.status_code == 404


@pytest.mark.full
@on_sqlite
async def test_who_is_out_of_sight_has_a_turn_without_a_name(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, town.cedar, host=town.ash)
    row = await planned(town, town.ash, room)
    clock.pass_time(hours=1)
    await looks(town)
    for one in (town.cedar, town.birch):
        await does(town, one, row, "join")
    await leads(town, town.ash, row, "next")
    cedar = (await town.seat(town.cedar, CIRCLE)).author
    assert f"{cedar.pseudonym} has a turn now." in (await visit(as_(client, town.birch), ROOM)).said
    async with town.house.workshop.work() as work:
        await block_member(
            work, town.birch.actor, slug=CIRCLE, handle=cedar.seat, kind=BlockKind.BLOCK
        )
    page = await visit(client, ROOM)
    assert "Somebody has a turn now." in page.said
    assert cedar.pseudonym not in page.html.split('id="meeting"')[1].split("</section>")[0]


@mostly_on_sqlite
async def test_the_live_line_says_the_round_and_a_number_and_nobody_s_name(
    town: Town, served: Served, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    line = await served.line(town.birch)
    await line.enter(CIRCLE)
    assert (await line.hear_next("meeting"))["round"] == "planned"
    clock.pass_time(hours=1)
    await looks(town)
    told = await line.hear_next("meeting")
    assert (told["room"], told["round"], "turn" in told) == (CIRCLE, "opening", False)
    for one in (town.birch, town.ash):
        await does(town, one, row, "join")
    await leads(town, town.ash, row, "next")
    told = await line.hear_next("meeting")
    while told["round"] != "go_round":
        told = await line.hear_next("meeting")
    assert set(told) == {"event", "room", "round", "turn", "until"}
    assert told["turn"] == 1
    note = (await now(town, row)).round
    assert note.value == "go_round"


def test_without_scripts_the_lines_of_a_meeting_stand_in_the_talk() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    numbers = {"number": 2, "of": 5, "minutes": 3}
    line = NoteLeft(RoomId(1), 7, "meeting_turn", "", at, numbers=numbers)
    assert "turn 2 of 5, about 3 min." in stream_html(line, CIRCLE, "en", False)
    kind, body = "n", orjson.loads(orjson.dumps(WRITE[NoteLeft](line)))
    assert body[0] == kind
    assert READ[kind](RoomId(1), body) == line
