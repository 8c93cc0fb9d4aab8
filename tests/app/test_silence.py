"""What the server writes about itself holds nothing of anyone; and it says when it is not well."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import structlog

from contract.client import Place
from contract.server import Server
from holdfast.app.serving import LOGGED, only_allowed_fields
from holdfast.kit.errors import NotKept
from serving import PATIENCE
from town import Town, on_postgresql, on_sqlite

one_server = pytest.mark.xdist_group("a real run")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server in a process of its own, as an operator starts it; the last test stops it."""
    server = Server(tmp_path_factory.mktemp("run"))
    server.start()
    yield server
    server.stop()


@pytest.mark.full
@one_server
def test_nothing_of_anyone_is_in_what_a_server_writes(server: Server) -> None:
    with httpx.HTTPTransport() as transport:
        place = Place(server.url, server.steward(), transport)
        room = place.room()
        ash = place.newcomer()
        seat = ash.take_seat(room)
        line = ash.line_in(room)
        line.post(room, "canary words on the line", note="canary note")
        ash.put(room, "canary words by the api", nonce="canary-nonce")
        line.refusal('{"do": "post", "room": "canary-room", "text": "canary refused"')
        place.call("POST", "/api/v1/sign-in", json={"recovery_phrase": "canary phrase of seven"})
        place.call("GET", "/canary-page?q=canary-query", token="canary-token")
        place.call("GET", f"/rooms/{room}/search?q=canary-search", token=ash.token)
        line.inject(b"\x81\x05canary without a mask")
        line.closing()
        ash.call("DELETE", "/api/v1/me")
        place.open_lines.close()
    said = server.log()
    assert said, "it does say that it is there"
    written = re.sub(r"Holdfast is at \S+", "", said)  # its own address it may say
    for secret in (
        "canary", seat["pseudonym"], seat["seat"], seat["avatar"], ash.token, ash.recovery_phrase,
        room, "127.0.0.1", "Mozilla", "python-httpx",
    ):  # fmt: skip
        assert secret not in written, secret


def test_fields_nobody_allowed_are_dropped_whatever_they_are() -> None:
    told = only_allowed_fields(
        None, "", {"event": "broken", "error": "OSError", "text": "canary", "pseudonym": "canary"}
    )
    assert told == {"event": "broken", "error": "OSError"}
    assert not LOGGED & {"text", "pseudonym", "address", "token", "room", "path", "query"}


@pytest.mark.full
@on_sqlite
async def test_a_mistake_of_ours_is_written_down_without_what_was_asked(
    client: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.house.workshop, "glances", None)
    with structlog.testing.capture_logs() as written:
        answer = await client.get("/api/v1/rooms/canary-room", headers=town.ash.bearer)
    assert answer.status_code == 500
    assert [entry["event"] for entry in written] == ["broken"]
    assert "canary" not in str(written)
    assert town.ash.token not in str(written)


@pytest.mark.full
@on_sqlite
async def test_while_the_database_is_away_it_says_so_and_help_is_still_there(
    client: httpx.AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> object:
        raise NotKept(code="not_read")

    monkeypatch.setattr(town.house.workshop, "reading", gone)
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"], ready.json()["database"]) == (
        503,
        False,
        "gone",
    )
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/help")).status_code == 200
    refused = await client.get("/api/v1/rooms", headers=town.ash.bearer)
    assert (refused.status_code, refused.json()["code"]) == (503, "not_read")


@on_postgresql
async def test_a_database_that_is_really_away_is_noticed(
    client: httpx.AsyncClient, town: Town
) -> None:
    assert (await client.get("/readyz")).json()["ready"] is True
    url = town.house.workshop.database.url
    other = f"postgresql://holdfast@127.0.0.1:{url.port}/postgres"
    apart = await asyncpg.connect(other)
    await apart.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
    await apart.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database
    )
    try:
        gone = await told(client, 503)  # within a second: the pulse is asked for all the time
        assert gone.json()["database"] == "gone"
    finally:
        await apart.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true")
        await apart.close()
    assert (await told(client, 200)).json()["ready"] is True  # it heals by itself


async def told(client: httpx.AsyncClient, status: int) -> httpx.Response:
    """The answer on `/readyz` once it is this one: soon."""
    async with asyncio.timeout(PATIENCE):
        while (  # noqa: ASYNC110 - nobody tells
            ready := await client.get("/readyz")
        ).status_code != status:
            await asyncio.sleep(0.02)
    return ready


@pytest.mark.slow
@one_server
def test_a_second_server_on_the_same_folder_says_why_it_does_not_start(server: Server) -> None:
    program = Path(sys.executable).with_name("holdfast")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
    done = subprocess.run(
        [program, "serve", "--data", server.data, "--port", "0"],
        env=kept, capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Another Holdfast is already serving" in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


@pytest.mark.full
@one_server
def test_a_server_that_is_asked_to_stop_stops_in_good_order(server: Server) -> None:
    with httpx.HTTPTransport() as transport:
        place = Place(server.url, server.steward(), transport)
        room = place.room()
        line = place.member_in(room).line_in(room)
        server.stop()
        assert line.closing() == 1001
        place.open_lines.close()
    assert "Traceback" not in server.log()
