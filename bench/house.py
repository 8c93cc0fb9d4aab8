"""Holdfast itself: `holdfast serve`, with members, rooms and seats through its own doors."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.postgresql import Database
from bench.servers import START_SECONDS, Server
from bench.shapes import Shape, Target

HOLDFAST = Path(sys.executable).parent / "holdfast"
AT_ONCE = 4  # requests, while seats are taken


class Holdfast(Server):
    """`holdfast` on SQLite, `holdfast-pg` on PostgreSQL. Sealing, nonces and limits are at work.

    `holdfast-open` is the first without sealing (`unsealed.py`).
    """

    def __init__(self, name: str, *, core: int, folder: Path, database_core: int) -> None:
        self.name = name
        super().__init__(core=core, folder=folder)
        self.database = None
        if name == "holdfast-pg":
            self.database = Database(self.folder / "postgresql", core=database_core)
        self.tokens: list[str] = []
        self.steward = ""

    def command(self) -> list[str]:
        return [*self._program, "serve", "--port", str(self.port), "--data", str(self._data)]

    @property
    def _program(self) -> list[str]:
        sealed = self.name != "holdfast-open"
        return [str(HOLDFAST)] if sealed else [sys.executable, "-m", "bench.unsealed"]

    def environment(self) -> dict[str, str]:
        settings = {"HOLDFAST_LIMITS": "off", "HOLDFAST_COVERAGE": "off"}
        if self.database:
            settings["HOLDFAST_DATABASE_URL"] = self.database.url
        return settings

    def start(self) -> None:
        if self.database:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.database.start()
        super().start()

    def stop(self) -> None:
        super().stop()
        if self.database:
            self.database.stop()

    def again(self) -> None:
        """A new server takes the place of the one that runs, as an operator restarts one."""
        before, self.process = self.process, self.begun("--take-over")
        assert before is not None
        before.wait(START_SECONDS)
        while not self.answers():
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/readyz")[0] == http.client.OK
        except OSError:
            return False

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        """One request on a connection of its own."""
        return _Line(self.port).ask(method, path, body, token)

    def prepare(self, shape: Shape) -> Target:
        """Rooms of this shape's own, and a seat for everybody."""
        prefix = f"b{shape}"
        self._enough_members(shape.everybody)
        self.steward = self.steward or self.run("steward", "token", "--role", "steward").strip()
        slugs = [f"{prefix}-{number:04d}" for number in range(shape.rooms)]
        with ThreadPoolExecutor(AT_ONCE) as crew:
            list(crew.map(self._make_rooms, _dealt(slugs)))
            seats = [
                (slug, self.tokens[place * shape.members + i])
                for place, slug in enumerate(slugs)
                for i in range(shape.members)
            ]
            list(crew.map(self._take_seats, _dealt(seats)))
        tokens = self.folder / f"{prefix}.tokens"
        tokens.write_text("".join(f"{token}\n" for token in self.tokens[: shape.everybody]))
        return Target(self.port, self.pid, prefix, tokens)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _enough_members(self, count: int) -> None:
        missing = count - len(self.tokens)
        if missing > 0:
            made = self.run("town", "members", "--count", str(missing)).split()
            self.tokens += made[-missing:]
        assert len(self.tokens) >= count, f"{count} members were wanted"

    def _make_rooms(self, slugs: list[str]) -> None:
        line = _Line(self.port)
        for slug in slugs:
            room = {
                "slug": slug, "name": slug, "topic": "other", "language": "en",
                "about": "A room of the bench.",
            }  # fmt: skip
            status, answer = line.ask("POST", "/api/v1/rooms", room, self.steward)
            # 409: it was made in an earlier life of this server
            assert status in (200, 201, 409), (status, answer)

    def _take_seats(self, seats: list[tuple[str, str]]) -> None:
        line = _Line(self.port)
        for slug, token in seats:
            status, answer = line.ask("PUT", f"/api/v1/rooms/{slug}/seat", {}, token)
            assert status in (200, 201), (status, answer)

    def run(self, *arguments: str) -> str:
        """The command line beside the server, on the same data."""
        command = [str(HOLDFAST), *arguments, "--data", str(self._data)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, **self.environment()},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr[-800:]}")
        return done.stdout


class _Line:
    """A connection that is kept, for the many small requests of preparing."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def _dealt(items: list[Any]) -> list[list[Any]]:
    return [items[start::AT_ONCE] for start in range(AT_ONCE)]
