"""A nonce says a thing once, whichever door it comes through and however often."""

from __future__ import annotations

import threading

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce


@on_both_databases
def test_the_same_words_twice_with_one_nonce_are_one_message(
    place: Place, ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    nonce = fresh_nonce()
    first = ash_line.post(room, "Hello", nonce=nonce)
    second = ash_line.post(room, "Hello", nonce=nonce)
    assert (first["seq"], second["seq"]) == (1, 1)
    birch_line.settle()
    assert [e["seq"] for e in birch_line.named("posted")] == [1]
    assert [item["seq"] for item in ash.page(room)["items"]] == [1]


@on_both_databases
def test_other_words_with_a_used_nonce_are_refused_and_the_first_stay(
    place: Place, ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    nonce = fresh_nonce()
    ash_line.post(room, "Hello", nonce=nonce)
    answer = ash_line.ask("post", room=room, text="Goodbye", nonce=nonce)
    assert (answer["event"], answer["code"]) == ("refused", "nonce_taken")
    birch_line.settle()
    assert [e["text"] for e in birch_line.named("posted")] == ["Hello"]
    assert [item["text"] for item in ash.page(room)["items"]] == ["Hello"]
    assert ash.page(room)["head"] == 1


@on_both_databases
def test_over_http_the_first_time_is_201_then_200_and_409_for_other_words(
    place: Place, ash: Member, birch_line: Line, room: str
) -> None:
    nonce = fresh_nonce()
    first, second = ash.put(room, "Hello", nonce), ash.put(room, "Hello", nonce)
    other = ash.put(room, "Goodbye", nonce)
    assert [a.status_code for a in (first, second, other)] == [201, 200, 409]
    assert first.json().items() >= {"nonce": nonce, "room": room, "seq": 1}.items()
    assert first.json()["at"]
    assert second.json()["seq"] == 1
    assert other.json()["code"] == "nonce_taken"
    birch_line.settle()
    assert [e["text"] for e in birch_line.named("posted")] == ["Hello"]


def test_what_was_said_through_one_door_is_known_at_the_other(
    ash: Member, ash_line: Line, room: str
) -> None:
    over_http, on_the_line = fresh_nonce(), fresh_nonce()
    assert ash.put(room, "by letter", over_http).json()["seq"] == 1
    assert ash_line.post(room, "by letter", nonce=over_http)["seq"] == 1
    assert ash_line.post(room, "by voice", nonce=on_the_line)["seq"] == 2
    again = ash.put(room, "by voice", on_the_line)
    assert (again.status_code, again.json()["seq"]) == (200, 2)
    assert ash.put(room, "other words", on_the_line).status_code == 409
    taken = ash_line.ask("post", room=room, text="other words", nonce=over_http)
    assert taken["code"] == "nonce_taken"


@on_both_databases
def test_one_nonce_through_both_doors_at_once_is_still_one_message(
    place: Place, ash: Member, birch_line: Line, room: str
) -> None:
    nonce, seqs = fresh_nonce(), []
    lines = [ash.line() for _ in range(4)]
    writers = [
        threading.Thread(target=lambda: seqs.append(ash.put(room, "Hello", nonce).json()["seq"]))
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for line in lines:
        line.say("post", room=room, nonce=nonce, text="Hello")
        line.say("post", room=room, nonce=nonce, text="Hello")
    seqs += [line.answer_to(nonce)["seq"] for line in lines for _ in range(2)]
    for writer in writers:
        writer.join()
    assert seqs == [1] * 12
    birch_line.settle()
    assert [e["seq"] for e in birch_line.named("posted")] == [1]
    assert ash.page(room)["head"] == 1


@on_both_databases
def test_of_two_texts_with_one_nonce_at_once_exactly_one_is_kept(
    place: Place, ash: Member, room: str
) -> None:
    nonce, line = fresh_nonce(), ash.line()
    for text in ("first", "second"):
        line.say("post", room=room, nonce=nonce, text=text)
    answers = [line.answer_to(nonce) for _ in range(2)]
    assert sorted(a["event"] for a in answers) == ["accepted", "refused"]
    assert [a["code"] for a in answers if a["event"] == "refused"] == ["nonce_taken"]
    assert len(ash.page(room)["items"]) == 1


@on_both_databases
def test_a_nonce_belongs_to_its_author_and_its_room(place: Place) -> None:
    here, there = place.room(), place.room()
    ash, birch = place.member_in(here, there), place.member_in(here, there)
    nonce = fresh_nonce()
    answers = [m.put(r, f"{r} {m.token}", nonce) for m in (ash, birch) for r in (here, there)]
    assert [a.status_code for a in answers] == [201] * 4
    assert [a.json()["seq"] for a in answers] == [1, 1, 2, 2]


@on_both_databases
def test_a_nonce_repeated_after_an_edit_is_still_the_same_message(
    place: Place, ash: Member, ash_line: Line, room: str
) -> None:
    nonce = fresh_nonce()
    ash_line.post(room, "Helo", nonce=nonce)
    ash_line.ask("edit", room=room, seq=1, text="Hello")
    assert ash_line.post(room, "Helo", nonce=nonce)["seq"] == 1
    assert ash.page(room)["items"][0]["text"] == "Hello"
    assert ash.page(room)["head"] == 2


def test_a_nonce_of_8_to_64_plain_characters_is_taken_at_both_doors(
    ash: Member, ash_line: Line, room: str
) -> None:
    for nonce in ("eight-_8", "x" * 64, "0123456789", "--------"):
        assert ash_line.post(room, "Hello", nonce=nonce)["nonce"] == nonce
        assert ash.put(room, "Hello", nonce).status_code == 200


def test_any_other_nonce_is_refused_in_the_address_too(ash: Member, room: str) -> None:
    for nonce in ("seven-7", "x" * 65, "with.a.dot", "with~tilde", "%C3%BCmlaut0"):
        answer = ash.put(room, "Hello", nonce)
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"] in ("malformed", "not_found")
    assert ash.page(room)["items"] == []


def test_a_refused_message_leaves_its_nonce_free(ash_line: Line, room: str) -> None:
    nonce = fresh_nonce()
    assert ash_line.ask("post", room=room, text="x" * 4001, nonce=nonce)["code"] == "too_long"
    assert ash_line.post(room, "shorter", nonce=nonce)["seq"] == 1
