"""The four responses: idempotent, folded, counted, and nameless."""

from __future__ import annotations

import json
import time

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce


def respond(
    line: Line, room: str, response: str = "with_you", **fields: object
) -> dict[str, object]:
    asked: dict[str, object] = {"seq": 1, "response": response, "on": True, **fields}
    return line.ask("respond", room=room, **asked)


@on_both_databases
def test_a_response_is_accepted_without_a_seq_and_counted_for_everyone(
    place: Place, ash_line: Line, birch_line: Line, room: str
) -> None:
    responses = ("with_you", "same_here", "thank_you", "strength")
    ash_line.post_many(room, ["I told my sister"] * 4)
    for of, response in enumerate(responses, start=1):
        accepted = respond(birch_line, room, response, seq=of)
        assert accepted["event"] == "accepted"
        assert accepted.get("seq") is None
        responded = ash_line.hear_until("responded")
        assert (responded["room"], responded["seq"], responded["of"]) == (room, of + 4, of)
        assert {k: n for k, n in responded["counts"].items() if n} == {response: 1}


def test_a_response_names_nobody(
    ash: Member, birch: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    seat = birch.take_seat(room)
    ash_line.post(room, "I told my sister")
    respond(birch_line, room)
    responded = ash_line.hear_until("responded")
    assert responded.keys() == {"event", "room", "seq", "of", "counts"}
    everything = json.dumps([responded, ash.page(room)])
    for name in ("seat", "pseudonym", "avatar"):
        assert json.dumps(seat[name]) not in everything


@pytest.mark.full
@on_both_databases
def test_a_response_taken_away_is_no_longer_counted(
    place: Place, ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    respond(birch_line, room)
    ash_line.hear_until("responded")
    respond(birch_line, room, on=False)
    responded = ash_line.hear_until("responded")
    assert not any(responded["counts"].values())
    assert not any(ash.page(room)["items"][0]["counts"].values())


def test_one_member_counts_once_however_often_they_respond(
    ash: Member, birch: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    for line in (birch_line, birch_line, birch.line()):
        assert respond(line, room)["event"] == "accepted"
    ash_line.hear_until("responded")
    assert ash.page(room)["items"][0]["counts"]["with_you"] == 1


def test_taking_away_what_was_never_given_changes_nothing(
    ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    assert respond(birch_line, room, on=False)["event"] == "accepted"
    assert not any(ash.page(room)["items"][0]["counts"].values())


def test_a_response_sent_again_with_its_nonce_is_answered_again(
    ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    nonce = fresh_nonce()
    for _ in range(2):
        assert respond(birch_line, room, nonce=nonce)["event"] == "accepted"
    assert ash.page(room)["items"][0]["counts"]["with_you"] == 1


@pytest.mark.full
@on_both_databases
def test_one_message_is_said_to_be_responded_to_at_most_once_a_second(
    place: Place, ash_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    lines = [place.member_in(room).line() for _ in range(2)]
    began, heard = time.monotonic(), 0
    for response in ("with_you", "same_here", "strength"):
        for line in lines:
            assert respond(line, room, response)["event"] == "accepted"
    counts: dict[str, int] = {}
    while counts != {"with_you": 2, "same_here": 2, "strength": 2}:
        responded = ash_line.hear_until("responded")
        counts = {k: n for k, n in responded["counts"].items() if n}
        heard += 1
    assert heard <= 1 + time.monotonic() - began
    told = [e["seq"] for e in ash_line.sequenced(room)]
    assert told == list(range(1, len(told) + 1))


def test_responses_to_two_messages_do_not_wait_for_each_other(
    ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post_many(room, ["one", "two"])
    respond(birch_line, room, seq=1)
    respond(birch_line, room, seq=2)
    assert {ash_line.hear_until("responded")["of"] for _ in range(2)} == {1, 2}


@on_both_databases
def test_what_is_no_message_cannot_be_responded_to(
    place: Place, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "words")
    ash_line.ask("edit", room=room, seq=1, text="better words")
    for no_message in (2, 3, 10**9):
        answer = respond(birch_line, room, seq=no_message)
        assert (answer["event"], answer["code"]) == ("refused", "not_found")
    assert respond(birch_line, room, seq=1)["event"] == "accepted"


@on_both_databases
def test_a_replay_ends_with_the_counts_as_they_are_now(
    place: Place, ash: Member, birch: Member, ash_line: Line, room: str
) -> None:
    ash_line.post(room, "I told my sister")
    respond(birch.line(), room)
    ash_line.hear_until("responded")
    posted, responded = birch.line().enter(room, since=0).replayed
    assert (posted["event"], responded["event"]) == ("posted", "responded")
    assert (responded["seq"], responded["of"]) == (2, 1)
    assert responded["counts"]["with_you"] == 1
    assert ash.page(room)["items"][0]["counts"]["with_you"] == 1
