"""Saying something: what the author hears, what the others hear, what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from contract.client import Member, Place
from contract.databases import on_both_databases
from contract.line import Line, fresh_nonce

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|\+00:00)")


@on_both_databases
def test_the_author_hears_accepted_first_and_then_posted(
    place: Place, ash_line: Line, room: str
) -> None:
    nonce = fresh_nonce()
    ash_line.say("post", room=room, nonce=nonce, text="Hello")
    accepted, posted = ash_line.hear(), ash_line.hear()
    assert accepted.keys() == {"event", "nonce", "room", "seq", "at"}
    assert (accepted["event"], accepted["nonce"], accepted["room"]) == ("accepted", nonce, room)
    assert (posted["event"], posted["nonce"], posted["seq"]) == ("posted", nonce, accepted["seq"])


@on_both_databases
def test_the_others_hear_it_with_its_author_and_without_the_nonce(
    place: Place, ash: Member, ash_line: Line, birch_line: Line, room: str
) -> None:
    seat = ash.take_seat(room)
    accepted = ash_line.post(room, "Hello")
    posted = birch_line.hear_until("posted")
    assert posted.get("nonce") is None
    assert (posted["room"], posted["seq"], posted["text"]) == (room, accepted["seq"], "Hello")
    author = {key: posted["author"][key] for key in ("seat", "pseudonym", "avatar")}
    assert author == {key: seat[key] for key in ("seat", "pseudonym", "avatar")}
    assert posted["author"].get("badge") is None


@on_both_databases
def test_a_replay_too_carries_the_nonce_to_the_author_only(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    nonce = fresh_nonce()
    ash.line().post(room, "Hello", nonce=nonce)
    assert ash.line().enter(room, since=0).replayed[0]["nonce"] == nonce
    assert birch.line().enter(room, since=0).replayed[0].get("nonce") is None


def test_times_are_rfc_3339_in_utc_with_milliseconds(
    ash_line: Line, birch_line: Line, room: str
) -> None:
    accepted = ash_line.post(room, "What time is it?")
    for event in (accepted, birch_line.hear_until("posted")):
        assert INSTANT.fullmatch(event["at"]), event["at"]
        age = datetime.now(UTC) - datetime.fromisoformat(event["at"])
        assert abs(age) < timedelta(seconds=30)


@on_both_databases
def test_speaking_needs_no_enter(place: Place, ash: Member, birch_line: Line, room: str) -> None:
    ash.line().post(room, "Just passing")
    assert birch_line.hear_until("posted")["text"] == "Just passing"


def test_a_note_a_wish_and_a_reply_go_along(ash_line: Line, birch_line: Line, room: str) -> None:
    first = ash_line.post(room, "Bad night", note="sleep", wants="listening")
    heard = birch_line.hear_until("posted")
    assert (heard["note"], heard["wants"]) == ("sleep", "listening")
    assert heard.get("reply_to") is None
    birch_line.post(room, "I am here", reply_to=first["seq"])
    answer = ash_line.hear_until("posted", seq=2)
    assert answer["reply_to"] == 1
    assert (answer.get("note"), answer.get("wants")) == (None, None)


def test_each_of_the_four_wishes_is_known(ash_line: Line, room: str) -> None:
    for wish in ("listening", "same_boat", "ideas", "resources"):
        ash_line.post(room, "I wish", wants=wish)
        assert ash_line.hear_until("posted")["wants"] == wish


@on_both_databases
def test_a_reply_to_what_is_no_message_is_refused(place: Place, ash_line: Line, room: str) -> None:
    ash_line.post(room, "one")
    ash_line.ask("edit", room=room, seq=1, text="one, changed")
    for no_message in (2, 3, 10**9):
        answer = ash_line.ask("post", room=room, text="to whom?", reply_to=no_message)
        assert (answer["event"], answer["code"]) == ("refused", "not_found"), no_message
    assert ash_line.post(room, "to you", reply_to=1)["seq"] == 3


@on_both_databases
def test_a_message_has_between_one_and_four_thousand_characters(
    place: Place, ash_line: Line, room: str
) -> None:
    for text in ("x", "x" * 4000, "\N{GRINNING FACE}" * 3900, "ä" * 4000):
        ash_line.post(room, text)
        assert ash_line.hear_until("posted")["text"] == text
    too_long = ash_line.ask("post", room=room, text="x" * 4001)
    assert (too_long["event"], too_long["code"]) == ("refused", "too_long")
    empty = ash_line.ask("post", room=room, text="")
    assert empty["event"] == "refused"
    assert ash_line.post(room, "next")["seq"] == 5


def test_ten_thousand_emoji_are_refused_at_both_doors_and_nothing_is_kept(
    ash: Member, ash_line: Line, room: str
) -> None:
    flood = "\N{GRINNING FACE}" * 10_000
    answer = ash.put(room, flood)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == "too_long"
    ash_line.say("post", room=room, nonce=fresh_nonce(), text=flood)
    assert ash_line.closing() == 1009
    assert ash.page(room)["items"] == []


TRICKS = {
    "right-to-left override": "say \u202eevila\u202c now",
    "isolates left open": "\u2066\u2067\u2068 open",
    "zero width": "w\u200bo\u200cr\u200dd\u2060s\ufeff",
    "a family joined by zero width": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a hundred accents": "a" + "\u0301" * 100,
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes and slashes": "\"'`\\ </script> {{ 7*7 }} %s ${x}",
    "arabic": "مرحبا بكم",
    "line breaks": "one\n\ntwo\n",
    "not a character": "\ufffe and \U0010ffff",
    "line separators": "a\u2028b\u2029c",
}


VERBATIM = ("a family joined by zero width", "markup", "quotes and slashes", "arabic")


@on_both_databases
def test_unusual_text_is_the_same_for_everyone_who_reads_it_or_clearly_refused(
    place: Place, ash_line: Line, birch: Member, room: str
) -> None:
    birch_line = birch.line_in(room)
    answers = {trick: ash_line.ask("post", room=room, text=text) for trick, text in TRICKS.items()}
    birch_line.settle()
    live = [e["text"] for e in birch_line.named("posted")]
    kept = [item["text"] for item in birch.items(room)]
    replayed = [e["text"] for e in birch.line().enter(room, since=0).replayed]
    assert live == kept == replayed
    accepted = [trick for trick, answer in answers.items() if answer["event"] == "accepted"]
    heard = dict(zip(accepted, live, strict=True))
    assert {trick: heard[trick] for trick in VERBATIM} == {t: TRICKS[t] for t in VERBATIM}


def test_unusual_text_sent_again_is_the_same_text(ash: Member, ash_line: Line, room: str) -> None:
    for trick, text in TRICKS.items():
        nonce, head = fresh_nonce(), ash.page(room)["head"]
        first = ash_line.ask("post", room=room, text=text, nonce=nonce)
        again = ash_line.ask("post", room=room, text=text, nonce=nonce)
        assert first == again, trick
        assert ash.page(room)["head"] == head + (first["event"] == "accepted"), trick


@on_both_databases
@pytest.mark.parametrize("text", ["a\u0000b", "\u0000"])
def test_a_null_character_is_answered_once_and_half_writes_nothing(
    place: Place, ash: Member, ash_line: Line, room: str, text: str
) -> None:
    answer = ash_line.ask("post", room=room, text=text)
    kept = ash.page(room)["items"]
    assert len(kept) == (answer["event"] == "accepted")
    assert ash_line.post(room, "and on")["seq"] == len(kept) + 1


def test_a_message_in_which_nothing_is_said_is_refused(
    ash: Member, ash_line: Line, room: str
) -> None:
    for text in ("", "   ", "\n\t\n", "\u200b\u200b", "\u00a0"):
        answer = ash_line.ask("post", room=room, text=text)
        assert answer["event"] == "refused", answer
        assert 400 <= ash.put(room, text).status_code < 500
    assert ash.page(room)["items"] == []


@pytest.mark.parametrize(
    "command",
    [
        '{"do":"watch","topic":"desk"}',
        '{"do":"withdraw","room":"evening","nonce":"nonce-0001","of":"nonce-0000"}',
    ],
)
def test_a_desk_or_a_held_post_that_is_not_mine_is_not_there(ash_line: Line, command: str) -> None:
    assert ash_line.refusal(command)["code"] == "not_found"
    assert ash_line.settle() == []


def test_as_html_the_words_come_rendered_too_and_safely(
    ash_line: Line, birch: Member, room: str
) -> None:
    line = birch.line()
    line.enter(room, **{"as": "html", "locale": "en"})
    ash_line.post(room, "<script>alert(1)</script> & *warmly*")
    posted = line.hear_until("posted")
    assert posted["text"] == "<script>alert(1)</script> & *warmly*"
    assert "&lt;script" in posted["html"]
    assert "<script" not in posted["html"]
    ash_line.ask("edit", room=room, seq=1, text="<b>bold</b>")
    edited = line.hear_until("edited")
    assert "&lt;b" in edited["html"]
    ash_line.settle()
    assert "html" not in ash_line.named("edited")[0]


def test_as_html_a_replay_is_rendered_too(ash_line: Line, birch: Member, room: str) -> None:
    ash_line.post(room, "warm words")
    entrance = birch.line().enter(room, since=0, **{"as": "html", "locale": "es"})
    assert "warm words" in entrance.replayed[0]["html"]


def test_as_data_is_the_same_as_not_saying_how(ash_line: Line, birch: Member, room: str) -> None:
    ash_line.post(room, "words")
    entrance = birch.line().enter(room, since=0, **{"as": "data"})
    assert "html" not in entrance.replayed[0]
