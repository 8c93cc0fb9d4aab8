"""Every event of a long talk has the fields of the contract: none missing, none beside them."""

from __future__ import annotations

from datetime import datetime, timedelta

from contract.client import Member, Place
from contract.line import Event, Line

AUTHOR = {"seat", "pseudonym", "avatar", "badge"}

# name: (fields that are always there, fields that may be)
FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "entered": ({"room", "epoch", "head", "since"}, set()),
    "live": ({"room", "head"}, set()),
    "reset": ({"room", "reason"}, set()),
    "posted": (
        {"room", "seq", "author", "text", "at"},
        {"nonce", "note", "reply_to", "wants", "edited_at", "removed", "html", "expires_at"},
    ),
    "accepted": ({"nonce", "room", "at"}, {"seq"}),
    "refused": ({"code", "message"}, {"nonce", "room", "do", "until", "help"}),
    "edited": ({"room", "seq", "of", "text", "at"}, {"note", "html"}),
    "removed": ({"room", "seq", "of", "by", "at"}, set()),
    "responded": ({"room", "seq", "of", "counts"}, set()),
    "presence": ({"room", "here"}, set()),
    "typing": ({"room"}, set()),
}


def assert_has_the_fields_of_the_contract(event: Event) -> None:
    always, maybe = FIELDS[event["event"]]
    fields = event.keys() - {"event"}
    assert fields >= always, event
    assert fields <= always | maybe, event
    if "author" in event:
        assert AUTHOR - {"badge"} <= event["author"].keys() <= AUTHOR


def a_bit_of_everything(line: Line, room: str) -> None:
    line.post(room, "one", note="sleep", wants="listening", expires="24h")
    line.post(room, "two", reply_to=1)
    line.ask("edit", room=room, seq=2, text="two, better", note="sleep")
    line.ask("respond", room=room, seq=1, response="with_you", on=True)
    line.hear_until("responded")
    line.ask("remove", room=room, seq=2)
    line.ask("edit", room=room, seq=2, text="too late for that")
    line.say("typing", room=room)
    line.say("enter", room=room, since=0, epoch="another-life")
    line.hear_until("reset")
    line.refusal("no command")
    line.settle()


def test_every_event_has_the_fields_of_the_contract_and_no_others(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    writer, reader = ash.line_in(room), birch.line_in(room)
    fancy = birch.line()
    fancy.enter(room, **{"as": "html", "locale": "en"})
    a_bit_of_everything(writer, room)
    reader.hear_until("typing")  # on its beat
    reader.settle()
    fancy.settle()
    replay = birch.line()
    replay.enter(room, since=0)
    heard = [*writer.heard, *reader.heard, *fancy.heard, *replay.heard]
    for event in heard:
        assert_has_the_fields_of_the_contract(event)
    assert {event["event"] for event in heard} == FIELDS.keys()


def test_a_message_says_when_it_goes_as_its_author_chose(
    place: Place, ash: Member, birch: Member, room: str
) -> None:
    writer, reader = ash.line_in(room), birch.line_in(room)
    writer.post(room, "for a day", expires="24h")
    writer.post(room, "for good")
    reader.settle()
    going, staying = (event for event in reader.heard if event["event"] == "posted")
    left = datetime.fromisoformat(going["expires_at"]) - datetime.fromisoformat(going["at"])
    assert left == timedelta(hours=24)
    assert "expires_at" not in staying
    assert writer.ask("post", room=room, text="for two", expires="2h")["code"] == "malformed"
