"""What one person is sent names nobody across rooms."""

from __future__ import annotations

from typing import Any

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases


def strings(value: Any) -> set[str]:
    """Every string of six characters and more in here, keys left out."""
    if isinstance(value, dict):
        return set().union(*(strings(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(strings(v) for v in value))
    return {value} if isinstance(value, str) and len(value) >= 6 else set()


def traces(reader: Member, speaker: Member, room: str) -> set[str]:
    """All that one member is sent, at every door, about another who does everything there is."""
    lines = [reader.line_in(room), speaker.line_in(room)]
    said = lines[1].post(room, f"in {room}")["seq"]
    lines[1].ask("edit", room=room, seq=said, text=f"better in {room}")
    lines[1].ask("respond", room=room, seq=said, response="strength", on=True)
    lines[1].say("typing", room=room)
    lines[0].hear_until("responded")
    lines[1].ask("remove", room=room, seq=lines[1].post(room, f"not in {room}")["seq"])
    lines[0].settle()
    replay = reader.line()
    replay.enter(room, since=0)
    page = reader.page(room)
    found = strings([lines[0].heard, replay.heard, page])
    times = strings([[e.get("at"), e.get("edited_at")] for e in lines[0].heard + replay.heard])
    times |= strings([[i.get("at"), i.get("edited_at")] for i in page["items"]])
    return found - times


@on_both_databases
def test_what_is_told_of_one_member_in_two_rooms_has_nothing_in_common(place: Place) -> None:
    here, there, elsewhere = place.room(), place.room(), place.room()
    ash, reader = place.member_in(here, there), place.member_in(here, there, elsewhere)
    stranger = place.member_in(elsewhere)
    in_both = traces(reader, ash, here) & traces(reader, ash, there)
    of_anybody = traces(reader, stranger, elsewhere)
    assert in_both - of_anybody == set()


@on_both_databases
def test_seats_in_two_rooms_have_nothing_in_common(place: Place) -> None:
    here, there = place.room(), place.room()
    ash = place.newcomer()
    first, second = ash.take_seat(here), ash.take_seat(there)
    for name in ("seat", "pseudonym", "avatar"):
        assert first[name] != second[name], name


@pytest.mark.parametrize("door", ["live", "page"])
def test_no_frame_and_no_page_carries_what_a_member_signs_in_with(
    place: Place, room: str, door: str
) -> None:
    ash, birch = place.member_in(room), place.member_in(room)
    line = birch.line_in(room)
    ash.line().post(room, "Hello")
    line.settle()
    told = str(line.heard if door == "live" else birch.page(room))
    assert "Hello" in told
    assert ash.token not in told
    assert not any(f'"{word}"' in told for word in ash.recovery_phrase.split())
    assert ash.recovery_phrase not in told
