"""Who is here, coarsely; that somebody writes, never who; how far I have read."""

from __future__ import annotations

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line


def company(place: Place, room: str, size: int) -> list[Line]:
    """So many members, all of them in the room."""
    return [place.member_in(room).line_in(room) for _ in range(size)]


def test_below_five_presence_says_no_number(ash_line: Line, birch_line: Line, room: str) -> None:
    presence = birch_line.hear_until("presence", room=room)
    assert presence == {"event": "presence", "room": room, "here": None}
    ash_line.settle()
    assert {e["here"] for e in ash_line.named("presence")} <= {None}


@pytest.mark.full
def test_from_five_on_presence_is_a_number_and_below_it_is_none_again(
    place: Place, room: str
) -> None:
    lines = company(place, room, 4)
    twice = place.member_in(room)
    for line in (twice.line_in(room), twice.line_in(room)):
        line.settle()
    lines[0].hear_until("presence", here=5)
    (sixth,) = company(place, room, 1)
    lines[0].hear_until("presence", here=6)
    sixth.connection.close()
    lines[1].say("leave", room=room)
    lines[0].hear_until("presence", here=None)
    assert {e["here"] for e in lines[0].named("presence")} <= {None, 5, 6}


@on_both_databases
def test_that_somebody_writes_is_told_and_never_who(
    place: Place, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.say("typing", room=room)
    assert birch_line.hear_until("typing") == {"event": "typing", "room": room}


@pytest.mark.full
def test_where_more_than_eight_are_here_writing_is_not_told(place: Place, room: str) -> None:
    lines = company(place, room, 8)
    lines[1].say("typing", room=room)
    lines[0].hear_until("typing", room=room)
    company(place, room, 1)
    began = len(lines[0].heard)
    lines[2].say("typing", room=room)
    lines[2].settle()
    company(place, room, 1)
    lines[0].hear_until("presence", here=10)  # on the beat on which the writing would be told
    assert "typing" not in [e["event"] for e in lines[0].heard[began:]]


def test_presence_and_writing_take_no_seq(ash: Member, ash_line: Line, room: str) -> None:
    ash_line.say("typing", room=room)
    assert ash_line.post(room, "first of all")["seq"] == 1


def test_leaving_writing_and_reading_are_not_answered(ash_line: Line, room: str) -> None:
    ash_line.post(room, "something to read")
    ash_line.settle()
    began = len(ash_line.heard)
    ash_line.say("seen", room=room, seq=1)
    ash_line.say("typing", room=room)
    ash_line.say("leave", room=room)
    ash_line.settle()
    told = {e["event"] for e in ash_line.heard[began:] if e.get("room") == room}
    assert told <= {"presence", "typing"}
