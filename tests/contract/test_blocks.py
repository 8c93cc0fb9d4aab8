"""A block hides both ways at every door, follows the person, and names nobody elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Event, Line
from contract.test_unlinkable import strings

AT_ONCE = 5.0  # a moment, on a machine that is busy with other tests as well
"""Seconds within which a block holds on every open line."""


@dataclass
class Three:
    """Two members and a third, all in two rooms."""

    place: Place
    here: str
    there: str
    ash: Member
    birch: Member
    cedar: Member


@pytest.fixture
def three(place: Place) -> Three:
    here, there = place.room(), place.room()
    ash, birch, cedar = (place.member_in(here, there) for _ in range(3))
    return Three(place, here, there, ash, birch, cedar)


def unsee(who: Member, whom: Member, room: str, kind: str = "block") -> dict[str, Any]:
    """Somebody mutes or blocks somebody, by the seat they have in this room."""
    body = {"room": room, "seat": whom.take_seat(room)["seat"], "kind": kind}
    answer = who.call("POST", "/api/v1/me/blocks", json=body)
    assert answer.status_code == 201, answer.text
    block: dict[str, Any] = answer.json()
    return block


def see_again(who: Member, block: dict[str, Any]) -> None:
    assert who.call("DELETE", f"/api/v1/me/blocks/{block['id']}").status_code == 204


def texts(who: Member, room: str) -> list[str]:
    return [item["text"] for item in who.items(room)]


def replayed(who: Member, room: str) -> list[Event]:
    """Everything of a room, as one hears it who comes back after a long time."""
    events = who.line().enter(room, since=0).replayed
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), "a place is gone"
    return events


def until_told(line: Line, speaker: Line, room: str, told: str = "skipped") -> None:
    """Wait until what this one says comes to that line so: it may take a moment."""
    began = time.monotonic()
    while (event := after(line, speaker.post(room, "Is anybody there?")["seq"]))["event"] != told:
        assert time.monotonic() - began < AT_ONCE, event


def after(line: Line, seq: int) -> Event:
    """What comes to that line at this place."""
    while (event := line.hear()).get("seq") != seq:
        pass
    return event


@pytest.mark.full
@on_both_databases
@pytest.mark.parametrize("room", ["here", "there"])
def test_a_block_hides_both_ways_in_every_room_and_a_third_sees_both(
    three: Three, room: str
) -> None:
    where = getattr(three, room)
    three.ash.put(where, "of ash")
    three.birch.put(where, "of birch")
    assert texts(three.ash, where) == texts(three.birch, where) == ["of ash", "of birch"]
    block = unsee(three.ash, three.birch, three.here)
    assert texts(three.ash, where) == ["of ash"]
    assert texts(three.birch, where) == ["of birch"]
    assert texts(three.cedar, where) == ["of ash", "of birch"]
    for who, seen in ((three.ash, [1]), (three.birch, [2]), (three.cedar, [1, 2])):
        posted = [e["seq"] for e in replayed(who, where) if e["event"] == "posted"]
        assert posted == seen
    see_again(three.ash, block)
    assert texts(three.ash, where) == texts(three.birch, where) == ["of ash", "of birch"]


def test_a_mute_hides_one_way_only(three: Three) -> None:
    three.ash.put(three.there, "of ash")
    three.birch.put(three.there, "of birch")
    unsee(three.ash, three.birch, three.here, "mute")
    assert texts(three.ash, three.there) == ["of ash"]
    assert texts(three.birch, three.there) == ["of ash", "of birch"]


@on_both_databases
def test_set_while_lines_are_open_it_holds_on_both_within_a_second(three: Three) -> None:
    lines = {m: m.line_in(three.here, three.there) for m in (three.ash, three.birch, three.cedar)}
    lines[three.birch].post(three.there, "seen by all")
    lines[three.ash].hear_until("posted", text="seen by all")
    block = unsee(three.ash, three.birch, three.here)
    until_told(lines[three.ash], lines[three.birch], three.there)
    until_told(lines[three.birch], lines[three.ash], three.there)
    said = lines[three.birch].post(three.here, "not for ash")["seq"]
    assert lines[three.ash].hear_until("skipped", seq=said) == {
        "event": "skipped",
        "room": three.here,
        "seq": said,
    }
    lines[three.cedar].hear_until("posted", text="not for ash")
    see_again(three.ash, block)
    until_told(lines[three.ash], lines[three.birch], three.here, told="posted")


@pytest.mark.full
@on_both_databases
def test_changes_of_what_is_hidden_are_skipped_and_every_place_is_there(three: Three) -> None:
    ash, birch, cedar = (m.line_in(three.there) for m in (three.ash, three.birch, three.cedar))
    before = birch.post(three.there, "said before")["seq"]
    unsee(three.ash, three.birch, three.here)
    until_told(ash, birch, three.there)
    after = birch.post(three.there, "said after")["seq"]
    for seq in (before, after):
        birch.ask("edit", room=three.there, seq=seq, text="in other words")
        cedar.ask("respond", room=three.there, seq=seq, response="with_you", on=True)
        cedar.hear_until("responded", of=seq)
        birch.ask("remove", room=three.there, seq=seq)
    cedar.hear_until("removed", of=after)
    ash.settle()
    heard = [e for e in ash.heard if e.get("seq", 0) >= after]
    assert [e["seq"] for e in heard] == list(range(after, after + 7))
    assert {e["event"] for e in heard} == {"skipped"}
    assert {frozenset(e) for e in heard} == {frozenset({"event", "room", "seq"})}
    loaded = {e["seq"]: e for e in replayed(three.ash, three.there)}
    assert loaded[before]["event"] == "skipped"
    assert all(loaded[e["seq"]] == e for e in heard), "live is loaded"


@on_both_databases
def test_who_answers_somebody_hidden_is_seen_without_the_answered_words(three: Three) -> None:
    ash, cedar = three.ash.line_in(three.there), three.cedar.line_in(three.there)
    hidden = three.birch.put(three.there, "something about last summer").json()["seq"]
    unsee(three.ash, three.birch, three.here)
    html = three.ash.line()
    html.enter(three.there, **{"as": "html"})
    answer = cedar.post(three.there, "I think so too", reply_to=hidden)["seq"]
    cedar.ask("edit", room=three.there, seq=answer, text="I really think so")
    for line in (ash, html):
        told = [
            line.hear_until("posted", seq=answer),
            line.hear_until("edited", of=answer),
            *three.ash.items(three.there),
            *replayed(three.ash, three.there),
        ]
        assert "last summer" not in str(told)
        assert "reply_to" not in str(told)
    assert three.cedar.items(three.there)[-1]["reply_to"] == hidden
    refused = ash.ask("post", room=three.there, text="And I", reply_to=hidden)
    assert (refused["event"], refused["code"]) == ("refused", "not_found")
    nowhere = ash.ask("post", room=three.there, text="And I", reply_to=10_000)
    assert {**nowhere, "nonce": ""} == {**refused, "nonce": ""}
    response = {"room": three.there, "response": "strength", "on": True}
    assert cedar.ask("respond", seq=hidden, **response)["event"] == "accepted"
    for seq in (hidden, 10_000):
        assert ash.ask("respond", seq=seq, **response)["code"] == "not_found"


@pytest.mark.full
@on_both_databases
def test_responses_of_the_other_do_not_count_live_replayed_or_loaded(three: Three) -> None:
    ash, birch, cedar = (m.line_in(three.there) for m in (three.ash, three.birch, three.cedar))
    unsee(three.ash, three.birch, three.here)
    until_told(ash, birch, three.there)
    said = cedar.post(three.there, "How are you all?")["seq"]
    for line in (birch, ash):
        line.ask("respond", room=three.there, seq=said, response="strength", on=True)
    for line, count in ((cedar, 2), (ash, 1), (birch, 1)):
        line.hear_until("responded", of=said, counts={"strength": count})
    for who, count in ((three.cedar, 2), (three.ash, 1), (three.birch, 1)):
        assert who.items(three.there)[-1]["counts"] == {"strength": count}
        told = [e for e in replayed(who, three.there) if e["event"] == "responded"]
        assert told[-1]["counts"] == {"strength": count}


@pytest.mark.full
def test_that_they_write_is_not_told_and_how_many_are_here_stays_the_same(three: Three) -> None:
    more = [three.place.member_in(three.there) for _ in range(2)]
    lines = [m.line_in(three.there) for m in (*more, three.ash, three.birch, three.cedar)]
    *_, ash, birch, cedar = lines
    unsee(three.ash, three.birch, three.here)
    until_told(ash, birch, three.there)
    birch.say("typing", room=three.there)
    cedar.hear_until("typing")
    birch.say("enter", room=three.there)
    for line in (ash, birch, cedar):
        line.settle()  # how many are here was told on the beat of the writing, or before it
        assert line.named("presence")[-1]["here"] == 5
    assert not [event for event in ash.heard if event["event"] == "typing"]


@on_both_databases
def test_the_list_shows_only_the_room_and_name_where_it_was_set(three: Three) -> None:
    known = three.birch.take_seat(three.here)
    block = unsee(three.ash, three.birch, three.here)
    assert three.ash.call("GET", "/api/v1/me/blocks").json() == {"items": [block], "next": None}
    assert block["pseudonym"] == known["pseudonym"]
    assert block["room"] == three.here
    assert (set(block), block["kind"]) == ({"id", "kind", "room", "pseudonym", "since"}, "block")
    assert three.birch.call("GET", "/api/v1/me/blocks").json()["items"] == []
    assert three.birch.call("DELETE", f"/api/v1/me/blocks/{block['id']}").status_code == 404
    assert texts(three.ash, three.here) == []


@pytest.mark.parametrize("wrong", [{"seat": "nobody-sits-here"}, {"room": "no-such-room"}])
def test_nobody_is_blocked_who_is_not_there(three: Three, wrong: dict[str, str]) -> None:
    body = {"room": three.here, "seat": three.birch.take_seat(three.here)["seat"], **wrong}
    answer = three.ash.call("POST", "/api/v1/me/blocks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def told_of(reader: Member, speaker: Member, room: str, words: str) -> set[str]:
    """All that one member is sent about another in a room, with no times in it."""
    lines = [reader.line_in(room), speaker.line_in(room)]
    said = lines[1].post(room, words)["seq"]
    lines[1].ask("edit", room=room, seq=said, text=f"Better: {words}")
    lines[1].ask("respond", room=room, seq=said, response="strength", on=True)
    lines[1].hear_until("responded", of=said)
    lines[0].settle()
    again = reader.line()
    again.enter(room, since=0)
    everything = [lines[0].heard, again.heard, reader.page(room)]
    told = {word for word in strings(everything) if not word.startswith("20")}
    return told | {str(number) for number in numbers(everything) if number > 99_999}


def numbers(value: Any) -> set[int]:
    """Every number in here."""
    if isinstance(value, dict):
        return numbers(list(value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers, value))
    return {value} if isinstance(value, int) else set()


@on_both_databases
@pytest.mark.parametrize("kind", ["mute", pytest.param("block", marks=pytest.mark.full), None])
def test_nothing_that_is_sent_joins_the_names_of_two_rooms(three: Three, kind: str | None) -> None:
    stranger, elsewhere = three.place.newcomer(), three.place.room()
    for member in (stranger, three.ash):
        member.take_seat(elsewhere)
    of_anybody = told_of(three.ash, stranger, elsewhere, "Good morning") | {"skipped"}
    sent: set[str] = set()
    if kind:
        block = unsee(three.ash, three.birch, three.here, kind)
        sent = strings(block) - {three.here, block["since"]}
    here = told_of(three.ash, three.birch, three.here, "The sea is calm")
    there = told_of(three.ash, three.birch, three.there, "It rains in the hills")
    assert (here & there) - of_anybody == set()
    assert sent & there == set()
    seats = [three.birch.take_seat(room) for room in (three.here, three.there)]
    assert sent & set(map(str, seats[1].values())) == set()
    assert (str(seats[1]["pseudonym"]) in str(there)) is (kind is None)


@pytest.mark.parametrize("speaker", ["birch", "cedar"])
def test_what_is_skipped_is_the_same_bytes_whoever_is_behind_it(three: Three, speaker: str) -> None:
    hidden: Member = getattr(three, speaker)
    ash = three.ash.line_in(three.there)
    for other in (three.birch, three.cedar):
        unsee(three.ash, other, three.here)
    until_told(ash, hidden.line(), three.there)
    seq = hidden.put(three.there, "words of some length, to see if it matters").json()["seq"]
    assert ash.hear_until("skipped", seq=seq) == {
        "event": "skipped",
        "room": three.there,
        "seq": seq,
    }
