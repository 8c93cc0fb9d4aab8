"""Walking through every door of the house, and what each of them answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers

from rights.doors import GUEST, REMOVED, Door, Things, doors, filled, scope_of
from rights.stage import Stage, begin_shifts, hired, set_stage
from rights.things import make
from town import ORIGIN, Person, Town

NOWHERE = [
    Door("anyone", "GET", "/no-such-place"),
    Door("anyone", "GET", "/api/v1/no-such-place"),
    Door("anyone", "GET", "/static/no-such-file.css"),
    Door("anyone", "POST", "/no-such-place"),
    Door("anyone", "POST", "/healthz"),
    Door("anyone", "PUT", "/me"),
    Door("anyone", "DELETE", "/api/v1/rooms"),
    Door("anyone", "TRACE", "/"),
    Door("anyone", "OPTIONS", "/api/v1/rooms"),
]


@dataclass(frozen=True)
class Heard:
    """A whole answer; of one that does not end, its beginning."""

    door: Door
    who: str
    status: int
    headers: Headers
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def told(self) -> str:
        """Which answer this is, for the message of a test."""
        return f"{self.door.name} to {self.who}: {self.status}"


def request_for(
    door: Door, person: Person, things: Things, extra: Mapping[str, str]
) -> tuple[dict[str, Any], bytes]:
    """A request through this door, as its row says what must be sent."""
    body, kind = b"", ""
    if door.json is not None:
        body, kind = json.dumps(filled(door.json, things)).encode(), "application/json"
    elif door.form is not None:
        form = urlencode(filled(door.form, things))
        body, kind = form.encode(), "application/x-www-form-urlencoded"
    headers = {"host": ORIGIN.removeprefix("http://"), "origin": ORIGIN, **person.bearer}
    if kind:
        headers |= {"content-type": kind, "content-length": str(len(body))}
    return scope_of(door.method, door.address(things), {**headers, **extra}), body


async def answer(
    app: FastAPI,
    door: Door,
    person: Person,
    things: Things,
    *,
    extra: Mapping[str, str] | None = None,
    who: str = "",
) -> Heard:
    """Go through one door, and hear the whole answer."""
    scope, body = request_for(door, person, things, extra or {})
    return await heard(app, door, scope, body, who)


async def heard(
    app: FastAPI, door: Door, scope: dict[str, Any], body: bytes, who: str = ""
) -> Heard:
    """The whole answer to one request; of one that does not end, what comes first."""
    parts, begun, chunks = [body], dict[str, Any](), list[bytes]()
    enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError("nobody waits that long")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            begun.update(message)
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))
            if door.stream:
                enough.set()

    going: asyncio.Future[Any] = asyncio.ensure_future(app(scope, receive, send))
    waiting = asyncio.ensure_future(enough.wait())
    await asyncio.wait({going, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, going) if enough.is_set() else (waiting,):
        task.cancel()
    with suppress(asyncio.CancelledError, Exception):  # what broke was answered before it came
        await going
    headers = Headers(raw=list(begun["headers"]))
    return Heard(door, who, begun["status"], headers, b"".join(chunks))


# ---------------------------------------------------------------- everywhere


async def walk(app: FastAPI, town: Town) -> list[Heard]:
    """Every door, and what is nowhere: as a guest, and as somebody who may, with made-up things.

    Where a page needs no thing it is there; where it does, it is not found.
    """
    quietly(town)
    staff, found = await hired(town), list[Heard]()
    stage = await set_stage(town, staff)
    for door in sorted([*doors(), *NOWHERE], key=lambda one: (one.away, one.method != "GET")):
        if door.away or door.method == "DELETE":
            stage = await set_stage(town, await hired(town) if door.away else staff)
        found += await tried(app, stage, door, dict.fromkeys(door.parameters, "1"))
    return found


async def walk_with_things(app: FastAPI, town: Town) -> list[Heard]:
    """Every door with the real things that it leads to, made anew for each."""
    quietly(town)
    staff, found = await hired(town), list[Heard]()
    for door in doors():
        stage = await set_stage(town, await hired(town) if door.away or door.here else staff)
        if door.here:
            await begin_shifts(stage)
        found += await tried(app, stage, door, await make(stage, door.parameters))
    return found


async def tried(app: FastAPI, stage: Stage, door: Door, things: Things) -> list[Heard]:
    """One door, as a guest and as somebody who may."""
    found = []
    for name in (GUEST, someone_for(door)):
        person = stage.town.guest if name == GUEST else stage.person(name)
        mine = {"mine": getattr(person.actor, "session", 0)}
        found.append(await answer(app, door, person, {**things, **mine}, who=name))
    return found


def quietly(town: Town) -> None:
    """Hundreds are refused on a walk; each refusal would be witnessed on disk."""
    if town.house.witness.hear in town.house.workshop.everywhere:
        town.house.workshop.everywhere.remove(town.house.witness.hear)


def someone_for(door: Door) -> str:
    """Somebody whom this door is for; where it is for anyone, a member."""
    return next(iter(sorted(door.allowed - {GUEST, REMOVED})), "member")


def routes_of(app: FastAPI) -> dict[str, Any]:
    """Every route object, by the name of its door."""
    found = {}
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "original_route", None) or getattr(context, "route", context)
        for method in getattr(context, "methods", None) or ():
            if method != "HEAD":
                found[f"{method} {context.path}"] = route
    return found
