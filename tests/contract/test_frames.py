"""What travels: one JSON object a text frame, within bounds; what else comes is answered so."""

from __future__ import annotations

import json

import pytest

from contract.client import Member
from contract.frames import BINARY, CONTINUATION, PING, TEXT, claim_of_length, frame
from contract.line import Line, fresh_nonce

LIMIT = 16 * 1024


def nested(depth: int) -> str:
    """A command so many levels deep, the command itself being the first."""
    return '{"do":"leave","room":"evening","deep":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


NO_COMMANDS = {
    "nothing": "",
    "only space": "   ",
    "no JSON": "hello",
    "half a JSON": '{"do":"leave","room":"evening"',
    "two objects": '{"do":"leave","room":"evening"}{"do":"leave","room":"evening"}',
    "an array": '[{"do":"leave","room":"evening"}]',
    "a string": '"leave"',
    "a number": "1",
    "null": "null",
    "true": "true",
    "an empty object": "{}",
    "no do": '{"room":"evening"}',
    "do of another type": '{"do":1,"room":"evening"}',
    "do that is a list": '{"do":["leave"],"room":"evening"}',
    "an unknown command": '{"do":"sing","room":"evening"}',
    "a command in another case": '{"do":"Leave","room":"evening"}',
    "an event": '{"event":"posted","room":"evening"}',
    "single quotes": "{'do':'leave','room':'evening'}",
    "a comma too many": '{"do":"leave","room":"evening",}',
    "a comment": '{"do":"leave",/* why */"room":"evening"}',
    "NaN": '{"do":"seen","room":"evening","seq":NaN}',
    "Infinity": '{"do":"seen","room":"evening","seq":-Infinity}',
    "a byte order mark": '\ufeff{"do":"leave","room":"evening"}',
    "a bare control character": '{"do":"leave","room":"even\ning"}',
    "half a surrogate pair": '{"do":"leave","room":"\\ud800"}',
    "nine levels": nested(9),
    "four thousand levels": nested(4000),
    "four thousand brackets": "[" * 4000,
}


def test_a_frame_that_is_no_valid_command_is_refused_and_the_line_stays_open(
    birch_line: Line,
) -> None:
    answers = {what: birch_line.refusal(frame) for what, frame in NO_COMMANDS.items()}
    codes = {what: answer["code"] for what, answer in answers.items()}
    assert codes == dict.fromkeys(NO_COMMANDS, "malformed")
    assert all(answer["message"].strip() for answer in answers.values())
    assert birch_line.settle() == []


def test_eight_levels_are_read_and_judged_by_their_fields(birch_line: Line) -> None:
    assert birch_line.refusal(nested(8))["code"] == "unknown_field"


REQUIRED: dict[str, dict[str, object]] = {
    "enter": {"room": "r"},
    "leave": {"room": "r"},
    "post": {"room": "r", "nonce": "nonce-0001", "text": "x"},
    "edit": {"room": "r", "seq": 1, "nonce": "nonce-0001", "text": "x"},
    "remove": {"room": "r", "seq": 1, "nonce": "nonce-0001"},
    "respond": {
        "room": "r",
        "seq": 1,
        "nonce": "nonce-0001",
        "response": "with_you",
        "on": True,
    },
    "typing": {"room": "r"},
    "seen": {"room": "r", "seq": 1},
}


def test_a_command_with_a_field_the_server_does_not_know_is_refused(
    birch_line: Line, room: str
) -> None:
    codes = {}
    for do, fields in REQUIRED.items():
        command = {"do": do, **fields, "room": room, "colour": "green"}
        codes[do] = birch_line.refusal(json.dumps(command))["code"]
    assert codes == dict.fromkeys(REQUIRED, "unknown_field")
    assert birch_line.settle() == []


def test_a_command_without_one_of_its_fields_is_refused(birch_line: Line, room: str) -> None:
    for do, missing in [(do, field) for do, fields in REQUIRED.items() for field in fields]:
        command = {"do": do, **REQUIRED[do], "room": room}
        del command[missing]
        assert birch_line.refusal(json.dumps(command))["code"] == "malformed", (do, missing)
    assert birch_line.settle() == []


COMMAND_WITH = {
    "since": "enter",
    "epoch": "enter",
    "as": "enter",
    "seq": "edit",
    "response": "respond",
    "on": "respond",
    "room": "leave",
}
WRONG: dict[str, list[object]] = {
    "room": [1, None, "", [], {}, True, "x" * 3000],
    "seq": ["1", 1.5, True, None, -1, [], 2**63, 2**200, 1e300],
    "nonce": [1, None, "", "seven-7", "x" * 65, "with space", "sla/sh000", "ümlaut-00", [], True],
    "text": [1, None, [], {}, True],
    "response": ["like", "With_you", "", 1, None, True, []],
    "on": ["true", 1, 0, None, "", []],
    "since": ["0", -1, 0.5, True, [], 2**63],
    "epoch": [1, [], {}, True],
    "as": ["xml", "", 1, [], "HTML"],
    "wants": ["money", "", 1, ["ideas"], "Ideas"],
    "reply_to": ["1", 1.5, True, -1, [], 2**63],
    "note": [1, [], {}, True],
}


def test_a_field_of_another_type_or_shape_is_refused(birch_line: Line, room: str) -> None:
    for field, value in [(name, value) for name in WRONG for value in WRONG[name]]:
        do = COMMAND_WITH.get(field, "post")
        command = {"do": do, **REQUIRED[do], "room": room, field: value}
        refused = birch_line.refusal(json.dumps(command))
        assert refused["code"] == "malformed", (field, value, refused)
    assert birch_line.settle() == []


def test_a_refusal_says_what_was_asked_and_carries_its_nonce(birch_line: Line, room: str) -> None:
    nonce = fresh_nonce()
    birch_line.say("post", room=room, nonce=nonce, text="x", colour="green")
    refused = birch_line.hear_until("refused")
    assert (refused["nonce"], refused["code"]) == (nonce, "unknown_field")
    assert refused.get("do", "post") == "post"
    assert refused.get("room", room) == room


def test_a_frame_of_exactly_16_kib_is_taken(birch_line: Line, room: str) -> None:
    command = json.dumps({"do": "post", "room": room, "nonce": fresh_nonce(), "text": "x"})
    birch_line.send(command + " " * (LIMIT - len(command)))
    assert birch_line.hear()["event"] == "accepted"


def test_a_frame_of_one_byte_more_closes_the_line_with_1009(birch_line: Line, room: str) -> None:
    command = json.dumps({"do": "post", "room": room, "nonce": fresh_nonce(), "text": "x"})
    birch_line.send(command + " " * (LIMIT + 1 - len(command)))
    assert birch_line.closing() == 1009


def test_fragments_that_grow_beyond_16_kib_close_the_line_with_1009(birch_line: Line) -> None:
    birch_line.inject(frame(TEXT, b" " * 10_000, final=False))
    birch_line.inject(frame(CONTINUATION, b" " * 10_000))
    assert birch_line.closing() == 1009


@pytest.mark.parametrize("length", [2**32, 2**62])
def test_a_frame_that_claims_to_be_huge_closes_the_line_with_1009(
    birch_line: Line, length: int
) -> None:
    birch_line.inject(claim_of_length(length))
    assert birch_line.closing() == 1009


def test_a_command_in_fragments_is_one_command(birch_line: Line, room: str) -> None:
    command = json.dumps({"do": "post", "room": room, "nonce": fresh_nonce(), "text": "x"}).encode()
    birch_line.inject(frame(TEXT, command[:9], final=False))
    birch_line.inject(frame(PING, b"still here"))
    birch_line.inject(frame(CONTINUATION, command[9:]))
    assert birch_line.hear()["event"] == "accepted"


def test_a_character_split_over_two_fragments_is_whole(birch_line: Line, room: str) -> None:
    command = {"do": "post", "room": room, "nonce": fresh_nonce(), "text": "wärme"}
    raw = json.dumps(command, ensure_ascii=False).encode()
    half = raw.index("ä".encode()) + 1
    birch_line.inject(frame(TEXT, raw[:half], final=False) + frame(CONTINUATION, raw[half:]))
    assert birch_line.hear_until("posted")["text"] == "wärme"


def test_two_commands_in_one_packet_are_two_commands(birch_line: Line, room: str) -> None:
    for _ in range(2):
        birch_line.post(room, "before")
    commands = [{"do": "post", "room": room, "nonce": fresh_nonce(), "text": "x"} for _ in range(3)]
    birch_line.inject(b"".join(frame(TEXT, json.dumps(one).encode()) for one in commands))
    answers = [birch_line.answer_to(str(one["nonce"])) for one in commands]
    assert [answer["seq"] for answer in answers] == [3, 4, 5]


def test_a_binary_frame_closes_the_line_with_1003(birch_line: Line) -> None:
    birch_line.connection.send(b'{"do":"leave","room":"evening"}')
    assert birch_line.closing() == 1003


@pytest.mark.parametrize("bad", [b"\xff", b'{"do":"\xc3\x28"}', b"\xed\xa0\x80", b"\xc0\xaf"])
def test_text_that_is_not_utf_8_closes_the_line_with_1007(birch_line: Line, bad: bytes) -> None:
    birch_line.send(bad)
    assert birch_line.closing() == 1007


BREACHES = {
    "an unmasked frame": frame(TEXT, b"{}", masked=False),
    "a reserved bit": frame(TEXT, b"{}", reserved=4),
    "a reserved opcode": frame(0x3, b"{}"),
    "a reserved control opcode": frame(0xB, b""),
    "a continuation of nothing": frame(CONTINUATION, b"{}"),
    "a new message inside another": frame(TEXT, b"{", final=False) + frame(TEXT, b"}"),
    "a control frame in fragments": frame(PING, b"", final=False),
    "a control frame that is too long": frame(PING, b"x" * 126),
    "a close code nobody may send": frame(0x8, b"\x03\xed"),
    "a close of one byte": frame(0x8, b"\x03"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_websocket_protocol_closes_the_line_with_1002(
    birch_line: Line, breach: str
) -> None:
    birch_line.inject(BREACHES[breach])
    assert birch_line.closing() == 1002


def test_a_ping_is_answered(birch_line: Line) -> None:
    assert birch_line.connection.ping().wait(5)


def test_a_goodbye_is_answered(ash: Member) -> None:
    line = ash.line()
    line.connection.close(1000)
    assert line.connection.close_code == 1000


def test_a_line_that_broke_the_rules_takes_no_other_line_with_it(
    ash_line: Line, birch_line: Line, room: str
) -> None:
    ash_line.connection.send(b"\x00" + bytes([BINARY]))
    assert ash_line.closing() == 1003
    birch_line.post(room, "still here")
