"""Members as plain `httpx` and `websockets` clients see the house: none of its code is used."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from string import ascii_lowercase
from typing import Any

import httpx
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from contract.line import Line, fresh_nonce

PROTOCOL = "holdfast.v1"


class Member:
    """Someone who came in: a token for both doors, and the seven words to come back."""

    def __init__(self, place: Place, arrival: dict[str, Any]) -> None:
        self.place = place
        self.token: str = arrival["token"]
        self.pseudonym: str | None = arrival.get("pseudonym")
        self.recovery_phrase: str = arrival.get("recovery_phrase", "")

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to the JSON API with this member's token."""
        return self.place.call(method, path, token=self.token, **more)

    def take_seat(self, room: str) -> dict[str, Any]:
        """Sit down in a room: `seat`, `pseudonym`, `avatar`."""
        answer = self.call("PUT", f"/api/v1/rooms/{room}/seat", json={})
        assert answer.status_code in (200, 201), answer.text
        seat: dict[str, Any] = answer.json()
        return seat

    def put(self, room: str, text: str, nonce: str | None = None, **more: Any) -> httpx.Response:
        """Say something through the JSON API."""
        path = f"/api/v1/rooms/{room}/messages/{nonce or fresh_nonce()}"
        return self.call("PUT", path, json={"text": text, **more})

    def page(self, room: str, **query: object) -> dict[str, Any]:
        """One page of what was said in a room."""
        answer = self.call("GET", f"/api/v1/rooms/{room}/messages", params=query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def items(self, room: str, **query: object) -> list[dict[str, Any]]:
        """The messages of one page."""
        found: list[dict[str, Any]] = self.page(room, **query)["items"]
        return found

    def line(self, **more: Any) -> Line:
        """A live line of this member; it ends with the test."""
        return self.place.line(token=self.token, **more)

    def line_in(self, *rooms: str) -> Line:
        """A live line that has entered these rooms."""
        line = self.line()
        for room in rooms:
            line.enter(room)
        return line


class Place:
    """One server as one test meets it: newcomers, rooms of its own, lines that end with it."""

    def __init__(
        self,
        url: str,
        steward: str,
        transport: httpx.BaseTransport,
        staff: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self.steward = steward
        self.transport = transport
        self.open_lines = ExitStack()
        self.staff: Mapping[str, str] = {} if staff is None else staff
        """Tokens of those who look after the place, by their role."""

    @property
    def live_url(self) -> str:
        """The address of the live line."""
        return self.url.replace("http", "ws", 1) + "/live"

    def call(
        self, method: str, path: str, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request, with a token or as a guest; no cookie survives it."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        client = httpx.Client(base_url=self.url, transport=self.transport, trust_env=False)
        return client.request(method, path, headers=headers, **more)

    def arrive(self, **body: object) -> httpx.Response:
        """Ask to come in."""
        asked = {"promises": "current", "age_band": "18+", **body}
        return self.call("POST", "/api/v1/members", json=asked)

    def newcomer(self) -> Member:
        """Someone who has just come in and sits nowhere yet."""
        answer = self.arrive()
        assert answer.status_code == 201, answer.text
        return Member(self, answer.json())

    def member_in(self, *rooms: str) -> Member:
        """Someone who sits in these rooms."""
        member = self.newcomer()
        for room in rooms:
            member.take_seat(room)
        return member

    def make_room(self, **fields: object) -> httpx.Response:
        """Ask, as the steward, for a new open room."""
        body = {"name": "A room", "topic": "general", "language": "en", "about": "For a test."}
        return self.call("POST", "/api/v1/rooms", token=self.steward, json={**body, **fields})

    def room(self) -> str:
        """The slug of a room that nobody has spoken in yet; said aloud it is no number."""
        slug = "room-" + "".join(secrets.choice(ascii_lowercase) for _ in range(10))
        answer = self.make_room(slug=slug)
        assert answer.status_code == 201, answer.text
        return slug

    def line(self, *, token: str | None = None, **more: Any) -> Line:
        """A live line; by default with a token and the subprotocol of the contract."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        more.setdefault("subprotocols", [Subprotocol(PROTOCOL)])
        more.setdefault("compression", None)
        opening = connect(
            self.live_url,
            additional_headers=headers,
            proxy=None,
            max_size=2**22,
            max_queue=more.pop("max_queue", 512),
            ping_interval=None,
            close_timeout=2,
            user_agent_header=None,
            **more,
        )
        return Line(self.open_lines.enter_context(opening))

    def knock(self, **more: Any) -> int:
        """The HTTP status a handshake is answered with (101: the line is open)."""
        try:
            self.line(**more)
        except InvalidStatus as refused:
            return refused.response.status_code
        return 101
