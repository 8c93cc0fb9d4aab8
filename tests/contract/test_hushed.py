"""Hushed, paused: within a second nothing more is accepted, or delivered; and one is told why."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line

AT_ONCE = 5.0  # a moment, on a machine that is busy with other tests as well
"""Seconds within which a measure holds on every open line."""


@pytest.fixture
def moderator(place: Place) -> str:
    """Somebody who may take measures, and is not on shift."""
    if "HOLDFAST_TEST_URL" in os.environ:
        pytest.skip("HOLDFAST_TEST_URL names one server, and tells of its steward only")
    return place.staff["moderator"]


def measure(place: Place, moderator: str, room: str, whom: Member, kind: str) -> dict[str, Any]:
    """Two hours without writing here, or without coming in anywhere."""
    until = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    seat = whom.take_seat(room)["seat"]
    wish = {"kind": kind, "seat": seat, "rule": "kind", "reason": "For a test.", "until": until}
    answer = place.call("POST", f"/api/v1/rooms/{room}/measures", token=moderator, json=wish)
    assert answer.status_code == 201, answer.text
    return {**answer.json(), "until": until}


def until_refused(line: Line, room: str) -> dict[str, Any]:
    """Say something until it is refused: soon it must be."""
    began = time.monotonic()
    while (answer := line.ask("post", room=room, text="Can you hear me?"))["event"] == "accepted":
        assert time.monotonic() - began < AT_ONCE
    return answer


@pytest.mark.full
@on_both_databases
def test_who_is_hushed_hears_it_at_once_reads_on_and_writes_no_more(
    place: Place, room: str, ash: Member, birch: Member, moderator: str
) -> None:
    hers, birchs = ash.line_in(room), birch.line_in(room)
    hers.post(room, "before")
    seq = birchs.hear_until("posted")["seq"]
    taken = measure(place, moderator, room, ash, "hush")
    told = hers.hear_until("hushed", patience=AT_ONCE)
    assert (told["room"], told["until"]) == (room, taken["until"])
    assert told["why"]
    assert told["appeal"]

    # Nothing of hers is accepted any more, by any door, and she is told so each time.
    refused = until_refused(hers, room)
    assert (refused["event"], refused["code"]) == ("refused", "hushed")
    assert refused["until"] == taken["until"]
    for do, fields in (
        ("edit", {"seq": seq, "text": "after"}),
        ("respond", {"seq": seq, "response": "with_you", "on": True}),
    ):
        assert hers.ask(do, room=room, **fields)["code"] == "hushed", do
    assert ash.put(room, "over HTTP").json()["code"] == "hushed"

    # She still reads, live and from the page; the others write as ever.
    birchs.post(room, "We can, and you read us.")
    assert hers.hear_until("posted", text="We can, and you read us.")
    assert [item["text"] for item in ash.items(room)][-1] == "We can, and you read us."


@pytest.mark.full
@on_both_databases
def test_who_is_paused_loses_every_open_room_within_a_second(
    place: Place, room: str, ash: Member, birch: Member, moderator: str
) -> None:
    other = place.room()
    ash.take_seat(other)
    birch.take_seat(other)
    hers, birchs = ash.line_in(room, other), birch.line_in(room, other)
    birchs.post(other, "before")
    hers.hear_until("posted", text="before")
    measure(place, moderator, room, ash, "pause")
    until_refused(hers, other)
    birchs.post(other, "behind her back")
    assert "behind her back" not in str(hers.settle())
    page = ash.call("GET", f"/api/v1/rooms/{other}/messages")
    assert (page.status_code, page.json()["code"]) == (403, "paused")
    assert ash.call("GET", "/api/v1/me/measures").status_code == 200, "the appeal stays open"
