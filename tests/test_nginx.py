"""What nginx, set up as in deploy/, hands on while the processes behind it have no database."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[1] / "deploy/proxy/nginx.conf"
OWN_WORDS = b"We can\xe2\x80\x99t look that up just now."
PATIENCE = 10.0  # seconds
pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx is not here"
)


class WithoutItsDatabase(BaseHTTPRequestHandler):
    """Answers as a process of ours does then: the help page, and 503 for the rest."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        words = b"People you can reach" if self.path == "/help" else OWN_WORDS
        self.send_response(200 if self.path == "/help" else 503)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, format: str, *args: object) -> None:
        """Not into the test's output."""


@contextmanager
def a_process() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), WithoutItsDatabase)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def certified(folder: Path) -> None:
    folder.mkdir()
    files = ("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    made = ("openssl", "req", "-x509", *curve, "-nodes", "-subj", "/CN=peer.example")
    subprocess.run([*made, *files], check=True, capture_output=True)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[int]:
    """The port of an nginx with our settings and three processes behind it."""
    with ExitStack() as stack:
        ports = [stack.enter_context(a_process()) for _ in range(3)]
        port, plain = free_port(), free_port()
        config = CONFIG.read_text()
        for number, one in enumerate(ports, start=1):
            config = re.sub(rf"10\.0\.0\.1{number}:800\d", f"127.0.0.1:{one}", config)
        config = config.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
        config = config.replace("pid /run/nginx.pid;", "pid nginx.pid;")
        config = config.replace("listen 80;", f"listen 127.0.0.1:{plain};")
        config = config.replace("worker_processes auto;", "worker_processes 1;")
        tmp_path.joinpath("nginx.conf").write_text(config)
        certified(tmp_path / "tls")
        started = ("nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-g", "daemon off;")
        server = subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(server.wait)
        stack.callback(server.terminate)
        until_it_listens(port)
        yield port


def until_it_listens(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < end, "nginx does not listen"
            time.sleep(0.02)
        else:
            return


def asked(port: int, path: str) -> tuple[int, bytes]:
    trusting = ssl._create_unverified_context()  # noqa: S323 - its certificate is of a moment ago
    line = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusting)
    line.request("GET", path, headers={"Host": "peer.example"})
    answer = line.getresponse()
    said = answer.status, answer.read()
    line.close()
    return said


def test_nginx_hands_on_our_own_words_and_the_help_page_while_the_database_is_gone(
    door: int,
) -> None:
    assert asked(door, "/help") == (200, b"People you can reach")
    for _ in range(3):
        assert asked(door, "/rooms") == (503, OWN_WORDS)
        assert asked(door, "/help") == (200, b"People you can reach")
