"""A served place whose visitors carry canaries: in their words, headers, addresses and names."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from contract.server import Server
from holdfast.cli.opening import with_workshop
from holdfast.kit.cipher import RootKey
from holdfast.kit.work import Workshop
from holdfast.members.actions import make_invitations
from holdfast.rights.rules import Role, System
from holdfast.settings import Settings
from holdfast.staff.actions import make_staff_token
from trust.canary.crashing import FALLS_OVER

PATIENCE = 20.0  # seconds
NIGHT = "night-room"
ADDRESS = "127.77.113.9"  # a visitor's own, on this machine
TOLD = {  # what a proxy would tell of them, did anybody ask
    "forwarded": "2001:db8:77:4b1d::9",
    "real_ip": "203.0.113.77",
    "user_agent": "KettleBrowser/77.3 (Marzipan Phone)",
    "referrer": "https://tamsin-quorle.example/her-diary",
    "query": "wherefrom=the_tin_box_at_home",
}
NAMES = ("words", "note", "edited", "letter", "held", "taken_back", "report", "plan", "sealed_line")
NUMBER = "+353867017717"  # of a staff person, to be called at night
MORE = ("appeal", "hush_reason", "team_note", "handed", "search", "crash", "live_crash", "hidden")
BETWEEN = (
    *("ask", "between", "between_note", "answered", "between_edited", "between_gone"),
    *("between_outside", "called_in", "between_report", "summary", "summary_changed"),
    "listeners_note",
)
OUTSIDE = "+447700900177"  # what a listener tries to pass on


def written() -> dict[str, str]:
    """What each visitor writes: no two of these share three words."""
    return {
        name: f"the {name.replace('_', ' ')} of Tamsin Quorle {number} hums about marzipan"
        for number, name in enumerate((*NAMES, *MORE, *BETWEEN), start=7001)
    }


class Canaried:
    """One server, and everybody who comes to it from the address of the canaries."""

    def __init__(self, folder: Path, *, database: str | None = None, **environment: str) -> None:
        self.server = Server(folder, limits=False, database=database)
        self.server.environment |= {"HOLDFAST_PROOF_OF_WORK": "off", **environment}
        del self.server.environment["HOLDFAST_COVERAGE"]
        self.said: dict[str, str] = {**TOLD, **written(), "address": ADDRESS, "number": NUMBER}
        self.said["between_number"] = OUTSIDE
        self.answers: list[bytes] = []  # of requests that fell over
        self.export = b""  # what somebody took along, as it came
        self.sent: list[bytes] = []  # everything that left anybody's device

    def start(self) -> None:
        """Start a server that has a bug in it: see `crashing`."""
        program = Path(__file__).with_name("crashing.py")
        os.environ["HOLDFAST_TEST_COMMAND"] = shlex.join([sys.executable, str(program)])
        try:
            self.server.start()
        finally:
            del os.environ["HOLDFAST_TEST_COMMAND"]
        carried = {
            "User-Agent": TOLD["user_agent"],
            "Referer": TOLD["referrer"],
            "X-Forwarded-For": TOLD["forwarded"],
            "X-Real-IP": TOLD["real_ip"],
            "Forwarded": f'for="[{TOLD["forwarded"]}]"',
            "Sec-Fetch-Site": "same-origin",
        }
        self.door = httpx.Client(
            timeout=60,
            base_url=self.server.url,
            transport=httpx.HTTPTransport(local_address=ADDRESS),
            headers=carried,
            trust_env=False,
            event_hooks={"request": [self._note]},
        )

    def _note(self, request: httpx.Request) -> None:
        head = b"\n".join(b": ".join(pair) for pair in request.headers.raw)
        self.sent += [str(request.url).encode(), head, request.read()]

    def invited(self) -> str:
        """An invitation for a member, from the keyboard of the machine."""

        async def make(workshop: Workshop, root: RootKey) -> list[str]:
            async with workshop.work() as work:
                return await make_invitations(work, System(), root=root, count=1)

        return self.carry("invitation", with_workshop(self._settings, make)[0])

    @property
    def _settings(self) -> Settings:
        return Settings(data=Path(self.server.data), database_url=self.database)

    def appointed(self, role: str) -> str:
        """Somebody who looks after the place, from the keyboard of the machine: their token."""
        name = self.carry(f"name of the {role}", f"Orsolya {role.title()} Featherstone")

        async def appoint(workshop: Workshop, _: object) -> str:
            async with workshop.work() as work:
                return await make_staff_token(work, System(), role=Role(role), name=name)

        return self.carry(f"token of the {role}", with_workshop(self._settings, appoint))

    @property
    def database(self) -> str:
        return self.server.environment.get("HOLDFAST_DATABASE_URL", "")

    def stop(self) -> None:
        self.door.close()
        self.server.stop()

    def until(self, so: Callable[[], bool]) -> None:
        """Wait for what the server does by itself."""
        end = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < end, "it did not come to that"
            time.sleep(0.02)

    def carry(self, name: str, value: str) -> str:
        """Something that was given to somebody here, and is a canary from now on."""
        self.said[name] = value
        return value

    def falls(self, name: str) -> str:
        """Words over which the server falls."""
        return f"{self.said[name]}, and {FALLS_OVER}"

    def call(self, token: str, method: str, path: str, **body: Any) -> dict[str, Any]:
        """One call of the API that must succeed."""
        asked = self.ask(token, method, path, json=body or None)
        assert asked.status_code < 300, (method, path, asked.status_code, asked.text)
        answer: dict[str, Any] = asked.json() if asked.content else {}
        return answer

    def ask(self, token: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        path = f"{path}{'&' if '?' in path else '?'}{TOLD['query']}"
        return self.door.request(method, f"/api/v1{path}", headers=headers, **more)

    def page(self, token: str, path: str, **form: str) -> httpx.Response:
        """A page, or a form of it, as a browser asks for it."""
        headers = {"Cookie": f"holdfast={token}", "Origin": self.server.url}
        path = f"{path}{'&' if '?' in path else '?'}{TOLD['query']}"
        if form:
            asked = self.door.post(path, data=form, headers=headers)
        else:
            asked = self.door.get(path, headers=headers)
        assert asked.status_code < 400, (path, asked.status_code, asked.text[:500])
        return asked
