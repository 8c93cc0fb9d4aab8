"""The organisation's own sign-in: a real provider on this machine, and one that lies."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey

from holdfast.kit.house import House
from holdfast.rights.rules import Role
from holdfast.settings import Settings
from members.walking import Page
from staff.joining import Joined, first_steward, invited, is_in
from staff.provider import CLIENT, SECRET, Provider, serving
from town import StillClock, mostly_on_sqlite, on_sqlite

START = "/staff/sso?back=/staff/people"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        yield found


@pytest.fixture
def settings(settings: Settings, listening: socket.socket) -> Settings:
    """A house that knows an organisation's sign-in."""
    named = {
        "oidc_issuer": f"http://127.0.0.1:{listening.getsockname()[1]}",
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    return settings.model_copy(update=named)


@pytest.fixture
async def provider(
    settings: Settings, listening: socket.socket, clock: StillClock
) -> AsyncIterator[Provider]:
    async with serving(Provider(settings.oidc_issuer, clock), listening) as provider:
        yield provider


async def away_and_back(client: httpx.AsyncClient, start: str) -> str:
    """To the provider and back, as a browser goes: the address of the page that finishes it."""
    away = await client.get(start)
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient(trust_env=False) as outside:
        back = await outside.get(away.headers["location"])
    found = urlsplit(back.headers["location"])
    # Another site leads here, so the browser sends no cookie with this one.
    bare = httpx.AsyncClient(transport=client._transport, base_url=client.base_url)
    page = Page(await bare.get(f"{found.path}?{found.query}"))
    assert page.headings == ["One moment"]
    return next(link for link in page.links if link.startswith("/staff/sso/finish"))


async def through(client: httpx.AsyncClient, start: str) -> httpx.Response:
    return await client.get(await away_and_back(client, start))


async def bound(client: httpx.AsyncClient, house: House, name: str = "Robin") -> Joined:
    """Somebody joined through the organisation; the steward who asked them."""
    sam = await first_steward(house)
    key = await invited(house, sam.staff, Role.LEAD, name)
    answer = await through(client, f"/staff/join/{key}/sso")
    assert answer.headers["location"] == "/staff?saved=joined#saved", answer.text
    return sam


@pytest.mark.full
@mostly_on_sqlite
async def test_who_was_invited_joins_and_signs_in_by_issuer_and_subject(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    provider.claims = {"email": "somebody-else@example.org"}
    answer = await through(client, START)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/people")
    page = Page(await client.get("/staff"))
    assert page.headings == ["Robin Safeguarding lead"]
    assert "through your organisation" in page.said
    asked = provider.asked
    assert (asked["response_type"], asked["scope"]) == ("code", "openid")
    assert asked["code_challenge_method"] == "S256"


@pytest.mark.full
@mostly_on_sqlite
async def test_nobody_comes_in_who_was_not_invited_whatever_their_e_mail_says(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    provider.claims = {"email": "robin@example.org", "name": "Robin"}
    provider.subject = "somebody-else"
    refused = await through(client, START)
    assert refused.status_code == 401
    assert not await is_in(client, {})
    provider.subject = "robin-0815"
    assert (await through(client, START)).status_code == 303


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "for another place": {"aud": "another"},
    "for several places, first of all another": {"aud": ["another", CLIENT], "azp": "another"},
    "to another request": {"nonce": "of another day"},
    "to no request": {"nonce": None},
    "too old": {"exp": 1_000_000_000},
    "without an end": {"exp": None},
    "about nobody": {"sub": None},
}


@pytest.mark.full
@on_sqlite
async def test_an_answer_that_is_not_meant_for_us_now_proves_nothing(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    for lie, claims in LIES.items():
        provider.lies = claims
        refused = await through(client, START)
        assert (refused.status_code, await is_in(client, {})) == (401, False), lie
    provider.lies = {}
    assert (await through(client, START)).status_code == 303


@pytest.mark.full
@on_sqlite
async def test_a_signature_by_another_key_or_by_none_proves_nothing(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "one"})
    assert (await through(client, START)).status_code == 401
    provider.signs_with = None
    assert (await through(client, START)).status_code == 303


@pytest.mark.full
@on_sqlite
async def test_an_answer_counts_once_in_the_browser_that_asked(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    finish = await away_and_back(client, START)
    kept = dict(client.cookies)
    client.cookies.clear()
    assert (await client.get(finish)).status_code == 409  # somebody else's browser
    client.cookies.update(kept)
    state = parse_qs(urlsplit(finish).query)["state"][0]
    assert (await client.get(f"/staff/sso/finish?code=guessed&state={state}x")).status_code == 409
    assert (await client.get(finish)).status_code == 303
    client.cookies.clear()
    client.cookies.update(kept)
    assert (await client.get(finish)).status_code == 409


@pytest.mark.full
@mostly_on_sqlite
async def test_showing_it_again_asks_there_anew_and_needs_a_time(
    house: House, client: httpx.AsyncClient, provider: Provider, clock: StillClock
) -> None:
    await bound(client, house)
    clock.pass_time(minutes=6)
    assert (await client.get("/staff/password")).status_code == 303
    again = "/staff/again/sso?back=/staff/password"
    for lie in ({"auth_time": None}, {"auth_time": int(clock.now().timestamp()) - 3_600}):
        provider.lies = lie
        assert (await through(client, again)).status_code == 401
        assert (await client.get("/staff/password")).status_code == 303
    provider.lies = {}
    provider.subject = "somebody-else"
    assert (await through(client, again)).status_code == 401
    provider.subject = "robin-0815"
    assert (await through(client, again)).headers["location"] == "/staff/password"
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert (await client.get("/staff/password")).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_a_sign_in_there_of_long_ago_is_not_fresh_here(
    house: House, client: httpx.AsyncClient, provider: Provider
) -> None:
    await bound(client, house)
    client.cookies.clear()
    assert (await through(client, START)).status_code == 303
    assert (await client.get("/staff/password")).status_code == 303  # it does not say when


@pytest.mark.full
@on_sqlite
async def test_where_the_organisation_does_not_answer_the_page_says_so(
    house: House, client: httpx.AsyncClient
) -> None:
    page = Page(await client.get(START))
    assert (page.status, "doesn’t answer just now" in page.said) == (503, True)
    assert "/staff/sign-in?back=%2Fstaff%2Fpeople" in page.links  # another way in stands there


@on_sqlite
async def test_whoever_is_refused_is_led_back_to_where_they_began(
    client: httpx.AsyncClient,
) -> None:
    for began, door in (
        ("sign-in|/staff/people", "/staff/sign-in?back=%2Fstaff%2Fpeople"),
        ("sign-in|https://evil.example/", "/staff/sign-in?back=%2Fstaff"),
        ("again|/staff/password", "/staff/again?back=%2Fstaff%2Fpassword"),
        ("join|a/../key", "/staff/join/a%2F..%2Fkey"),
        ("", "/staff/sign-in?back=%2Fstaff"),
    ):
        client.cookies.set("holdfast-sso", f"of-another-day|{began}")
        page = Page(await client.get("/staff/sso/finish?code=a&state=b"))
        assert (page.status, "Please start again." in page.said) == (409, True)
        assert door in page.links
        assert "/" not in page.links[page.links.index(door) :]


@on_sqlite
async def test_whoever_cancels_at_the_organisation_is_where_they_began(
    client: httpx.AsyncClient,
) -> None:
    client.cookies.set("holdfast-sso", "mine|again|/staff/password")
    told = Page(await client.get("/staff/sso/back?error=access_denied&state=mine"))
    finish = next(link for link in told.links if link.startswith("/staff/sso/finish"))
    led = await client.get(finish)
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/staff/again?back=%2Fstaff%2Fpassword",
    )
    assert (await client.get(finish.replace("mine", "else"))).status_code == 409


@pytest.mark.parametrize(
    "named",
    [
        {"oidc_issuer": "https://login.example"},
        {"oidc_client_id": "x", "oidc_client_secret": "y"},
        {"oidc_issuer": "http://login.example", "oidc_client_id": "x", "oidc_client_secret": "y"},
    ],
)
def test_half_a_sign_in_and_one_without_a_lock_are_refused(named: dict[str, str]) -> None:
    whole = {"oidc_issuer": "https://a.example", "oidc_client_id": "x", "oidc_client_secret": "y"}
    assert Settings(**whole).oidc_issuer  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="HOLDFAST_OIDC_ISSUER"):
        Settings(**named)  # type: ignore[arg-type]
