"""Coming into a room with a meeting: what was told since the page was drawn is told once more."""

from __future__ import annotations

import httpx

from meetings.meeting import CIRCLE, a_circle, leads, looks, planned
from members.walking import visit
from serving import Event, Line, Served
from town import NIGHT, StillClock, Town, mostly_on_sqlite, on_sqlite


async def comes_in(line: Line, room: str = CIRCLE) -> list[Event]:
    """Everything that is told on entering, up to the answer to something said after it."""
    await line.say("enter", room=room)
    await line.say("leave", room="nowhere")
    return await line.hear_until("refused")


def meetings_in(events: list[Event]) -> list[str]:
    return [event["round"] for event in events if event["event"] == "meeting"]


@mostly_on_sqlite
async def test_what_became_of_the_meeting_between_the_page_and_the_line_is_told_on_entering(
    town: Town, served: Served, client: httpx.AsyncClient, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    row = await planned(town, town.ash, room)
    client.headers.update(town.birch.bearer)
    assert "Next meeting" in (await visit(client, f"/rooms/{CIRCLE}")).said
    clock.pass_time(hours=1)
    await looks(town)  # it begins, and the page that was drawn has no line yet
    line = await served.line(town.birch)
    events = await comes_in(line)
    assert meetings_in(events) == ["opening"]
    names = [event["event"] for event in events]
    assert names[-4:] == ["live", "presence", "meeting", "refused"]
    assert "Opening round" in (await visit(client, f"/rooms/{CIRCLE}/state")).said
    await line.say("leave", room=CIRCLE)  # as when the line is lost for a moment
    await leads(town, town.ash, row, "end")
    assert meetings_in(await comes_in(line)) == ["hand_out"]


@on_sqlite
async def test_where_no_meeting_moved_that_day_nothing_is_told_of_one(
    town: Town, served: Served, clock: StillClock
) -> None:
    room = await a_circle(town, town.birch, host=town.ash)
    await planned(town, town.ash, room, hours=90)
    line = await served.line(town.birch)
    assert meetings_in(await comes_in(line)) == ["planned"]
    assert meetings_in(await comes_in(line, NIGHT)) == []
    clock.pass_time(hours=25)
    assert meetings_in(await comes_in(line)) == []
