"""The handshake: who may open a line, and what everybody else is told."""

from __future__ import annotations

import httpx
import pytest

from holdfast.kit.errors import NotKept
from live.wire import handshake, knock, wire
from serving import Served
from town import ORIGIN, Person, StillClock, Town, on_sqlite

pytestmark = on_sqlite


async def test_with_a_token_the_line_opens_and_says_which_protocol_it_speaks(
    town: Town, served: Served
) -> None:
    status, head = await knock(served, handshake(town.ash))
    assert status == 101
    assert "sec-websocket-protocol: holdfast.v1\r\n" in head.lower()
    assert "permessage-deflate" not in head
    status, head = await knock(
        served, handshake(town.ash, Sec_WebSocket_Extensions="permessage-deflate")
    )
    assert (status, "extensions" in head.lower()) == (101, False)


async def test_staff_may_open_a_line_too(town: Town, served: Served) -> None:
    assert (await knock(served, handshake(town.elm)))[0] == 101


@pytest.mark.full
async def test_one_of_several_protocols_may_be_ours(town: Town, served: Served) -> None:
    for offered, status in (
        ("chat, holdfast.v1", 101),
        ("holdfast.v1,chat", 101),
        ("holdfast.v2", 400),
        ("HOLDFAST.V1", 400),
        (None, 400),
    ):
        asked = handshake(town.ash, Sec_WebSocket_Protocol=offered)
        assert (await knock(served, asked))[0] == status, offered


async def test_without_a_living_session_the_answer_is_401(
    town: Town, served: Served, clock: StillClock
) -> None:
    for authorization in (None, "Bearer x", "Bearer ", "Basic abc", f"bearer{town.ash.token}"):
        asked = handshake(None, Authorization=authorization)
        assert (await knock(served, asked))[0] == 401, authorization
    assert (await knock(served, handshake(town.ash)))[0] == 101
    clock.pass_time(days=91)
    assert (await knock(served, handshake(town.ash)))[0] == 401


async def test_with_a_cookie_the_origin_must_be_ours_exactly(town: Town, served: Served) -> None:
    cookie = f"a=b; holdfast={town.ash.token}"
    for origin, status in (
        (ORIGIN, 101),
        ("http://localhost:8000", 101),
        (None, 403),
        ("null", 403),
        ("http://127.0.0.1:8001", 403),
        ("http://127.0.0.1", 403),
        ("http://127.0.0.1:8000/", 403),
        ("http://127.0.0.1:8000.", 403),
        ("HTTP://127.0.0.1:8000", 403),
        ("https://127.0.0.1:8000", 403),
        (f"{ORIGIN}, {ORIGIN}", 403),
        ("", 403),
    ):
        asked = handshake(None, Cookie=cookie, Origin=origin)
        assert (await knock(served, asked))[0] == status, origin


async def test_two_origins_are_no_origin(town: Town, served: Served) -> None:
    asked = handshake(None, Cookie=f"holdfast={town.ash.token}", Origin=ORIGIN)
    doubled = asked.replace(b"Host:", f"Origin: {ORIGIN}\r\nHost:".encode())
    assert (await knock(served, asked))[0] == 101
    assert (await knock(served, doubled))[0] == 403


async def test_a_token_from_a_foreign_page_is_refused(town: Town, served: Served) -> None:
    for origin, status in ((None, 101), (ORIGIN, 101), ("https://elsewhere.example", 403)):
        assert (await knock(served, handshake(town.ash, Origin=origin)))[0] == status


async def test_nowhere_else_is_a_line(town: Town, served: Served) -> None:
    for path in ("/", "/livex", "/live/", "/LIVE", "/api/v1/rooms", "/nowhere"):
        assert (await knock(served, handshake(town.ash, path)))[0] == 404, path


async def test_a_question_mark_changes_nothing(town: Town, served: Served) -> None:
    assert (await knock(served, handshake(town.ash, "/live?x=1")))[0] == 101


async def test_a_handshake_that_is_none_is_refused(town: Town, served: Served) -> None:
    for headers in (
        {"Sec_WebSocket_Version": "12"},
        {"Sec_WebSocket_Version": None},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "short"},
    ):
        status, _ = await knock(served, handshake(town.ash, **headers))
        assert status in (400, 426), headers


async def test_pages_and_lines_live_on_one_port(town: Town, served: Served) -> None:
    line = await wire(served, town.ash)
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        assert (await door.get("/healthz")).status_code == 200
        plain = await door.get("/live")
        assert (plain.status_code, plain.json()["code"]) == (404, "not_found")
    line.say(do="leave", room="nowhere")
    assert (await line.hear())["event"] == "refused"


async def test_while_the_database_is_away_the_handshake_says_so(
    town: Town, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> list[tuple[object, ...]]:
        raise NotKept(code="not_read")

    monkeypatch.setattr(town.house.workshop.glances, "rows", gone)
    assert (await knock(served, handshake(town.ash)))[0] == 503


async def test_a_guest_s_line_is_never_opened(town: Town, served: Served) -> None:
    assert (await knock(served, handshake(Person(town.guest.actor))))[0] == 401
    assert town.house.floor.lines == set()
