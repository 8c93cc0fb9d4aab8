"""W1, W2, W5, W9, W15, W21, W22, W30: what holds at every door, also at those made tomorrow."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from holdfast.kit.http import FEATURES, HEADERS, SAFE
from rights.doors import Door, doors
from town import Town, on_sqlite, unlimited
from trust.web.walking import Heard, answer, heard, quietly, request_for, routes_of

pytestmark = [on_sqlite, unlimited]
CACHED = ("/static/", "/avatars/", "/help", "/sw.js", "/metrics", "/healthz")
"""What is nobody's own, and may lie in a cache or be asked after again."""
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "holdfast",
}


def policy_of(heard: Heard) -> dict[str, str]:
    """The policy of an answer, by its directives."""
    parts = [
        part.strip().partition(" ") for part in heard.headers["content-security-policy"].split(";")
    ]
    return {name: value for name, _, value in parts}


def wrong(heard: Iterator[Heard] | list[Heard], what: Any) -> list[str]:
    """Which of these answers are otherwise."""
    return [one.told for one in heard if not what(one)]


@pytest.mark.full
def test_the_walk_came_through_every_door(walked: list[Heard]) -> None:
    assert {one.door.name for one in walked} >= {door.name for door in doors()}
    assert {one.status // 100 for one in walked} >= {2, 3, 4}
    assert wrong(walked, lambda one: one.status < 500) == []


@pytest.mark.full
def test_w01_every_answer_has_the_whole_policy_and_is_framed_by_nobody(
    walked: list[Heard],
) -> None:
    for one in walked:
        policy = policy_of(one)
        ancestors = policy.pop("frame-ancestors")
        assert policy == DIRECTIVES, one.told
        framed = one.door.stream and one.status == 200
        assert ancestors == ("'self'" if framed else "'none'"), one.told


@pytest.mark.full
def test_w02_every_answer_wears_the_headers_that_protect_people(walked: list[Heard]) -> None:
    for one in walked:
        worn = {name: one.headers.get(name) for name in HEADERS if name != "cache-control"}
        assert worn == {n: v for n, v in HEADERS.items() if n != "cache-control"}, one.told
        assert all(f"{feature}=()" in worn["permissions-policy"] for feature in FEATURES)  # type: ignore[operator]
        assert not {"server", "x-powered-by", "via"} & set(one.headers.keys()), one.told


@pytest.mark.full
def test_w02_nothing_of_anybody_is_kept_in_a_cache(walked: list[Heard]) -> None:
    mine = [one for one in walked if not one.door.path.startswith(CACHED)]
    assert len(mine) > 400
    assert wrong(mine, lambda one: one.headers["cache-control"] == "no-store") == []


@pytest.mark.full
async def test_w02_over_https_every_kind_of_answer_tells_browsers_to_stay_there(
    over_https: FastAPI, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> object:
        raise RuntimeError

    statuses = set()
    for path in ("/", "/api/v1/me", "/no-such-place", "/static/css/holdfast.css"):
        one = await answer(over_https, Door("anyone", "GET", path), town.guest, {})
        statuses.add(one.status)
        assert one.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    monkeypatch.setattr(town.house, "find_actor", broken)
    one = await answer(over_https, Door("anyone", "GET", "/rooms"), town.guest, {})
    assert statuses | {one.status} == {200, 401, 404, 500}
    assert one.headers["strict-transport-security"].startswith("max-age=31536000; includeSub")


# ---------------------------------------------------------------- forged requests

KINDS = (
    *("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
    *("text/plain", "", "application/octet-stream"),
)
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"origin": "https://elsewhere.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:8001", "sec-fetch-site": "same-site"},
)


@pytest.mark.full
async def test_w05_no_door_that_changes_something_opens_from_another_site(
    app: FastAPI, town: Town
) -> None:
    """Six kinds of body, three other origins; only from our own does it come to the door itself."""
    quietly(town)
    acting = [door for door in doors() if door.method not in {*SAFE, "LIVE"}]
    assert len(acting) > 150
    for door, at in zip(acting, itertools.cycle(range(len(KINDS))), strict=False):
        things = dict.fromkeys(door.parameters | {"mine"}, "1")
        for number, foreign in enumerate(ELSEWHERE):
            kind = {"content-type": KINDS[(at + number) % len(KINDS)]}
            one = await answer(app, door, town.ash, things, extra={**foreign, **kind})
            assert (one.status, b"foreign_origin" in one.body) == (403, True), one.told
    assert (await answer(app, Door("member", "GET", "/api/v1/me"), town.ash, {})).status == 200


async def test_w05_one_door_in_every_kind_and_from_every_origin(app: FastAPI, town: Town) -> None:
    door = Door("member", "POST", "/me/looks", form={"theme": "dark"})
    for kind, foreign in itertools.product(KINDS, ELSEWHERE):
        one = await answer(app, door, town.ash, {}, extra={**foreign, "content-type": kind})
        assert one.status == 403, (kind, foreign)
    assert (await answer(app, door, town.ash, {})).status == 303


# ---------------------------------------------------------------- bodies


@pytest.mark.full
def test_w09_nothing_that_is_made_for_somebody_is_compressed(walked: list[Heard]) -> None:
    assert wrong(walked, lambda one: "content-encoding" not in one.headers) == []


@pytest.mark.full
async def test_w15_no_door_takes_a_file(app: FastAPI, town: Town) -> None:
    """Where a form is read, a file in it is refused; elsewhere nobody looks at it."""
    quietly(town)
    head = 'Content-Disposition: form-data; name="file"; filename="a.svg"\r\n'
    body = f"--x\r\n{head}Content-Type: image/svg+xml\r\n\r\n<svg/>\r\n--x--\r\n".encode()
    looks = Door("member", "POST", "/me/looks")
    assert (await uploaded(app, looks, town, body, {})).status == 400
    for door in (door for door in doors() if door.method in {"POST", "PUT"} and not door.away):
        things = dict.fromkeys(door.parameters | {"mine"}, "1")
        one = await uploaded(app, door, town, body, things)
        assert one.status < 500, one.told
        assert b"<svg/>" not in one.body, one.told


async def uploaded(
    app: FastAPI, door: Door, town: Town, body: bytes, things: dict[str, str]
) -> Heard:
    bare = replace(door, form=None, json=None)
    kind = {"content-type": "multipart/form-data; boundary=x", "content-length": str(len(body))}
    scope, _ = request_for(bare, town.ash, things, kind)
    return await heard(app, door, scope, body)


@pytest.mark.full
def test_w21_every_answer_says_truly_what_it_is(walked: list[Heard]) -> None:
    for one in walked:
        if not one.body:
            continue
        kind = one.headers["content-type"]
        if kind.startswith(("text/", "image/svg")):
            assert "charset=utf-8" in kind, one.told
        if kind.startswith("text/html"):
            assert one.text.lstrip().startswith("<"), one.told
        if "json" in kind:
            assert one.text[0] in "{[", one.told


@pytest.mark.full
async def test_w09_a_right_guess_and_a_wrong_one_are_of_one_size(app: FastAPI, town: Town) -> None:
    """What a page says back of a question makes it no shorter where it resembles the page."""
    extra = {"accept-encoding": "gzip, br, zstd, deflate"}
    page = Door("member", "GET", "/rooms/night-room/search")
    there = re.findall(r"[a-z]{8}", (await answer(app, page, town.ash, {})).text)[0]
    sizes = set()
    for guess in (there, there[::-1], "".join(sorted(there)), "qxzjvkwq"):
        scope, _ = request_for(page, town.ash, {}, extra)
        one = await heard(app, page, {**scope, "query_string": f"q={guess}".encode()}, b"")
        assert one.text.count(guess) > (guess == there), "it is said back"
        sizes.add(len(one.body))
    assert len(sizes) == 1


@pytest.mark.full
def test_w13_a_link_to_another_site_is_ours_https_and_tells_it_nothing(
    walked: list[Heard],
) -> None:
    """Each of them stands in our own files; none is made of what somebody wrote."""
    links = {
        link
        for one in walked
        for link in re.findall(r"<a [^>]*href=.https?://(?!localhost|127\.)[^>]*>", one.text)
    }
    for link in links:
        assert 'href="https://' in link, link
        assert "noopener" in link, link
        assert "noreferrer" in link, link
        assert "nofollow" in link, link
    assert links, "the help page has some"


# ---------------------------------------------------------------- our own mistakes

CANARY = "SELECT secret FROM keys WHERE path='/var/lib/holdfast/root.key'"


@pytest.mark.full
async def test_w22_a_mistake_of_ours_at_any_door_says_nothing_of_the_house(
    app: FastAPI, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError(CANARY)

    quietly(town)
    routes = routes_of(app)
    assert set(routes) >= {door.name for door in doors()}
    for door in doors():
        things = dict.fromkeys(door.parameters | {"mine"}, "1")
        with monkeypatch.context() as for_now:
            for_now.setattr(routes[door.name], "handle", breaks)
            one = await answer(app, door, town.ash, things)
        assert one.status == 500, one.told
        assert not re.search(r"SELECT|/var/|Traceback|RuntimeError|holdfast/|\.py", one.text), (
            one.told
        )
        assert policy_of(one)["default-src"] == "'none'"
        told_help = b"/help" in one.body or door.path.startswith("/api/")
        assert told_help, one.told


async def test_w22_no_door_shows_how_the_house_is_built(app: FastAPI, town: Town) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/debug", "/.git/config", "/.env", "/admin"):
        one = await answer(app, Door("anyone", "GET", path), town.guest, {})
        assert one.status == 404, path


# ---------------------------------------------------------------- addresses


@pytest.mark.full
def test_w30_no_secret_stands_in_an_address(walked: list[Heard], town: Town) -> None:
    """Neither where we send people, nor what a page links to."""
    secrets = re.compile(r"[?&](token|session|phrase|recovery_phrase|password|key)=", re.I)
    for one in walked:
        assert not secrets.search(one.headers.get("location", "")), one.told
        assert not secrets.search(one.text), one.told
