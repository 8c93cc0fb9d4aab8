"""W23: what stands in front and what stands behind agree on where a request ends."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httptools
import pytest

from guards import missing
from trust.web.test_raw import HOST, SECOND, SMUGGLED

NGINX = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{ access_log off; server {{ listen 127.0.0.1:{front}; location / {{
  proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1; proxy_set_header Connection "";
}} }} }}"""
CADDY = """{{
  admin off
  auto_https off
}}
http://127.0.0.1:{front} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{behind}
}}
"""
PROXIES: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "nginx": (NGINX, lambda file: ["nginx", "-p", str(file.parent), "-c", str(file)]),
    "caddy": (
        CADDY,
        lambda file: ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)],
    ),
}
ANSWER = b"HTTP/1.1 200 OK\r\nX-Behind: yes\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Behind:
    """Something that reads requests with the reader of our server, and counts them."""

    port: int = 0
    whole: int = 0
    unclear: list[bytes] = field(default_factory=list)

    def on_message_complete(self) -> None:
        self.whole += 1

    def serve(self, line: socket.socket) -> None:
        parser = httptools.HttpRequestParser(self)
        line.settimeout(3)
        with closing(line), suppress(OSError):
            while data := line.recv(65_536):
                before = self.whole
                try:
                    parser.feed_data(data)
                except httptools.HttpParserError:
                    self.unclear.append(data)
                    return
                line.sendall(ANSWER * (self.whole - before))


@contextmanager
def something_behind() -> Iterator[Behind]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        behind = Behind(server.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    threading.Thread(target=behind.serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield behind


@pytest.fixture(params=PROXIES)
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, Behind]]:
    """A proxy, and what is behind it."""
    config, command = PROXIES[request.param]
    if shutil.which(request.param) is None:
        missing(request.param, f"apt-get install {request.param}")
    with ExitStack() as stack:
        behind = stack.enter_context(something_behind())
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        file = tmp_path / "front.conf"
        file.write_text(config.format(folder=tmp_path, front=port, behind=behind.port))
        quiet = subprocess.DEVNULL
        server = subprocess.Popen(command(file), stdout=quiet, stderr=quiet)
        stack.callback(server.wait)
        stack.callback(server.terminate)
        until_it_listens(port)
        yield port, behind


def until_it_listens(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
    raise AssertionError("the proxy does not listen")


def answers(port: int, request: bytes) -> bytes:
    """Everything that was answered until it fell silent or hung up."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=0.6) as line, suppress(OSError):
        line.sendall(request)
        while part := line.recv(65_536):
            heard += part
    return heard


def in_doubt(request: bytes) -> bool:
    """Whether two readers may see two ends; an odd method alone is refused by everybody alike."""
    head = request.partition(b"\r\n\r\n")[0].lower()
    return head.count(b"\r\ncontent-length:") + head.count(b"\r\ntransfer-encoding:") > 1


@pytest.mark.slow
def test_w23_no_proxy_hands_on_what_our_server_would_read_otherwise(
    front: tuple[int, Behind],
) -> None:
    port, behind = front
    told = answers(port, SECOND)
    assert (behind.whole, len(re.findall(rb"(?i)x-behind: yes", told))) == (1, 1)
    for shape, rest in SMUGGLED.items():
        before = behind.whole
        told = answers(port, b"POST /sign-in HTTP/1.1\r\n" + HOST + rest + SECOND)
        from_behind = len(re.findall(rb"(?i)x-behind: yes", told))
        assert not any(in_doubt(one) for one in behind.unclear), f"{shape}: {behind.unclear}"
        assert behind.whole - before <= from_behind, f"{shape}: a request that nobody sees answered"
