"""Entering a room: the replay, the reset, and what is live after it."""

from __future__ import annotations

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce


def seqs(events: list[dict[str, object]]) -> list[object]:
    return [event["seq"] for event in events]


@on_both_databases
def test_without_since_nothing_is_replayed(place: Place, ash: Member, room: str) -> None:
    ash.line().post_many(room, ["one", "two"])
    entrance = ash.line().enter(room)
    assert entrance.replayed == []
    assert (entrance.entered["head"], entrance.entered["since"]) == (2, 2)
    assert entrance.live["head"] == 2


def test_an_empty_room_is_entered_at_nought(ash: Member, room: str) -> None:
    entrance = ash.line().enter(room, since=0)
    assert (entrance.entered["head"], entrance.entered["since"]) == (0, 0)
    assert (entrance.replayed, entrance.live["head"]) == ([], 0)


@on_both_databases
def test_with_since_everything_after_it_is_replayed_in_order_and_then_it_is_live(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    ash.line().post_many(room, ["one", "two", "three", "four"])
    entrance = birch.line().enter(room, since=1)
    assert entrance.entered["since"] == 1
    assert entrance.entered["head"] == 4
    assert [(e["seq"], e["text"]) for e in entrance.replayed] == [
        (2, "two"),
        (3, "three"),
        (4, "four"),
    ]
    assert entrance.live["head"] == 4


def test_who_is_up_to_date_is_told_so_at_once(ash: Member, room: str) -> None:
    line = ash.line()
    line.post_many(room, ["one", "two"])
    entrance = line.enter(room, since=2)
    assert (entrance.replayed, entrance.live["head"]) == ([], 2)


def test_the_epoch_is_an_opaque_string_the_same_for_everyone_in_the_room(
    ash: Member, birch: Member, room: str
) -> None:
    mine, theirs = ash.line().enter(room), birch.line().enter(room)
    assert isinstance(mine.entered["epoch"], str)
    assert mine.entered["epoch"]
    assert mine.entered["epoch"] == theirs.entered["epoch"] == ash.page(room)["epoch"]


def test_the_right_epoch_resumes_and_an_absent_one_is_not_compared(ash: Member, room: str) -> None:
    epoch = ash.page(room)["epoch"]
    ash.line().post_many(room, ["one", "two"])
    assert seqs(ash.line().enter(room, since=0, epoch=epoch).replayed) == [1, 2]
    assert seqs(ash.line().enter(room, since=0).replayed) == [1, 2]


@on_both_databases
def test_another_epoch_is_answered_by_a_reset_and_leaves_one_outside(
    place: Place, ash: Member, birch_line: Line, room: str
) -> None:
    line = ash.line()
    line.say("enter", room=room, since=0, epoch="another-life")
    assert line.hear() == {"event": "reset", "room": room, "reason": "epoch"}
    birch_line.post(room, "is anyone there?")
    assert line.settle() == []
    line.enter(room)
    birch_line.post(room, "now there is")
    assert line.hear_until("posted")["text"] == "now there is"


@pytest.mark.full
def test_a_thousand_entries_are_replayed_and_one_more_is_a_reset(
    ash: Member, birch: Member, room: str
) -> None:
    writer = ash.line()
    writer.post_many(room, [f"line {i}" for i in range(1001)])
    assert seqs(birch.line().enter(room, since=1).replayed) == list(range(2, 1002))
    late = birch.line()
    late.say("enter", room=room, since=0)
    assert late.hear() == {"event": "reset", "room": room, "reason": "behind"}
    writer.post(room, "nobody outside hears this")
    assert late.settle() == []


@pytest.mark.parametrize("since", [None, 0])
def test_what_is_said_after_live_is_heard_at_once(
    ash_line: Line, birch: Member, room: str, since: int | None
) -> None:
    line = birch.line()
    line.enter(room, **({} if since is None else {"since": since}))
    ash_line.post(room, "you are here now")
    assert line.hear_until("posted")["text"] == "you are here now"


def test_whoever_enters_while_others_speak_misses_nothing_and_hears_nothing_twice(
    ash: Member, birch: Member, room: str
) -> None:
    writer = ash.line()
    writer.post_many(room, [f"early {i}" for i in range(50)])
    nonces = [fresh_nonce() for _ in range(200)]
    readers = []
    for i, nonce in enumerate(nonces):
        writer.say("post", room=room, nonce=nonce, text=f"late {i}")
        if i % 40 == 0:
            reader = birch.line()
            reader.say("enter", room=room, since=0)
            readers.append(reader)
    for nonce in nonces:
        writer.answer_to(nonce)
    for reader in readers:
        reader.settle()
        assert seqs(reader.sequenced(room)) == list(range(1, 251))
        entered, live = reader.named("entered")[0], reader.named("live")[0]
        before_live = reader.heard[: reader.heard.index(live)]
        told = [e["seq"] for e in before_live if e["event"] == "posted"]
        assert told[: live["head"]] == list(range(1, live["head"] + 1))
        assert live["head"] >= entered["head"] >= 50


def test_entering_twice_does_not_deliver_twice(ash: Member, birch_line: Line, room: str) -> None:
    line = ash.line()
    line.enter(room)
    line.enter(room)
    birch_line.post(room, "once")
    line.settle()
    assert [e["text"] for e in line.named("posted")] == ["once"]


def test_one_line_holds_several_rooms_and_every_event_names_its_room(place: Place) -> None:
    rooms = [place.room() for _ in range(3)]
    ash, birch = place.member_in(*rooms), place.member_in(*rooms)
    reader, writer = ash.line_in(*rooms), birch.line()
    for room in rooms:
        writer.post(room, f"in {room}")
    reader.settle()
    assert {e["room"]: e["text"] for e in reader.named("posted")} == {r: f"in {r}" for r in rooms}


@on_both_databases
def test_after_leaving_nothing_more_is_heard(
    place: Place, ash_line: Line, birch_line: Line, room: str
) -> None:
    birch_line.post(room, "first")
    assert ash_line.hear_until("posted")["text"] == "first"
    ash_line.say("leave", room=room)
    assert ash_line.settle() == []
    birch_line.post(room, "second")
    assert ash_line.settle() == []


def test_leaving_one_room_keeps_the_other(place: Place) -> None:
    left, kept = place.room(), place.room()
    ash, birch = place.member_in(left, kept), place.member_in(left, kept)
    reader, writer = ash.line_in(left, kept), birch.line()
    reader.say("leave", room=left)
    reader.settle()
    writer.post(left, "gone")
    writer.post(kept, "stays")
    reader.settle()
    assert [e["text"] for e in reader.named("posted")] == ["stays"]


@on_both_databases
def test_a_room_without_my_seat_looks_exactly_like_one_that_does_not_exist(
    place: Place, stranger: Member, room: str
) -> None:
    line = stranger.line()
    for do in ("enter", "post", "edit", "remove", "respond", "typing", "seen", "leave"):
        answers = []
        for slug in (room, "there-is-no-such-room"):
            command = {**FIELDS[do], "room": slug}
            line.say(do, **command)
            answer = line.hear_until("refused")
            assert answer.pop("room", slug) == slug
            answers.append(answer)
        assert answers[0] == answers[1], do
        assert answers[0]["code"] == "not_found", do
    place.member_in(room).line().enter(room)


FIELDS: dict[str, dict[str, object]] = {
    "enter": {"since": 0},
    "leave": {},
    "post": {"nonce": "same-nonce-1", "text": "hello"},
    "edit": {"nonce": "same-nonce-2", "seq": 1, "text": "hello"},
    "remove": {"nonce": "same-nonce-3", "seq": 1},
    "respond": {"nonce": "same-nonce-4", "seq": 1, "response": "with_you", "on": True},
    "typing": {},
    "seen": {"seq": 1},
}
