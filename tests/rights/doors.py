"""The doors of the house as `routes*.toml` list them, and who should get in at each."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from holdfast.live.commands import AnyCommand
from holdfast.rights.matrix import MATRIX, STAFF_ROLES, Permission, Role
from town import ORIGIN, Person

WRITTEN = Path(__file__).with_name("routes.toml")
NAMED = re.compile(r"\{([a-z_:]+)\}")
SMALL, FEW = "here and there", 5
GUEST, REMOVED = "guest", "removed"
EVERYBODY = (GUEST, REMOVED, *(role.value for role in Role))
KEYS = {"json", "form", "path", "here", "more", "off", "away", "also", "stream"}
REFUSED = {401, 403, 404}
SIGN_IN = ("/staff/sign-in", "/sign-in", "/come-in")
Things = Mapping[str, str | int]


def let_in(heading: str) -> frozenset[str]:
    """Those whom a heading of the table is for."""
    staff = frozenset(role.value for role in STAFF_ROLES)
    groups = {
        "anyone": frozenset(EVERYBODY),
        "alike": frozenset(),
        "member": frozenset({Role.MEMBER.value}),
        "someone": staff | {Role.MEMBER.value},
        "staff": staff,
    }
    if heading in groups:
        return groups[heading]
    permission = Permission(heading)
    return frozenset(role.value for role in Role if permission in MATRIX[role])


@dataclass(frozen=True)
class Door:
    """One row of the table."""

    heading: str
    method: str
    path: str
    json: dict[str, Any] | None = None
    form: dict[str, Any] | None = None
    values: dict[str, str] = field(default_factory=dict)
    here: bool = False
    more: str = ""
    off: str = ""
    away: bool = False
    also: list[str] = field(default_factory=list)
    stream: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def allowed(self) -> frozenset[str]:
        """Those who get in."""
        return frozenset().union(*map(let_in, [self.heading, *self.also]))

    @property
    def place(self) -> str:
        """Which part of the house it belongs to: `/me`, `/api/v1/rooms`."""
        parts = self.path.split("/")
        return "/".join(parts[: {"api": 4, "staff": 3}.get(parts[1], 2)])

    @property
    def parameters(self) -> set[str]:
        """What must be there for the try to be a fair one."""
        wanted = wanted_by([self.path, self.json, self.form, list(self.values.values())])
        return wanted - set(self.values) - {"mine"}

    def address(self, things: Things) -> str:
        found = self.path
        for name, value in {**things, **filled(self.values, things)}.items():
            found = found.replace(f"{{{name}}}", str(value))
        return found


def wanted_by(written: object) -> set[str]:
    """The things that are named there."""
    return set(NAMED.findall(str(written)))


@cache
def doors() -> list[Door]:
    """Every row, checked: a key nobody knows is a mistake."""
    return [
        door(heading, name, row)
        for table in (WRITTEN, *sorted(WRITTEN.parent.glob("routes_*.toml")))
        for heading, rows in tomllib.loads(table.read_text("utf-8")).items()
        for name, row in rows.items()
        if heading != "live"
    ]


@cache
def places() -> list[str]:
    """The parts of the house, those with few doors as one: each is a test of its own."""
    count = Counter(door.place for door in doors())
    return [SMALL, *sorted(place for place, doors in count.items() if doors >= FEW)]


def door(heading: str, name: str, row: dict[str, Any]) -> Door:
    assert set(row) <= KEYS, (name, row)
    method, _, path = name.partition(" ")
    given = {key: value for key, value in row.items() if key != "path"}
    return Door(heading, method, path, values=row.get("path", {}), **given)


@cache
def commands() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every live command of the table: its heading and fields, by its `do`."""
    table = tomllib.loads(WRITTEN.read_text("utf-8"))["live"]
    return {do: (heading, row) for heading, rows in table.items() for do, row in rows.items()}


# ---------------------------------------------------------------- what there is


def doors_of(app: FastAPI) -> set[str]:
    """Every door that the application has, as the table names it."""
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in (getattr(route, "methods", None) or {"LIVE"})
        if method != "HEAD"
    }


def commands_there_are() -> set[str]:
    """Every `do` that the live line understands."""
    return {get_args(kind.model_fields["do"].annotation)[0] for kind in get_args(AnyCommand)}


# ---------------------------------------------------------------- trying one


@dataclass(frozen=True)
class Answer:
    """How somebody was answered."""

    status: int
    location: str = ""

    def is_refusal(self, door: Door) -> bool:
        """Whether they were turned away, also by being led to where one signs in."""
        away = SIGN_IN if door.path.startswith("/desk") else (*SIGN_IN, "/desk")
        led_away = 300 <= self.status < 400 and self.location.startswith(away)
        may_be_led = door.away or door.heading == "anyone"
        return self.status in REFUSED or (led_away and not may_be_led)


def filled(value: Any, things: Things) -> Any:
    """A body with the things in it: `"{seq}"` alone stays a number."""
    if isinstance(value, dict):
        return {name: filled(one, things) for name, one in value.items()}
    if not isinstance(value, str):
        return value
    if value.startswith("{") and value.endswith("}") and value[1:-1] in things:
        return things[value[1:-1]]
    for name, thing in things.items():
        value = value.replace(f"{{{name}}}", str(thing))
    return value


async def ask(app: FastAPI, door: Door, person: Person, things: Things) -> Answer:
    """Try a door as this person: straight at the application, without a browser."""
    body, kind = b"", ""
    if door.json is not None:
        body, kind = json.dumps(filled(door.json, things)).encode(), "application/json"
    elif door.form is not None:
        form = urlencode(filled(door.form, things))
        body, kind = form.encode(), "application/x-www-form-urlencoded"
    headers = {"host": ORIGIN.removeprefix("http://"), "origin": ORIGIN, **person.bearer}
    if kind:
        headers |= {"content-type": kind, "content-length": str(len(body))}
    scope = scope_of(door.method, door.address(things), headers)
    return await started(app, scope, body, ends=not door.stream)


def scope_of(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


async def started(app: FastAPI, scope: dict[str, Any], body: bytes, *, ends: bool) -> Answer:
    """How an answer begins; one that does not end is left."""
    begun: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    parts: Iterator[bytes] = iter([body])

    async def receive() -> dict[str, Any]:
        for part in parts:
            return {"type": "http.request", "body": part, "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError("nobody waits that long")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start" and not begun.done():
            headers = {name.decode(): value.decode() for name, value in message["headers"]}
            begun.set_result(Answer(message["status"], headers.get("location", "")))

    answering: asyncio.Future[Any] = asyncio.ensure_future(app(scope, receive, send))
    both: set[asyncio.Future[Any]] = {answering, begun}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if not ends and begun.done():
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering
        return begun.result()
    with suppress(Exception):  # what broke was answered with 500 before it came to us
        await answering
    return begun.result()
