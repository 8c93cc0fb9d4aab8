"""The corner cases of the WebSocket protocol, against the real server, byte by byte."""

from __future__ import annotations

import asyncio
import json
import os

import pytest

from contract.frames import BINARY, CLOSE, CONTINUATION, PING, TEXT, claim_of_length, frame
from live.wire import Wire, wire
from serving import Served
from town import NIGHT, Town, on_sqlite

pytestmark = on_sqlite
PONG = 0xA
ASK = json.dumps({"do": "leave", "room": "nowhere"}).encode()  # answered by a refusal
LARGEST = 16 * 1024


def padded(size: int) -> bytes:
    """A command of exactly this many bytes."""
    empty = json.dumps({"do": "leave", "room": ""}).encode()
    return json.dumps({"do": "leave", "room": "x" * (size - len(empty))}).encode()


async def answered(line: Wire) -> bool:
    """Whether the line still answers commands."""
    line.send(frame(TEXT, ASK))
    return bool((await line.hear())["event"] == "refused")


BREACHES = {
    "an unmasked frame": [frame(TEXT, ASK, masked=False)],
    "a reserved bit": [frame(TEXT, ASK, reserved=4)],
    "another reserved bit": [frame(TEXT, ASK, reserved=1)],
    "a reserved opcode": [frame(3, ASK)],
    "a reserved control opcode": [frame(0xB, b"")],
    "a continuation of nothing": [frame(CONTINUATION, ASK)],
    "a continuation of nothing, unfinished": [frame(CONTINUATION, ASK, final=False)],
    "a new message inside another": [frame(TEXT, ASK, final=False), frame(TEXT, ASK)],
    "a ping of more than 125 bytes": [frame(PING, b"x" * 126)],
    "a ping in fragments": [frame(PING, b"x", final=False)],
    "a close in fragments": [frame(CLOSE, b"\x03\xe8", final=False)],
    "a close code of one byte": [frame(CLOSE, b"\x03")],
    "a close code that may not be sent": [frame(CLOSE, (1005).to_bytes(2))],
    "a close code that does not exist": [frame(CLOSE, (999).to_bytes(2))],
    "a close code from the future": [frame(CLOSE, (2999).to_bytes(2))],
    "a length of more than 2^63": [b"\x81\xff" + b"\xff" * 8 + os.urandom(4)],
}


@pytest.mark.full
@pytest.mark.parametrize("where", ["alone", "after a good one", "in one segment with a good one"])
async def test_a_breach_of_the_protocol_closes_the_line_with_1002(
    town: Town, served: Served, where: str
) -> None:
    for breach, frames in BREACHES.items():
        line = await wire(served, town.ash)
        if where == "after a good one":
            assert await answered(line)
        good = frame(TEXT, ASK) if where.startswith("in one") else b""
        line.send(good, *frames, frame(TEXT, ASK))
        code = await line.close_code()
        assert code == 1002 or (breach == "a length of more than 2^63" and code == 1009), breach


@pytest.mark.parametrize(
    "frames",
    [
        [frame(TEXT, padded(LARGEST + 1))],
        [frame(TEXT, b"x" * 70_000)],
        [claim_of_length(2**62)],
        [claim_of_length(LARGEST + 1)],
        [frame(TEXT, padded(LARGEST + 1)[:9_000], final=False), frame(CONTINUATION, b"x" * 9_000)],
        [frame(TEXT, b"x" * 6_000, final=False), frame(CONTINUATION, b"x" * 6_000, final=False),
         frame(CONTINUATION, b"x" * 6_000, final=False)],
    ],
    ids=["one byte", "64 KiB", "2^62 claimed", "claimed", "fragments", "unfinished fragments"],
)  # fmt: skip
async def test_what_is_too_big_closes_the_line_with_1009(
    town: Town, served: Served, frames: list[bytes]
) -> None:
    line = await wire(served, town.ash)
    line.send(*frames)
    assert await line.close_code() == 1009


async def test_a_frame_of_just_the_largest_size_is_heard(town: Town, served: Served) -> None:
    line = await wire(served, town.ash)
    for size in (125, 126, 127, LARGEST - 1, LARGEST):
        line.send(frame(TEXT, padded(size)))
        assert (await line.hear())["event"] == "refused"


async def test_fragments_are_one_message_and_a_ping_between_them_is_answered(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    line.send(
        frame(TEXT, ASK[:5], final=False),
        frame(PING, b"between"),
        frame(CONTINUATION, b"", final=False),
        frame(CONTINUATION, ASK[5:9], final=False),
        frame(PONG, b"unasked"),
        frame(CONTINUATION, ASK[9:]),
        frame(TEXT, ASK),
    )
    assert await line.frame() == (PONG, b"between")
    for _ in range(2):
        assert (await line.hear())["code"] == "not_found"


async def test_a_letter_may_be_split_between_two_fragments(town: Town, served: Served) -> None:
    line = await wire(served, town.ash)
    words = '{"do": "leave", "room": "é"}'.encode()
    cut = words.index("é".encode()) + 1
    line.send(frame(TEXT, words[:cut], final=False), frame(CONTINUATION, words[cut:]))
    assert (await line.hear())["room"] == "é"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_however_the_bytes_arrive_every_command_is_heard(
    town: Town, served: Served, size: int
) -> None:
    line = await wire(served, town.ash)
    data = b"".join(
        [
            frame(TEXT, padded(200)),
            frame(PING, b"p"),
            frame(TEXT, ASK),
            frame(TEXT, b"", final=True),
        ]
    )
    for at in range(0, len(data), size):
        line.send(data[at : at + size])
        await asyncio.sleep(0)
    heard = [await line.frame() for _ in range(4)]
    assert [opcode for opcode, _ in heard] == [TEXT, PONG, TEXT, TEXT]


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
async def test_text_that_is_not_utf_8_closes_the_line_with_1007(
    town: Town, served: Served, bad: bytes
) -> None:
    whole = await wire(served, town.ash)
    whole.send(frame(TEXT, b'{"do": "' + bad + b'"}'))
    assert await whole.close_code() == 1007
    pieces = await wire(served, town.ash)
    pieces.send(frame(TEXT, b'{"do": "', final=False), frame(CONTINUATION, bad + b'"}'))
    assert await pieces.close_code() == 1007


async def test_a_binary_frame_closes_the_line_with_1003(town: Town, served: Served) -> None:
    for frames in ([frame(BINARY, ASK)], [frame(BINARY, ASK, final=False)]):
        line = await wire(served, town.ash)
        line.send(*frames)
        assert await line.close_code() == 1003


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
async def test_a_goodbye_is_answered_with_the_same_code(
    town: Town, served: Served, code: int
) -> None:
    line = await wire(served, town.ash)
    line.send(frame(CLOSE, code.to_bytes(2) + "auf später".encode()))
    assert await line.close_code() == code


async def test_a_goodbye_without_a_code_is_a_goodbye(town: Town, served: Served) -> None:
    line = await wire(served, town.ash)
    line.send(frame(CLOSE, b""))
    opcode, payload = await line.frame()
    assert (opcode, payload) == (CLOSE, b"")


async def test_what_comes_after_a_goodbye_is_not_heard(town: Town, served: Served) -> None:
    line = await wire(served, town.ash)
    said = {"do": "post", "room": NIGHT, "nonce": "after-bye", "text": "too late"}
    line.send(frame(CLOSE, (1000).to_bytes(2)), frame(TEXT, json.dumps(said).encode()))
    assert await line.close_code() == 1000
    assert town.house.ledger.committed == 0


async def test_a_connection_that_just_ends_leaves_no_line_behind(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    line.say(do="enter", room=NIGHT)
    while (await line.hear())["event"] != "live":
        pass
    assert len(town.house.floor.lines) == 1
    line.writer.transport.abort()
    async with asyncio.timeout(5):
        while town.house.floor.lines:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.005)
    assert town.house.floor.hub.topics == {}
