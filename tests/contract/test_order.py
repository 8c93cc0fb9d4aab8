"""The promises about order: dense, the same for all, nothing lost, nothing twice."""

from __future__ import annotations

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Event, Line, fresh_nonce


def talk_at_once(lines: list[Line], room: str, rounds: int) -> dict[str, int]:
    """Everyone speaks without waiting for anyone; the seq each text was accepted with."""
    said: dict[str, tuple[Line, str]] = {}
    for i in range(rounds):
        for who, line in enumerate(lines):
            nonce = fresh_nonce()
            said[nonce] = (line, f"voice {who} says {i}")
            line.say("post", room=room, nonce=nonce, text=said[nonce][1])
    return {text: line.answer_to(nonce)["seq"] for nonce, (line, text) in said.items()}


def told(events: list[Event]) -> list[tuple[int, str]]:
    return [(e["seq"], e["text"]) for e in events if e["event"] == "posted"]


@on_both_databases
def test_every_accepted_message_is_told_to_everyone_once_and_in_one_dense_order(
    place: Place, room: str
) -> None:
    lines = [place.member_in(room).line_in(room) for _ in range(4)]
    silent = place.member_in(room).line_in(room)
    accepted = talk_at_once(lines, room, 25)
    for line in (*lines, silent):
        line.settle()
        stream = told(line.sequenced(room))
        assert [seq for seq, _ in stream] == list(range(1, 101))
        assert {text: seq for seq, text in stream} == accepted


@on_both_databases
def test_one_voice_is_never_reordered(
    place: Place, ash: Member, birch_line: Line, room: str
) -> None:
    texts = [f"sentence {i}" for i in range(60)]
    assert ash.line().post_many(room, texts) == list(range(1, 61))
    birch_line.settle()
    assert [text for _, text in told(birch_line.sequenced(room))] == texts


@on_both_databases
def test_live_replay_and_pages_tell_the_same_story(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    listener = birch.line_in(room)
    accepted = talk_at_once([ash.line(), birch.line()], room, 20)
    listener.settle()
    live = told(listener.sequenced(room))
    replayed = told(birch.line().enter(room, since=0).replayed)
    paged = [(item["seq"], item["text"]) for item in birch.items(room, limit=200)]
    assert live == replayed == paged == sorted((s, t) for t, s in accepted.items())


@on_both_databases
def test_messages_edits_removals_and_responses_share_one_dense_sequence(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    writer, reader = ash.line(), birch.line_in(room)
    writer.post_many(room, ["one", "two", "three"])
    writer.ask("edit", room=room, seq=1, text="one, better")
    writer.ask("remove", room=room, seq=2)
    birch.line().ask("respond", room=room, seq=3, response="thank_you", on=True)
    reader.hear_until("responded")
    writer.post(room, "four")
    reader.settle()
    heard = [(e["seq"], e["event"]) for e in reader.sequenced(room)]
    names = ["posted"] * 3 + ["edited", "removed", "responded", "posted"]
    assert heard == list(enumerate(names, start=1))
    replayed = birch.line().enter(room, since=0).replayed
    assert [(e["seq"], e["event"]) for e in replayed] == heard
    assert ash.page(room)["head"] == 7


@on_both_databases
def test_a_reader_who_comes_back_misses_nothing_and_hears_nothing_twice(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    writer, reader = ash.line(), birch.line_in(room)
    writer.post_many(room, ["one", "two", "three"])
    reader.settle()
    last = reader.sequenced(room)[-1]["seq"]
    epoch = reader.named("entered")[0]["epoch"]
    reader.break_off()
    writer.post_many(room, ["four", "five"])
    back = birch.line()
    entrance = back.enter(room, since=last, epoch=epoch)
    writer.post(room, "six")
    back.settle()
    assert [e["seq"] for e in back.sequenced(room)] == [4, 5, 6]
    assert entrance.live["head"] == 5


def test_where_limits_refuse_nothing_a_thousand_things_said_at_once_are_all_kept(
    ash: Member, room: str
) -> None:
    texts = [f"sentence {i}" for i in range(1000)]
    assert ash.line().post_at_once(room, texts) == list(range(1, 1001))


def test_each_room_counts_for_itself(place: Place) -> None:
    here, there = place.room(), place.room()
    ash = place.member_in(here, there).line()
    assert ash.post_many(here, ["one", "two"]) == [1, 2]
    assert ash.post_many(there, ["one"]) == [1]


def test_both_lines_of_one_member_hear_the_same(ash: Member, birch_line: Line, room: str) -> None:
    phone, desk = ash.line_in(room), ash.line_in(room)
    birch_line.post(room, "to both")
    phone.post(room, "from the phone")
    for line in (phone, desk):
        line.settle()
        assert told(line.sequenced(room)) == [(1, "to both"), (2, "from the phone")]
