"""The guard around everything: no foreign origin acts, nothing too large, every answer dressed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from holdfast.kit.http import HEADERS, LARGEST_BODY
from serving import Served
from town import ORIGIN, Town, on_sqlite

pytestmark = on_sqlite
SIGN_OUT = "/api/v1/sign-out"  # changes nothing for a guest: 204 wherever the guard lets it through

OURS = [
    {},
    {"origin": ORIGIN},
    {"origin": "http://localhost:8000"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"origin": "null", "sec-fetch-site": "same-origin"},
    {"origin": "null", "sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]
FOREIGN = [
    {"origin": "https://elsewhere.example"},
    {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"},
    {"origin": "https://127.0.0.1:8000"},
    {"origin": "http://127.0.0.1"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "http://127.0.0.1:8000/"},
    {"origin": "http://127.0.0.1:8000."},
    {"origin": "http://127.0.0.1.:8000"},
    {"origin": "HTTP://127.0.0.1:8000"},
    {"origin": "http://LOCALHOST:8000"},
    {"origin": "http://127.0.0.1:8000.elsewhere.example"},
    {"origin": f"{ORIGIN} http://elsewhere.example"},
    {"origin": ""},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "null", "sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


async def test_our_own_pages_and_programs_may_act(client: httpx.AsyncClient) -> None:
    for headers in OURS:
        assert (await client.post(SIGN_OUT, headers=headers)).status_code == 204, headers


async def test_another_site_may_not_act_in_someone_s_name(
    client: httpx.AsyncClient, town: Town
) -> None:
    for headers in FOREIGN:
        refused = await client.post(SIGN_OUT, headers={**headers, **town.ash.bearer})
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin"), headers
    assert (await client.get("/api/v1/me", headers=town.ash.bearer)).status_code == 200
    assert (await client.post(SIGN_OUT, headers=town.ash.bearer)).status_code == 204
    assert (await client.get("/api/v1/me", headers=town.ash.bearer)).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_way_of_acting_is_guarded(client: httpx.AsyncClient, method: str) -> None:
    refused = await client.request(method, "/no-such-place", headers=FOREIGN[0])
    assert refused.status_code == 403


async def test_reading_is_allowed_from_anywhere(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers=FOREIGN[0])).status_code == 200


# ---------------------------------------------------------------- sizes


async def pieces(size: int) -> AsyncIterator[bytes]:
    """A body whose size nobody declares."""
    for _ in range(size // 1024):
        yield b" " * 1024
        await asyncio.sleep(0)


async def test_a_body_that_says_it_is_too_large_is_not_read(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/v1/members", content=b" " * (LARGEST_BODY + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_big")


async def test_a_body_that_does_not_say_how_large_it_is_is_refused_all_the_same(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post(
        "/api/v1/members",
        content=pieces(LARGEST_BODY + 4096),
        headers={"content-type": "application/json"},
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "too_big")


async def test_a_form_that_does_not_say_how_large_it_is_is_refused_all_the_same(
    client: httpx.AsyncClient, town: Town
) -> None:
    refused = await client.post(
        "/rooms/night-room/messages",
        content=pieces(LARGEST_BODY + 4096),
        headers={"content-type": "application/x-www-form-urlencoded", **town.ash.bearer},
    )
    assert refused.status_code == 413


async def test_a_body_of_just_the_largest_size_is_looked_at(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/v1/members", content=b" " * LARGEST_BODY)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("declared", ["-1", "1e9", "", "0x10"])
async def test_a_size_that_is_no_number_is_refused(
    client: httpx.AsyncClient, declared: str
) -> None:
    request = client.build_request("POST", "/api/v1/members", headers={"content-length": declared})
    assert (await client.send(request)).status_code == 413


# ---------------------------------------------------------------- what every answer wears

PLACES = [
    ("GET", "/", 200),
    ("GET", "/help", 200),
    ("GET", "/healthz", 200),
    ("GET", "/metrics", 200),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/api/v1/me", 401),
    ("GET", "/api/v1/nowhere", 404),
    ("GET", "/nowhere", 404),
    ("POST", "/healthz", 405),
    ("POST", "/api/v1/members", 422),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/avatars/abc.svg", 200),
]


@pytest.mark.full
async def test_every_answer_wears_the_headers_that_protect_people(
    client: httpx.AsyncClient,
) -> None:
    for method, path, status in PLACES:
        answer = await client.request(method, path)
        assert answer.status_code == status, path
        wears_them(answer)


def wears_them(answer: httpx.Response) -> None:
    worn = {name: answer.headers.get(name) for name in HEADERS if name != "cache-control"}
    assert worn == {name: value for name, value in HEADERS.items() if name != "cache-control"}
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "frame-ancestors" in policy


@pytest.mark.parametrize("path", ["/api/v1/rooms", "/rooms"])
async def test_even_an_answer_about_our_own_mistake_wears_them_and_says_what_to_do(
    client: httpx.AsyncClient, town: Town, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.house, "workshop", None)  # a mistake of ours, as bad as they come
    monkeypatch.setattr(town.house, "find_actor", _ash(town))
    broken = await client.get(path, headers=town.ash.bearer)
    assert broken.status_code == 500
    wears_them(broken)
    assert broken.headers["cache-control"] == "no-store"
    if path.startswith("/api/"):
        assert broken.json()["code"] == "broken"
    else:
        assert "/help" in broken.text
    assert "Traceback" not in broken.text


def _ash(town: Town):  # type: ignore[no-untyped-def]
    async def find(_: object) -> object:
        return town.ash.actor

    return find


async def test_nothing_of_anyone_s_is_kept_by_browsers_or_proxies(
    client: httpx.AsyncClient, town: Town
) -> None:
    for path in ("/api/v1/me", "/api/v1/rooms", "/rooms/night-room", "/me"):
        answer = await client.get(path, headers=town.ash.bearer)
        assert answer.headers["cache-control"] == "no-store", path


async def test_problems_are_problem_details_with_a_stable_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:holdfast:problem:not_found"
    assert (problem["status"], problem["code"], problem["title"]) == (404, "not_found", "Not Found")
    assert problem["detail"]


async def test_being_too_fast_says_how_long_to_wait(client: httpx.AsyncClient, town: Town) -> None:
    path = "/api/v1/rooms/night-room/messages/nonce-{}"
    for number in range(1000, 1012):
        said = await client.put(
            path.format(number), json={"text": "hello"}, headers=town.ash.bearer
        )
        assert said.status_code == 201
    refused = await client.put(path.format(2000), json={"text": "x"}, headers=town.ash.bearer)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert refused.json()["wait"] == pytest.approx(1.5)
    assert int(refused.headers["retry-after"]) >= 2
    assert refused.json()["help"] == "/help"


async def test_a_head_is_answered_as_a_get_would_be_without_its_body(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url) as browser:
        full, head = await browser.get("/around"), await browser.head("/around")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]
