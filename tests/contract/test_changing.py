"""Changing what I said, and taking it back; nothing of the old words is ever sent again."""

from __future__ import annotations

import json

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce


@pytest.mark.full
@on_both_databases
def test_an_edit_takes_the_next_seq_and_everyone_hears_the_new_words(
    place: Place, ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "I feal bad")
    accepted = ash_line.ask("edit", room=room, seq=1, text="I feel bad", note="sadness")
    assert (accepted["event"], accepted["seq"], accepted["room"]) == ("accepted", 2, room)
    edited = birch_line.hear_until("edited")
    assert (edited["room"], edited["seq"], edited["of"]) == (room, 2, 1)
    assert (edited["text"], edited["note"]) == ("I feel bad", "sadness")
    assert edited["at"]
    ash_line.settle()
    assert [e["seq"] for e in ash_line.named("edited")] == [2]


@on_both_databases
def test_a_replay_sends_an_edited_message_in_its_new_words_and_the_edit_at_its_own_seq(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    line = ash.line()
    line.post(room, "the first wording")
    line.post(room, "between")
    line.ask("edit", room=room, seq=1, text="the second wording")
    reader = birch.line()
    first, between, change = reader.enter(room, since=0).replayed
    assert (first["event"], first["seq"], first["text"]) == ("posted", 1, "the second wording")
    assert first["edited_at"]
    assert (between["event"], between["seq"]) == ("posted", 2)
    assert between.get("edited_at") is None
    assert (change["event"], change["seq"], change["of"]) == ("edited", 3, 1)
    assert "first wording" not in json.dumps(reader.heard)
    assert "first wording" not in json.dumps(birch.page(room))
    item = birch.page(room)["items"][0]
    assert (item["text"], bool(item["edited_at"])) == ("the second wording", True)


def test_edited_twice_only_the_last_words_are_replayed(
    ash: Member, birch: Member, room: str
) -> None:
    line = ash.line()
    line.post(room, "wording one")
    line.ask("edit", room=room, seq=1, text="wording two")
    line.ask("edit", room=room, seq=1, text="wording three")
    reader = birch.line()
    events = reader.enter(room, since=0).replayed
    assert [e["event"] for e in events] == ["posted", "edited", "edited"]
    assert "wording one" not in json.dumps(reader.heard)
    assert "wording two" not in json.dumps(reader.heard)


@on_both_databases
def test_a_removed_message_leaves_its_place_and_none_of_its_words(
    place: Place, ash_line: Line, birch: Member, birch_line: Line, room: str
) -> None:
    ash_line.post(room, "words to take back", note="a note to take back")
    accepted = ash_line.ask("remove", room=room, seq=1)
    assert (accepted["event"], accepted["seq"]) == ("accepted", 2)
    removed = birch_line.hear_until("removed")
    assert (removed["room"], removed["seq"], removed["of"]) == (room, 2, 1)
    assert removed["by"] == "author"
    assert removed["at"]
    reader = birch.line()
    gone, change = reader.enter(room, since=0).replayed
    assert (gone["event"], gone["seq"]) == ("posted", 1)
    assert (gone["text"], gone["removed"]) == ("", "author")
    assert (change["event"], change["seq"], change["of"]) == ("removed", 2, 1)
    item = birch.page(room)["items"][0]
    assert (item["text"], item["removed"]) == ("", "author")
    assert "take back" not in json.dumps([reader.heard, birch.page(room)])


def test_an_edited_and_then_removed_message_is_replayed_without_any_of_its_words(
    ash: Member, birch: Member, room: str
) -> None:
    line = ash.line()
    line.post(room, "first secret")
    line.ask("edit", room=room, seq=1, text="second secret")
    line.ask("remove", room=room, seq=1)
    reader = birch.line()
    assert [e["seq"] for e in reader.enter(room, since=0).replayed] == [1, 2, 3]
    assert "secret" not in json.dumps(reader.heard)
    late = birch.line()
    assert [e["seq"] for e in late.enter(room, since=1).replayed] == [2, 3]
    assert "secret" not in json.dumps(late.heard)


CHANGES: dict[str, dict[str, object]] = {"edit": {"text": "not my words"}, "remove": {}}


@on_both_databases
@pytest.mark.parametrize("do", CHANGES)
def test_only_the_author_may_change_a_message(
    place: Place, ash: Member, birch_line: Line, room: str, do: str
) -> None:
    ash_line = ash.line()
    ash_line.post(room, "mine")
    theirs = birch_line.ask(do, room=room, seq=1, **CHANGES[do])
    absent = birch_line.ask(do, room=room, seq=77, **CHANGES[do])
    assert (theirs["event"], theirs["code"]) == ("refused", "not_found")
    theirs.pop("nonce"), absent.pop("nonce")
    assert theirs == absent
    assert ash.page(room)["items"][0]["text"] == "mine"
    assert ash.page(room)["head"] == 1
    assert ash_line.ask(do, room=room, seq=1, **CHANGES[do])["event"] == "accepted"


@on_both_databases
def test_what_was_taken_back_cannot_be_changed_any_more(
    place: Place, ash: Member, ash_line: Line, room: str
) -> None:
    ash_line.post(room, "gone soon")
    ash_line.ask("remove", room=room, seq=1)
    answer = ash_line.ask("edit", room=room, seq=1, text="back again")
    assert answer["event"] == "refused"
    assert ash.page(room)["items"][0]["text"] == ""
    assert ash.page(room)["head"] == 2


def test_a_change_is_no_message_to_change(ash: Member, ash_line: Line, room: str) -> None:
    ash_line.post(room, "words")
    ash_line.ask("edit", room=room, seq=1, text="better words")
    for do, fields in CHANGES.items():
        answer = ash_line.ask(do, room=room, seq=2, **fields)
        assert (answer["event"], answer["code"]) == ("refused", "not_found")
    assert ash.page(room)["head"] == 2


def test_an_edit_keeps_to_the_bounds_of_a_message(ash: Member, ash_line: Line, room: str) -> None:
    ash_line.post(room, "words")
    too_long = ash_line.ask("edit", room=room, seq=1, text="x" * 4001)
    assert (too_long["event"], too_long["code"]) == ("refused", "too_long")
    assert ash_line.ask("edit", room=room, seq=1, text="")["event"] == "refused"
    assert ash.page(room)["items"][0]["text"] == "words"
    assert ash.page(room)["head"] == 1


@on_both_databases
@pytest.mark.parametrize("do", CHANGES)
def test_a_change_sent_twice_with_one_nonce_is_made_once(
    place: Place, ash_line: Line, birch_line: Line, room: str, do: str
) -> None:
    ash_line.post(room, "words")
    nonce = fresh_nonce()
    first = ash_line.ask(do, room=room, seq=1, nonce=nonce, **CHANGES[do])
    second = ash_line.ask(do, room=room, seq=1, nonce=nonce, **CHANGES[do])
    assert first["event"] == second["event"] == "accepted"
    assert first["seq"] == second["seq"] == 2
    birch_line.settle()
    assert [e["seq"] for e in birch_line.sequenced(room)] == [1, 2]


def test_an_edit_keeps_its_author_its_place_and_its_reply(
    ash_line: Line, birch: Member, room: str
) -> None:
    ash_line.post(room, "question")
    ash_line.post(room, "anser", reply_to=1, wants="ideas")
    before = birch.page(room)["items"][1]
    ash_line.ask("edit", room=room, seq=2, text="answer")
    after = birch.page(room)["items"][1]
    for field in ("seq", "author", "reply_to", "wants", "at"):
        assert after[field] == before[field]
    assert after["text"] == "answer"
