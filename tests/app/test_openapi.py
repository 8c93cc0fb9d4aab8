"""Every call of the JSON API, with whatever comes to mind: no 5xx, no undocumented answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import uvloop
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds

from holdfast.app.opening import open_house
from holdfast.app.web import build_app
from holdfast.settings import Settings
from town import NIGHT, ORIGIN, StillClock, Town, on_sqlite, settle_in, unlimited

SHARES = 8  # of the calls, so that no test takes minutes
ENDS = {"/api/v1/sign-out", "/api/v1/me"}  # deleting oneself would end the test


class Door:
    """The application, and a loop of its own to knock at it from plain functions."""

    def __init__(self, settings: Settings) -> None:
        self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self.stack = AsyncExitStack()
        self.app = build_app(settings)
        self.town: Town = self.runner.run(self._open(settings))

    async def _open(self, settings: Settings) -> Town:
        house = await self.stack.enter_async_context(open_house(settings, StillClock()))
        self.app.state.house = house
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        town = await settle_in(house)
        await town.say(town.ash, "hello", note="a note")
        return town

    def ask(self, case: Any, headers: dict[str, str]) -> httpx.Response:
        asked = case.as_transport_kwargs(base_url=ORIGIN)
        asked.pop("cookies", None)
        given = {k: v for k, v in dict(asked.pop("headers") or {}).items() if v.isascii()}
        return self.runner.run(self.client.request(headers={**given, **headers}, **asked))

    def close(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()


@pytest.fixture
def door(settings: Settings) -> Iterator[Door]:
    door = Door(settings)
    yield door
    door.close()


def checks() -> list[Any]:
    """What every answer has to stand up to. Loaded here: it takes a while, and few ask for it."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as documented

    return [
        not_a_server_error,
        documented.status_code_conformance,
        documented.content_type_conformance,
        documented.response_schema_conformance,
    ]


def operations_of(door: Door) -> list[Any]:
    import schemathesis

    schema: Any = schemathesis.openapi.from_dict(door.app.openapi())
    found = [one.ok() for one in schema.get_all_operations()]
    assert len(found) > 60
    return [one for one in found if one.method == "get" or one.path not in ENDS]


def _try(door: Door, operation: Any, examples: int) -> None:
    town = door.town
    asked_of_all = checks()
    people = [town.ash.bearer, town.elm.bearer, town.guest.bearer]

    @given(operation.as_strategy())
    @bounds(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def tried(case: Any) -> None:
        if "slug" in (case.path_parameters or {}) and len(case.path_parameters["slug"]) % 2:
            case.path_parameters["slug"] = NIGHT
        for headers in people:
            answer = door.ask(case, headers)
            case.validate_response(answer, checks=asked_of_all)

    tried()


def plainly(path: str) -> str:
    """An address with something in each of its places."""
    path = path.replace("{slug}", NIGHT).replace("{nonce}", "nonce-0000-0001")
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.mark.full
@on_sqlite
@unlimited
async def test_no_call_breaks_over_what_is_missing(
    client: httpx.AsyncClient, town: Town, app: FastAPI
) -> None:
    """Each call once by a member, a steward and a guest, with nothing or an empty body."""
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for method in set(operations) & {"get", "post", "put", "delete"}:
            if path in ENDS and method != "get":
                continue
            for who in (town.ash, town.elm, town.guest):
                body: dict[str, str] | None = {} if method in {"post", "put"} else None
                answer = await client.request(method, plainly(path), headers=who.bearer, json=body)
                assert answer.status_code < 500, (method, path)
                asked += 1
    assert asked > 200


@unlimited
@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_no_call_breaks_and_every_answer_is_documented(door: Door, share: int) -> None:
    for operation in operations_of(door)[share::SHARES]:
        _try(door, operation, examples=15)


async def test_the_document_says_which_promises_are_asked(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    promises = (await client.get("/api/v1/promises")).json()
    assert document["info"]["x-promises"] == promises["version"]
    assert len(promises["items"]) == 7
