"""What is done at the keyboard takes effect in a server that runs: a real one, of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contract.client import Place
from contract.server import Server, command
from town import mostly_on_sqlite

WITHIN = 1.0  # seconds, as is promised of a sign-out
AWAY = 4401


@pytest.fixture
def server(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A real server in a process of its own."""
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    server = Server(tmp_path / "run", database=url)
    server.start()
    yield server
    server.stop()


def holdfast(server: Server, *words: str) -> None:
    """The command line, in a process of its own, beside the server."""
    call = [*command(), *words, "--data", server.data]
    done = subprocess.run(call, env=server.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.xdist_group("a real run")
def test_who_is_signed_out_at_the_keyboard_loses_their_line_within_a_second(server: Server) -> None:
    tokens = [server.staff("moderator"), server.staff("lead")]
    with httpx.HTTPTransport() as transport:
        place = Place(server.url, tokens[0], transport)
        lines = [place.line(token=token) for token in tokens]
        assert place.call("GET", "/api/v1/me", token=tokens[0]).status_code == 403  # known
        holdfast(server, "steward", "sign-out", "Moderator 1")
        begun = time.monotonic()
        assert lines[0].closing() == AWAY
        assert time.monotonic() - begun < WITHIN
        assert place.call("GET", "/api/v1/me", token=tokens[0]).status_code == 401
        assert place.call("GET", "/api/v1/me", token=tokens[1]).status_code == 403
        place.open_lines.close()
