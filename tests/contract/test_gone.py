"""Signed out, erased, out of the room: within a second nothing is delivered any more."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce


def sign_out(member: Member) -> None:
    """End this session."""
    answer = member.call("POST", "/api/v1/sign-out")
    assert answer.status_code in (200, 204), answer.text


def erase(member: Member) -> None:
    """Ask that everything about this member be erased."""
    answer = member.call("DELETE", "/api/v1/me")
    assert answer.status_code in (200, 202, 204), answer.text


TRIES = 5  # the machine may be busy with other tests
ENDINGS = pytest.mark.parametrize("end", [sign_out, erase])


@on_both_databases
@ENDINGS
def test_whose_session_ends_is_closed_with_4401_within_a_second(
    place: Place, birch: Member, room: str, end: Callable[[Member], None]
) -> None:
    other = birch.line_in(room)
    for _ in range(TRIES):
        ash = place.member_in(room)
        lines = [ash.line_in(room), ash.line()]
        seq = other.post(room, "before")["seq"]
        assert lines[0].hear_until("posted")["seq"] == seq
        end(ash)
        began = time.monotonic()
        assert [line.closing() for line in lines] == [4401, 4401]
        other.post(room, "and the others stay")
        if time.monotonic() - began < 1:
            break
    else:
        pytest.fail("not once within a second")


@on_both_databases
@ENDINGS
def test_an_old_token_is_dead_at_both_doors(
    place: Place, ash: Member, room: str, end: Callable[[Member], None]
) -> None:
    assert ash.call("GET", "/api/v1/me").status_code == 200
    assert place.knock(token=ash.token) == 101
    end(ash)
    for method, path in (
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/rooms"),
        ("GET", f"/api/v1/rooms/{room}/messages"),
        ("GET", "/api/v1/me/export"),
        ("DELETE", "/api/v1/me"),
    ):
        assert ash.call(method, path).status_code == 401, path
    assert ash.put(room, "still me").status_code == 401
    assert place.knock(token=ash.token) == 401


def test_nothing_said_with_an_old_token_is_kept(ash: Member, birch: Member, room: str) -> None:
    line = ash.line_in(room)
    sign_out(ash)
    assert line.closing() == 4401
    assert ash.put(room, "too late").status_code == 401
    assert birch.page(room)["items"] == []


def test_signing_out_here_leaves_the_other_session_open(
    place: Place, ash: Member, birch_line: Line, room: str
) -> None:
    answer = place.call("POST", "/api/v1/sign-in", json={"recovery_phrase": ash.recovery_phrase})
    other = Member(place, {"token": answer.json()["token"]})
    line = other.line_in(room)
    here = ash.line()
    sign_out(ash)
    assert here.closing() == 4401
    birch_line.post(room, "still here?")
    assert line.hear_until("posted")["text"] == "still here?"
    assert other.call("GET", "/api/v1/me").status_code == 200


@pytest.mark.full
@on_both_databases
def test_who_gives_up_the_seat_hears_nothing_more_after_a_second(
    place: Place, ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    birch_line.post(room, "before")
    assert ash_line.hear_until("posted")["text"] == "before"
    answer = ash.call("DELETE", f"/api/v1/rooms/{room}/seat")
    assert answer.status_code in (200, 204)
    time.sleep(1)
    ash_line.settle()
    began = len(ash_line.heard)
    birch_line.post(room, "after")
    ash_line.settle()
    assert [e for e in ash_line.heard[began:] if e.get("room") == room] == []


@pytest.mark.full
def test_who_gives_up_the_seat_can_neither_speak_nor_read_there(
    ash: Member, ash_line: Line, room: str
) -> None:
    ash_line.post(room, "a last word")
    ash.call("DELETE", f"/api/v1/rooms/{room}/seat")
    time.sleep(1)
    answer = ash_line.ask("post", room=room, text="one more")
    assert (answer["event"], answer["code"]) == ("refused", "not_found")
    assert ash.call("GET", f"/api/v1/rooms/{room}/messages").status_code == 404
    assert ash.put(room, "and one more", fresh_nonce()).status_code == 404
    ash.take_seat(room)
    assert [item["text"] for item in ash.page(room)["items"]] == ["a last word"]
