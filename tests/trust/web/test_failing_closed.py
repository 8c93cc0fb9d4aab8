"""W11, W28, W32: limits hold by every way round, logs stay one line, and what fails, fails shut."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import pytest
import structlog

from holdfast.app.serving import only_allowed_fields
from holdfast.kit.errors import NotKept
from rights.doors import Door, doors
from serving import Served
from town import NIGHT, Town, on_sqlite
from trust.web.walking import answer, quietly

SAY = f"/api/v1/rooms/{NIGHT}/messages"


@pytest.mark.full
@on_sqlite
async def test_w11_no_way_round_gives_a_second_bucket(served: Served, town: Town) -> None:
    """What was said on the line counts at the API, for every spelling of an address and a token."""
    lines = [await served.line(town.ash) for _ in range(3)]
    said = [await lines[number % 3].post(f"number {number}") for number in range(12)]
    assert {event["event"] for event in said} == {"accepted"}
    assert (await lines[0].post("one more"))["code"] == "too_fast"
    bearers = (f"Bearer {town.ash.token}", f"bearer {town.ash.token}", f"BEARER  {town.ash.token}")
    spellings = (SAY, f"{SAY}/", SAY.upper(), f"/{SAY}", SAY.replace("rooms", "%72ooms"))
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        for bearer in bearers:
            for number, path in enumerate(spellings):
                headers = {"authorization": bearer}
                address = f"{path}/nonce-9{number:03}"
                one = await door.put(address, json={"text": "again"}, headers=headers)
                assert one.status_code in {401, 404, 405, 429}, (address, one.status_code)
        same = await door.put(f"{SAY}/nonce-9999", json={"text": "x"}, headers=town.ash.bearer)
        assert (same.status_code, same.json()["wait"] > 0) == (429, True)


# ---------------------------------------------------------------- logs

FORGED = [
    "one\ntwo",
    'a","level":"error","event":"forged',
    "\x1b[2J\x1b[31mred",
    "one\r\n{}",
    "\u2028line",
    "\x00\x07\x08",
    "{" * 1_000,
]


@pytest.mark.parametrize("forged", FORGED)
def test_w28_whatever_is_logged_is_one_line_of_json(forged: str) -> None:
    told = io.StringIO()
    log = structlog.wrap_logger(
        structlog.PrintLogger(told),
        processors=[
            structlog.processors.add_log_level,
            only_allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
    )
    log.error(forged, error=forged, route=forged, text="words of somebody", path="/me")
    line, rest = told.getvalue().split("\n", 1)
    assert rest == ""
    assert json.loads(line) == {
        "event": forged,
        "error": forged,
        "route": forged,
        "level": "error",
    }
    assert not any(ord(sign) < 32 or sign == "\x1b" for sign in line)


# ---------------------------------------------------------------- failing shut


@pytest.mark.full
@on_sqlite
async def test_w32_where_nobody_can_say_who_somebody_is_no_door_takes_them_in(
    app: Any, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables of sessions are away: whatever asks who it is refuses, in words."""

    async def gone(*_: object, **__: object) -> object:
        raise NotKept(code="not_read")

    quietly(town)
    assert (await answer(app, Door("", "GET", "/api/v1/me"), town.ash, {})).status == 200
    monkeypatch.setattr(town.house.workshop.glances, "rows", gone)
    let_in = []
    for door in doors():
        if door.heading in {"anyone", "alike"}:
            continue
        things = dict.fromkeys(door.parameters | {"mine"}, "1")
        one = await answer(app, door, town.ash, things)
        if one.status not in {401, 403, 404, 422, 503}:
            let_in.append(one.told)
    assert let_in == []


@on_sqlite
async def test_w32_where_the_rules_break_nothing_goes_unread_into_a_room(
    served: Served, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    await birch.enter()
    await ash.enter()
    assert (await ash.post("all is well"))["event"] == "accepted"
    await birch.hear_next("posted")

    def breaks(*_: object, **__: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(town.house.ledger.detector, "_reader", breaks)
    answers = [(await ash.post(f"after that {number}"))["event"] for number in range(5)]
    assert answers[-1] == "held", answers
