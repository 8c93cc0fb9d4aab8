"""W3, W5, W6: where the desk has an origin of its own, neither reaches into the other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from websockets.datastructures import Headers
from websockets.http11 import Request

from holdfast.app.web import build_app
from holdfast.live.handshake import SUBPROTOCOL, comes_in, origins_at, token_in
from holdfast.settings import Settings
from town import Person, Town, on_sqlite

pytestmark = on_sqlite
HERE, DESK = "https://peer.example", "https://desk.peer.example"


@pytest.fixture
async def both(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    """The same house with two origins."""
    apart = settings.model_copy(update={"origin": HERE, "desk_origin": DESK, "limits": "on"})
    monkeypatch.setattr(app.state.house, "settings", apart)
    built = build_app(apart)
    built.state.house = app.state.house
    transport = httpx.ASGITransport(app=built)
    async with httpx.AsyncClient(transport=transport) as client:
        yield client


def came_in(person: Person) -> dict[str, str]:
    return {"cookie": f"__Host-holdfast={person.token}"}


async def status(both: httpx.AsyncClient, address: str, person: Person | None = None) -> int:
    return (await both.get(address, headers=came_in(person) if person else {})).status_code


@pytest.mark.full
async def test_w03_the_desk_is_at_its_own_origin_alone_and_the_door_of_members_is_not(
    both: httpx.AsyncClient, town: Town
) -> None:
    for path in ("/staff/sign-in", "/staff/begin"):
        assert await status(both, DESK + path) == 200
        assert await status(both, HERE + path) == 404
    for path in ("/come-in", "/sign-in"):
        assert await status(both, HERE + path) == 200
        assert await status(both, DESK + path) == 404
    for origin in (HERE, DESK):
        assert await status(both, f"{origin}/help") == 200
    assert await status(both, f"{DESK}/staff", town.elm) == 200
    assert await status(both, f"{HERE}/staff", town.elm) == 404
    landing = await both.get(HERE)
    assert f'href="{DESK}/staff/sign-in"' in landing.text


@pytest.mark.full
async def test_w03_who_came_in_at_one_origin_is_nobody_at_the_other(
    both: httpx.AsyncClient, town: Town
) -> None:
    assert await status(both, f"{HERE}/api/v1/me", town.ash) == 200
    assert await status(both, f"{DESK}/api/v1/me", town.ash) == 401
    at_desk = (await both.get(f"{DESK}/", headers=came_in(town.elm))).text
    assert "You are here as someone who looks after this place." in at_desk
    elsewhere = (await both.get(f"{HERE}/", headers=came_in(town.elm))).text
    assert "You are here as someone who looks after this place." not in elsewhere
    by_program = {"authorization": f"Bearer {town.ash.token}"}
    assert (await both.get(f"{DESK}/api/v1/me", headers=by_program)).status_code == 200


@pytest.mark.full
async def test_w03_a_page_of_one_origin_does_nothing_at_the_other(
    both: httpx.AsyncClient, town: Town
) -> None:
    async def sign_out(at: str, origin: str) -> httpx.Response:
        return await both.post(f"{at}/sign-out", headers={**came_in(town.elm), "origin": origin})

    refused = await sign_out(DESK, HERE)
    assert refused.status_code == 403
    assert await status(both, f"{DESK}/staff", town.elm) == 200
    assert (await sign_out(DESK, DESK)).status_code == 303
    assert await status(both, f"{DESK}/staff", town.elm) != 200


@pytest.mark.parametrize(
    ("host", "origin", "opens"),
    [
        ("desk.peer.example", DESK, True),
        ("peer.example", HERE, True),
        ("desk.peer.example", HERE, False),
        ("peer.example", DESK, False),
        ("other.example", DESK, False),
    ],
)
def test_w06_a_page_of_one_origin_opens_no_line_at_the_other(
    town: Town, host: str, origin: str, *, opens: bool
) -> None:
    headers = Headers({"Host": host, "Origin": origin, "Cookie": "__Host-holdfast=token"})
    headers["Sec-WebSocket-Protocol"] = SUBPROTOCOL
    asked = Request("/live", headers)
    token, refusal = token_in(asked, origins_at(asked, {HERE, DESK}, DESK))
    assert (token, refusal is None) == (("token", True) if opens else ("", False))
    staff, member = town.elm.actor, town.ash.actor
    assert comes_in(staff, asked, DESK) is (host == "desk.peer.example")
    assert comes_in(member, asked, DESK) is (host != "desk.peer.example")
    assert comes_in(staff, asked, "")
    assert not comes_in(town.guest.actor, asked, "")


def test_an_origin_for_the_desk_stands_beside_another(settings: Settings) -> None:
    both_of_them = Settings(data=settings.data, origin=HERE, desk_origin=f"{DESK.upper()}/")
    assert both_of_them.origins == {HERE, DESK}
    for origin in ("", HERE):
        with pytest.raises(ValidationError, match="HOLDFAST_DESK_ORIGIN"):
            Settings(data=settings.data, origin=origin, desk_origin=HERE)
