"""W8: a frame or a body is understood in one way, or not at all."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.frames import TEXT, frame
from holdfast.kit.errors import HoldfastError
from holdfast.kit.unambiguous import DEEPEST, LARGEST, MOST_NAMES, Ambiguous, depth_of, read_json
from holdfast.live.commands import decode, echo, words_in
from holdfast.live.socket import MAX_FRAME
from live.wire import wire
from serving import Served
from town import NIGHT, Town, on_sqlite

NESTED = "[" * DEEPEST + "]" * DEEPEST
MANY = {f"name{number}": number for number in range(MOST_NAMES)}
TWO_WAYS = {
    "a name twice": '{"do":"leave","room":"a","room":"b"}',
    "a name twice, once with a space behind it": '{"do":"leave","do" :"leave","room":"a"}',
    "a name twice, once spelled otherwise": '{"do":"seen","room":"a","seq":1,"s\\u0065q":2}',
    "the same thing twice": '{"do":"seen","room":"a","seq":1,"seq":1}',
    "no number": '{"do":"seen","room":"a","seq":NaN}',
    "more than every number": '{"do":"seen","room":"a","seq":Infinity}',
    "less than nothing": '{"do":"seen","room":"a","seq":-1}',
    "a number that some readers round": '{"do":"seen","room":"a","seq":9007199254740993}',
    "a number as long as a letter": '{"do":"seen","room":"a","seq":' + "9" * 5_000 + "}",
    "half a number": '{"do":"seen","room":"a","seq":1.5}',
    "a number in quotes": '{"do":"seen","room":"a","seq":"1"}',
    "too deep": '{"do":"leave","room":' + "[" * 9 + "]" * 9 + "}",
    "far too deep": '{"do":"leave","room":' + "[" * 6_000 + "]" * 6_000 + "}",
    "a list": '["leave"]',
    "nothing": "",
    "two at once": '{"do":"leave","room":"a"}{"do":"leave","room":"a"}',
    "a mark in front": '\ufeff{"do":"leave","room":"a"}',
    "a comment": '{"do":"leave","room":"a"}//',
    "a comma too many": '{"do":"leave","room":"a",}',
}


def test_w08_what_is_said_once_and_plainly_is_understood() -> None:
    assert decode(b'{"do":"leave","room":"a"}   ').do == "leave"
    assert read_json(NESTED) is not None
    assert read_json(json.dumps(MANY)) == MANY
    assert read_json(str(LARGEST)) == LARGEST
    quoted = decode(b'{"do":"post","room":"a","nonce":"nonce-01","text":"\\"room\\":\\"b\\""}')
    assert quoted.text == '"room":"b"'  # type: ignore[union-attr]


@pytest.mark.parametrize("shape", TWO_WAYS)
def test_w08_a_frame_that_two_readers_may_understand_in_two_ways_is_refused(shape: str) -> None:
    with pytest.raises(HoldfastError) as refused:
        decode(TWO_WAYS[shape].encode())
    assert refused.value.code in {"malformed", "unknown_field"}
    assert set(echo(TWO_WAYS[shape].encode())) <= {"nonce", "room", "do"}


@pytest.mark.parametrize(
    "said",
    [
        f"[{NESTED}]",
        '{"a":1,"a":1}',
        '{"a":{"b":1,"b":2}}',
        json.dumps({**MANY, "one-more": 1}),
        "NaN",
        "-Infinity",
        "1e999",
        str(LARGEST + 1),
        "[" * 100_000,
    ],
)
def test_w08_json_that_is_read_in_two_ways_is_ambiguous(said: str) -> None:
    with pytest.raises(Ambiguous):
        read_json(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.full
@given(JSON)
def test_w08_everything_else_is_read_as_anybody_would_read_it(value: Any) -> None:
    said = json.dumps(value)
    if depth_of(value) <= DEEPEST:
        assert read_json(said) == value
    else:
        with pytest.raises(Ambiguous):
            read_json(said)


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_w08_no_bytes_at_all_break_the_reader_of_frames(data: bytes) -> None:
    with suppress(HoldfastError):
        decode(data)
    echo(data)
    words_in(data)


def test_w08_words_behind_a_name_that_comes_twice_are_read_all_the_same() -> None:
    data = b'{"do":"post","text":"I cannot go on","text":"hello"}'
    assert "I cannot go on" in words_in(data)


@on_sqlite
async def test_w08_the_api_refuses_what_the_line_refuses(
    client: httpx.AsyncClient, town: Town
) -> None:
    path = f"/api/v1/rooms/{NIGHT}/messages/"
    headers = {**town.ash.bearer, "content-type": "application/json"}
    said = await client.put(f"{path}nonce-0001", content='{"text":"Hello"}', headers=headers)
    assert said.status_code == 201
    for number, body in enumerate(
        (
            '{"text":"one","text":"two"}',
            '{"text":"one","reply_to":NaN}',
            '{"text":' + "[" * 9 + "]" * 9 + "}",
            '{"text":"one","reply_to":1e999}',
            json.dumps({"text": "one", **MANY}),
        )
    ):
        no = await client.put(f"{path}nonce-1{number:03}", content=body, headers=headers)
        assert (no.status_code, no.json()["code"]) == (422, "malformed"), body


@on_sqlite
async def test_w08_a_frame_that_is_too_big_or_no_text_ends_the_line_and_holds_no_memory(
    town: Town, served: Served
) -> None:
    for opcode, payload, code in (
        (TEXT, b"x" * (MAX_FRAME + 1), 1009),
        (2, b"{}", 1003),
        (TEXT, b'{"do":"\xff"}', 1007),
    ):
        line = await wire(served, town.ash)
        tracemalloc.start()
        line.send(frame(opcode, payload))
        assert await line.close_code() == code
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert held < 2**20
