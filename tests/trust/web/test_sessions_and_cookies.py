"""W3, W4, W6: cookies that nobody else can set or send, and sessions that are never adopted."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from websockets.datastructures import Headers
from websockets.http11 import Request

from holdfast.live.handshake import SUBPROTOCOL, cookie_token, token_in
from rights.doors import Door
from town import Person, Town, on_sqlite
from trust.web.conftest import HTTPS_ORIGIN
from trust.web.walking import Heard, answer

pytestmark = on_sqlite
NOBODY = "a-session-that-a-neighbour-chose-0123456789"
ME = Door("member", "GET", "/api/v1/me")
HOST = {"host": "peer.example", "origin": HTTPS_ORIGIN}


def cookies_of(heard: Heard) -> list[str]:
    return heard.headers.getlist("set-cookie")


def value_of(heard: Heard, name: str) -> str:
    (found,) = [given for given in cookies_of(heard) if given.startswith(f"{name}=")]
    return found.partition("=")[2].partition(";")[0]


def sign_in(phrase: str) -> Door:
    return Door("alike", "POST", "/sign-in", form={"phrase": phrase})


@pytest.mark.full
async def test_w03_every_cookie_is_out_of_reach_of_scripts_and_other_sites(
    over_https: FastAPI, town: Town
) -> None:
    """Each of the cookies there are, over https: of this host alone, and gone with the browser."""
    asking = [
        sign_in(town.ash.phrase),
        Door("anyone", "POST", "/language", form={"language": "es"}),
        Door("anyone", "POST", "/come-in", form={"age": "under-13"}),
        Door("anyone", "POST", "/sign-out"),
    ]
    given: list[str] = []
    for door in asking:
        one = await answer(over_https, door, Person(town.guest.actor), {}, extra=HOST)
        given += cookies_of(one)
    names = {cookie.partition("=")[0] for cookie in given}
    assert names == {"__Host-holdfast", "__Host-holdfast-language", "__Host-holdfast-visit"}
    for cookie in given:
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= parts, cookie
        assert not any(part.startswith("domain") for part in parts), cookie
        assert len(cookie) < 4096
        if '=""' not in cookie:
            assert not any(part.startswith(("max-age", "expires")) for part in parts), cookie


@pytest.mark.full
async def test_w03_a_cookie_of_the_plain_name_is_nobody_s_session_over_https(
    over_https: FastAPI, town: Town
) -> None:
    """A neighbouring host may set one for the whole domain; the other kind it may not."""
    ours = {**HOST, "cookie": f"__Host-holdfast={town.ash.token}"}
    theirs = {**HOST, "cookie": f"holdfast={town.ash.token}"}
    both = {**HOST, "cookie": f"holdfast={town.birch.token}; __Host-holdfast={town.ash.token}"}
    assert (await answer(over_https, ME, town.guest, {}, extra=ours)).status == 200
    assert (await answer(over_https, ME, town.guest, {}, extra=theirs)).status == 401
    assert (await answer(over_https, ME, town.guest, {}, extra=both)).status == 200
    assert cookie_token([both["cookie"]], https=True) == town.ash.token
    assert cookie_token([both["cookie"]], https=False) == town.birch.token


@pytest.mark.full
@pytest.mark.parametrize("chosen", ["nobody's", "somebody else's"])
async def test_w04_a_session_that_was_there_before_is_never_adopted(
    app: FastAPI, town: Town, chosen: str
) -> None:
    before = NOBODY if chosen == "nobody's" else town.birch.token
    cookie = {"cookie": f"holdfast={before}"}
    one = await answer(app, sign_in(town.ash.phrase), town.guest, {}, extra=cookie)
    token = value_of(one, "holdfast")
    assert one.status == 303
    assert token not in {before, town.ash.token}
    assert len(token) >= 43  # 256 bits
    mine = await answer(app, ME, Person(town.guest.actor, token), {})
    assert mine.status == 200
    assert (await answer(app, ME, Person(town.guest.actor, NOBODY), {})).status == 401


@pytest.mark.full
async def test_w04_a_session_ends_where_it_signs_out_on_every_door(
    app: FastAPI, town: Town
) -> None:
    assert (await answer(app, ME, town.ash, {})).status == 200
    assert (await answer(app, Door("anyone", "POST", "/sign-out"), town.ash, {})).status == 303
    for door in (ME, Door("member", "GET", "/api/v1/rooms"), Door("member", "GET", "/me/export")):
        assert (await answer(app, door, town.ash, {})).status in {303, 401}, door.name


# ---------------------------------------------------------------- the line

FOREIGN = [
    *("http://peer.example", "wss://peer.example", "https://peer.example:8443"),
    *("https://peer.example.", "https://PEER.example", "https://chat.peer.example", "null", ""),
    *("https://peer.example/", "https://peer.example@elsewhere.example"),
    *("https://xn--per-2ed.example", "https://elsewhere.example", "*", "https://peer.example,x"),
]


def knock(origin: str | None, cookie: str = "__Host-holdfast=token") -> int:
    """How a handshake is answered before anybody is looked up: 101 stands for a yes."""
    headers = Headers({"Cookie": cookie, "Sec-WebSocket-Protocol": SUBPROTOCOL})
    if origin is not None:
        headers["Origin"] = origin
    token, refusal = token_in(Request("/live", headers), {HTTPS_ORIGIN})
    return refusal.status_code if refusal else 101 if token else 401


async def test_w06_over_https_a_page_that_came_without_it_opens_no_line(town: Town) -> None:
    assert knock(HTTPS_ORIGIN) == 101
    assert {origin: knock(origin) for origin in [*FOREIGN, None]} == dict.fromkeys(
        [*FOREIGN, None], 403
    )
    assert knock(HTTPS_ORIGIN, "holdfast=token") == 401
