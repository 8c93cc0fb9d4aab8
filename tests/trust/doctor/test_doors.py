"""The doctor at the front: TLS, what a proxy writes down, what a proxy was told."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.doctor import Answer, Finding, Level, Machine
from holdfast.app.doctor.doors import (
    people_come_by_tls,
    proxy_files_say_that_nothing_is_logged,
    proxy_keeps_no_addresses,
)
from trust.doctor.conftest import MadeUp, is_green, levels, red

DEPLOY = Path(__file__).parents[3] / "deploy"
PUBLIC = {"origin": "https://peer.example"}


async def test_a_place_with_tls_and_hsts_is_well(examine: Any, made_up: MadeUp) -> None:
    assert is_green(await examine(people_come_by_tls, set=PUBLIC))
    assert made_up.asked == ["https://peer.example/help"]


async def test_a_place_for_this_machine_alone_needs_none(examine: Any, made_up: MadeUp) -> None:
    assert is_green(await examine(people_come_by_tls))
    assert made_up.asked == []
    open_to_all = await examine(people_come_by_tls, set={"host": "0.0.0.0"})  # noqa: S104
    assert red(open_to_all).level is Level.UNSAFE


@pytest.mark.parametrize(
    "origin", ["http://peer.example", "https://peer.example,http://peer.example"]
)
async def test_a_way_in_without_tls_is_unsafe(examine: Any, origin: str) -> None:
    found = red(await examine(people_come_by_tls, set={"origin": origin}))
    assert (found.level, "without TLS" in found.what) == (Level.UNSAFE, True)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Answer(200, {}),
        Answer(200, {"strict-transport-security": "max-age=3600"}),
        Answer(200, {"strict-transport-security": "max-age=0; includeSubDomains"}),
    ],
)
async def test_a_place_that_does_not_answer_or_sends_no_hsts_wants_care(
    examine: Any, made_up: MadeUp, answer: Answer | None
) -> None:
    machine = made_up.machine(ask=lambda _: answer)
    found = red(await examine(people_come_by_tls, set=PUBLIC, machine=machine))
    assert found.level is Level.CARE


# ---------------------------------------------------------------- what it writes down


@contextmanager
def proxy(log: Path | None) -> Iterator[str]:
    """A web server on this machine that notes who asks for what, or does not."""

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            if log is not None:
                with log.open("a") as opened:
                    opened.write(f"{self.client_address[0]} {self.path}\n")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_proxy_that_writes_down_who_came_is_caught(
    examine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a real request, and a real line in a real file."""
    monkeypatch.setattr("holdfast.app.doctor.doors.LOOK_EVERY", 0.001)
    log = tmp_path / "access.log"
    log.write_text("an older line\n")

    async def said_of(keeps: Path | None) -> list[Finding]:
        with proxy(keeps) as origin:
            found: list[Finding] = await examine(
                proxy_keeps_no_addresses,
                set={"origin": origin},
                machine=Machine(),
                proxy_logs=(tmp_path / "none.log", log),
            )
        return found

    assert is_green(await said_of(None))
    found = red(await said_of(log))
    assert (found.level, str(log) in found.what) == (Level.UNSAFE, True)
    assert re.search(r"127\.0\.0\.1 /doctor-[0-9a-f]{24}\n", log.read_text())


async def test_logs_that_nobody_named_are_not_said_to_be_well(
    examine: Any, made_up: MadeUp, tmp_path: Path
) -> None:
    assert levels(await examine(proxy_keeps_no_addresses)) == [Level.UNSEEN]
    silent = made_up.machine(ask=lambda _: None)
    logs = (tmp_path / "access.log",)
    found = await examine(proxy_keeps_no_addresses, machine=silent, proxy_logs=logs)
    assert levels(found) == [Level.UNSEEN]


# ---------------------------------------------------------------- what it was told


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile", "machines.Caddyfile"])
async def test_the_settings_we_ship_keep_no_addresses(examine: Any, name: str) -> None:
    shipped = (DEPLOY / "proxy" / name,)
    assert is_green(await examine(proxy_files_say_that_nothing_is_logged, proxy_configs=shipped))


CHANGES = [
    ("nginx.conf", "access_log off;", "access_log /var/log/nginx/access.log;", "access log"),
    ("nginx.conf", "access_log off;", "# access_log off;", "does not turn"),
    ("nginx.conf", "stderr crit;", "/var/log/nginx/error.log;", "error log"),
    ("nginx.conf", 'X-Forwarded-For ""', "X-Forwarded-For $remote_addr", "X-Forwarded-For"),
    ("nginx.conf", 'X-Real-IP ""', "X-Real-IP $remote_addr", "X-Real-IP"),
    ("Caddyfile", "@inside path", "log\n\t@inside path", "access log"),
    ("Caddyfile", "level PANIC", "level INFO", "own log"),
    ("Caddyfile", "header_up -X-Forwarded-For", "", "X-Forwarded-For"),
    ("Caddyfile", "\tlog default {\n\t\tlevel PANIC\n\t}", "", "own log"),
]


@pytest.mark.parametrize("change", CHANGES)
async def test_settings_that_would_keep_an_address_are_named(
    examine: Any, tmp_path: Path, change: tuple[str, str, str, str]
) -> None:
    name, before, after, said = change
    written = (DEPLOY / "proxy" / name).read_text()
    assert before in written
    changed = tmp_path / name
    changed.write_text(written.replace(before, after))
    found = red(await examine(proxy_files_say_that_nothing_is_logged, proxy_configs=(changed,)))
    assert found.level is Level.UNSAFE
    assert said in found.what


async def test_settings_that_cannot_be_read_are_not_said_to_be_well(
    examine: Any, tmp_path: Path
) -> None:
    gone = (tmp_path / "gone.conf",)
    found = await examine(proxy_files_say_that_nothing_is_logged, proxy_configs=gone)
    assert levels(found) == [Level.UNSEEN]
    assert await examine(proxy_files_say_that_nothing_is_logged) == []
