"""Commands: heard in order, answered once each, refused in words; whatever comes, no harm."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.frames import TEXT, frame
from holdfast.kit.errors import HoldfastError
from holdfast.live.commands import COMMANDS, Command, decode, echo
from holdfast.live.line import LONGEST_BACKLOG, PATIENCE
from live.wire import wire
from serving import Served
from town import EVENING, NIGHT, Town, mostly_on_sqlite, on_sqlite, unlimited

COMMAND = st.fixed_dictionaries(
    {},
    optional={
        "do": st.sampled_from(
            ["enter", "leave", "post", "edit", "remove", "respond", "typing", "seen", "watch"]
        ),
        "room": st.one_of(st.text(max_size=8), st.just(NIGHT), st.integers()),
        "nonce": st.one_of(st.just("nonce-0001"), st.text(max_size=70), st.none()),
        "text": st.one_of(st.text(max_size=40), st.integers(), st.lists(st.integers())),
        "note": st.one_of(st.none(), st.text(max_size=100)),
        "seq": st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=4)),
        "since": st.one_of(st.integers(), st.none()),
        "response": st.one_of(st.just("with_you"), st.text(max_size=8)),
        "on": st.one_of(st.booleans(), st.integers(0, 1)),
        "as": st.one_of(st.just("html"), st.text(max_size=5)),
        "as_": st.just("html"),
        "extra": st.integers(),
    },
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


def understood(data: bytes) -> str:
    try:
        command = decode(data)
    except HoldfastError as refusal:
        return refusal.code
    assert isinstance(command, Command)
    return "command"


@pytest.mark.full
@given(
    st.one_of(
        st.binary(max_size=300),
        JSON.map(lambda value: json.dumps(value).encode()),
        COMMAND.map(lambda value: json.dumps(value).encode()),
        COMMAND.map(lambda value: json.dumps(value).encode()[:-1]),
    )
)
def test_whatever_comes_is_a_command_or_a_refusal(data: bytes) -> None:
    assert understood(data) in {"command", "malformed", "unknown_field"}
    back = echo(data)
    assert set(back) <= {"nonce", "room", "do"}
    assert all(isinstance(value, str) and len(value) <= 64 for value in back.values())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"enter"',
        b"[" * 8_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b'{"do":"enter","room":"\\ud800"}',
        b'{"do":"enter","room":"a","since":1e400}',
        b'{"do":"enter","room":"a","since":' + b"9" * 5_000 + b"}",
        b'{"do":"enter","room":"a","since":-1}',
        b'{"do":"enter","room":"a","since":1.5}',
        b'{"do":"enter","room":"a","since":"1"}',
        b'{"do":"enter","room":"a","since":true}',
        b'{"do":"enter","room":"a"}{"do":"enter","room":"b"}',
        b'\xef\xbb\xbf{"do":"leave","room":"a"}',
        b'{"do":"leave","room":NaN}',
        b"{'do':'leave','room':'a'}",
    ],
)
def test_what_is_no_command_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(HoldfastError) as refused:
        decode(data)
    assert refused.value.code == "malformed"


def test_a_field_nobody_knows_is_refused_as_such() -> None:
    for data in (
        b'{"do":"leave","room":"a","x":1}',
        b'{"do":"enter","room":"a","as_":"html"}',
        b'{"do":"post","room":"a","nonce":"nonce-0001","text":"a","fades":"1h"}',
    ):
        with pytest.raises(HoldfastError) as refused:
            decode(data)
        assert refused.value.code == "unknown_field", data


def test_every_command_of_the_contract_that_exists_so_far_is_understood() -> None:
    schema = COMMANDS.json_schema()["discriminator"]["mapping"]
    assert set(schema) == {
        "enter", "leave", "post", "edit", "remove", "respond", "typing", "seen",
        "withdraw", "watch",
    }  # fmt: skip


# ---------------------------------------------------------------- order and answers


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_commands_are_carried_out_in_order_while_one_of_them_waits(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    mark = secrets.token_hex(4)
    commands: list[dict[str, Any]] = [{"do": "enter", "room": NIGHT}]  # waits for the database
    commands += [
        {"do": "post", "room": NIGHT, "nonce": f"{mark}-{n:03}", "text": f"word {n}"}
        for n in range(20)
    ]
    commands += [{"do": "leave", "room": NIGHT}, {"do": "leave", "room": "nowhere"}]
    line.send(*(frame(TEXT, json.dumps(command).encode()) for command in commands))
    heard: list[dict[str, Any]] = []
    while len([e for e in heard if e["event"] in ("accepted", "refused")]) < 21:
        heard.append(await line.hear())
    assert [e["event"] for e in heard if e["event"] in ("entered", "live")] == ["entered", "live"]
    accepted = [e for e in heard if e["event"] == "accepted"]
    assert [e["nonce"] for e in accepted] == [f"{mark}-{n:03}" for n in range(20)]
    assert [e["seq"] for e in accepted] == list(range(1, 21))


@mostly_on_sqlite
@unlimited
async def test_enter_and_post_sent_together_lose_no_answer(town: Town, served: Served) -> None:
    for turn in range(6):
        line = await wire(served, town.ash)
        nonce = f"pipelined-{turn}"
        line.send(
            frame(TEXT, json.dumps({"do": "enter", "room": NIGHT}).encode()),
            frame(TEXT, json.dumps(
                {"do": "post", "room": NIGHT, "nonce": nonce, "text": "hello"}).encode()),
        )  # fmt: skip
        heard: list[dict[str, Any]] = []
        while not any(e["event"] == "posted" and e.get("nonce") == nonce for e in heard):
            heard.append(await line.hear())
        names = [e["event"] for e in heard if e["event"] != "presence"]
        assert names.count("accepted") == 1
        assert names.index("accepted") < names.index("posted")


@mostly_on_sqlite
async def test_the_author_hears_accepted_and_then_posted(town: Town, served: Served) -> None:
    line = await served.line(town.ash)
    await line.enter()
    await line.say("post", room=NIGHT, nonce="nonce-0001", text="hello")
    accepted, posted = await line.hear_next("accepted", "posted"), await line.hear()
    assert (accepted["event"], posted["event"]) == ("accepted", "posted")
    assert accepted["nonce"] == posted["nonce"] == "nonce-0001"
    assert list(accepted) == ["event", "nonce", "room", "seq", "at"]


@mostly_on_sqlite
async def test_one_may_speak_without_entering(town: Town, served: Served) -> None:
    line = await served.line(town.ash)
    assert (await line.post("hello"))["seq"] == 1
    assert (await line.post("again"))["seq"] == 2


@mostly_on_sqlite
async def test_every_refusal_says_what_was_asked_and_the_line_stays_open(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    asked: list[tuple[dict[str, Any], str]] = [
        ({"do": "post", "room": EVENING, "text": "hello"}, "not_found"),
        ({"do": "post", "room": "no\x00where", "text": "hello"}, "not_found"),
        ({"do": "post", "room": NIGHT, "text": ""}, "empty"),
        ({"do": "post", "room": NIGHT, "text": "x" * 4_001}, "too_long"),
        ({"do": "post", "room": NIGHT, "text": "x", "reply_to": 99}, "not_found"),
        ({"do": "edit", "room": NIGHT, "seq": 1, "text": "x"}, "not_found"),
        ({"do": "remove", "room": NIGHT, "seq": 1}, "not_found"),
        ({"do": "respond", "room": NIGHT, "seq": 1, "response": "with_you", "on": True},
         "not_found"),
        ({"do": "respond", "room": NIGHT, "seq": 1, "response": "love", "on": True}, "malformed"),
        ({"do": "withdraw", "room": NIGHT, "of": "x"}, "malformed"),
    ]  # fmt: skip
    for number, (command, code) in enumerate(asked):
        nonce = f"refused-{number:03}"
        await line.connection.send(json.dumps({**command, "nonce": nonce}))
        refused = await line.hear()
        assert (refused["event"], refused["code"]) == ("refused", code), command
        assert (refused["nonce"], refused["room"]) == (nonce, command["room"])
        assert refused["message"]
    assert (await line.post("still here"))["event"] == "accepted"


@on_sqlite
async def test_who_goes_on_too_fast_is_told_and_then_closed_with_4429(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    for number in range(14 + PATIENCE):
        await line.say("post", room=NIGHT, nonce=f"nonce-{number:04}", text="x")
    first = await line.hear_next("refused")
    assert (first["code"], first["help"]) == ("too_fast", True)
    assert await line.closing() == 4429


@on_sqlite
async def test_who_heeds_it_may_go_on(town: Town, served: Served) -> None:
    line, clock = await served.line(town.ash), town.house.workshop.clock
    answers = [await line.post("x", nonce=f"nonce-{number:04}") for number in range(13)]
    assert answers[-1]["code"] == "too_fast"
    clock.pass_time(seconds=2)  # type: ignore[attr-defined]
    assert (await line.post("x", nonce="nonce-0012"))["event"] == "accepted"


@pytest.mark.full
@on_sqlite
@unlimited
async def test_nobody_piles_up_commands_without_end_and_none_of_them_is_lost(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    seen = json.dumps({"do": "seen", "room": NIGHT, "seq": 0}).encode() + b" " * 4_000
    async with town.house.workshop.database.pen.held():  # so that the first of them waits
        line.send(*([frame(TEXT, seen)] * 600))
        line.say(do="leave", room="nowhere")
        ours = next(iter(town.house.floor.lines))
        for _ in range(100):  # all that would come has come by then
            await asyncio.sleep(0.002)
        assert LONGEST_BACKLOG <= len(ours._backlog or ()) < 450
    assert (await line.hear())["room"] == "nowhere"
