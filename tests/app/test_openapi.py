"""Every call of the JSON API, with whatever comes to mind: no 5xx, no undocumented answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import uvloop
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds

from holdfast.app.opening import open_house
from holdfast.app.web import build_app
from holdfast.settings import Settings
from town import NIGHT, ORIGIN, StillClock, Town, on_sqlite, settle_in, unlimited

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


def knock(door: Door, examples: int) -> None:
    import schemathesis

    schema: Any = schemathesis.openapi.from_dict(door.app.openapi())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        if operation.path in ENDS and operation.method != "get":
            continue
        _try(door, operation, examples)


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


@on_sqlite
@unlimited
def test_no_call_breaks_and_every_answer_is_documented(door: Door) -> None:
    knock(door, 2)


@unlimited
@pytest.mark.slow
def test_no_call_breaks_whatever_comes_to_mind(door: Door) -> None:
    knock(door, 120)


async def test_the_document_says_which_promises_are_asked(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    promises = (await client.get("/api/v1/promises")).json()
    assert document["info"]["x-promises"] == promises["version"]
    assert len(promises["items"]) == 7
