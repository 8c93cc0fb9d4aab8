"""What stands in front, set up as we ship it, writes nothing down of who came."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from contract.server import Server
from test_nginx import certified, until_it_listens
from trust.canary.place import ADDRESS, TOLD
from trust.canary.searching import Found, Hunt, every_file

pytestmark = pytest.mark.slow
DEPLOY = Path(__file__).parents[3] / "deploy" / "proxy"
PATH = "the-diary-of-tamsin-quorle"
CARRIED = {**TOLD, "address": ADDRESS, "path": PATH}
Change = Callable[[str], str]


@dataclass(frozen=True)
class Front:
    """A proxy that runs: where it is reached, and the folder with everything it wrote."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("behind"))
    server.start()
    yield server
    server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def nginx(folder: Path, server: Server, change: Change) -> Iterator[Front]:
    """Our nginx.conf with addresses of this machine in it."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not here")
    port, plain = free_port(), free_port()
    config = re.sub(r"10\.0\.0\.1\d:800\d", f"127.0.0.1:{server.port}", _shipped("nginx.conf"))
    config = config.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    config = config.replace("pid /run/nginx.pid;", "pid nginx.pid;")
    config = config.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    folder.joinpath("logs").mkdir(parents=True)
    folder.joinpath("nginx.conf").write_text(change(config))
    certified(folder / "tls")
    command = ("nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;")
    with running(command, folder, port):
        yield Front(f"https://127.0.0.1:{port}", folder)


@contextmanager
def caddy(folder: Path, server: Server, change: Change) -> Iterator[Front]:
    """Our Caddyfile in front of one process, without a certificate of the world's."""
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not here")
    port = free_port()
    config = _shipped("machines.Caddyfile")
    config = re.sub(r"to (10\.0\.0\.1\d:800\d ?)+", f"to 127.0.0.1:{server.port}", config)
    folder.mkdir(parents=True)
    folder.joinpath("Caddyfile").write_text(change(config))
    named = {"HOLDFAST_DOMAIN": f"http://127.0.0.1:{port}", "HOME": str(folder)}
    command = ("caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile")
    with running(command, folder, port, named):
        yield Front(f"http://127.0.0.1:{port}", folder)


def _shipped(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


@contextmanager
def running(
    command: tuple[str | Path, ...], folder: Path, port: int, named: dict[str, str] | None = None
) -> Iterator[None]:
    with ExitStack() as stack:
        said = stack.enter_context((folder / "said.log").open("wb"))
        environment = {**os.environ, **(named or {})}
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=folder)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        until_it_listens(port)
        yield


def visited(front: Front) -> None:
    """Pages, one that is not there, one that a process cannot answer, and half a request."""
    trusting = ssl._create_unverified_context()  # noqa: S323 - its certificate is of a moment ago
    carried = {
        "User-Agent": TOLD["user_agent"],
        "Referer": TOLD["referrer"],
        "X-Forwarded-For": TOLD["forwarded"],
        "X-Real-IP": TOLD["real_ip"],
    }
    transport = httpx.HTTPTransport(local_address=ADDRESS, verify=trusting)
    with httpx.Client(transport=transport, base_url=front.url, headers=carried) as door:
        assert door.get(f"/help?{TOLD['query']}").status_code == 200
        assert door.get(f"/{PATH}?{TOLD['query']}").status_code == 404
        assert door.post(f"/{PATH}", content=b"x" * (2 << 20)).status_code in {404, 405, 413}
    port = int(front.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), source_address=(ADDRESS, 0)) as half:
        half.sendall(f"GET /{PATH} HTTP/1.1\r\nHost: x\r\nBad Header: {PATH}\r\n\r\n".encode())
        half.settimeout(5)
        half.recv(100)


def written_by(front: Front) -> Found:
    """What lies in its folder; a second for what it writes late."""
    time.sleep(1)
    return Hunt(CARRIED).in_files(every_file(front.folder))


def as_shipped(config: str) -> str:
    return config


def with_a_log(config: str) -> str:
    """As most tutorials would have it."""
    if "access_log off;" in config:
        return config.replace("access_log off;", "access_log logs/access.log;")
    return config.replace(
        "\t@inside path", "\tlog {\n\t\toutput file access.log\n\t}\n\t@inside path"
    )


@pytest.mark.parametrize("kind", [nginx, caddy])
def test_a_proxy_as_we_ship_it_writes_nothing_down(
    kind: Callable[..., Iterator[Front]], behind: Server, tmp_path: Path
) -> None:
    """And one with an access log does, so that the hunt is shown to see it."""
    found = {}
    for name, change in (("quiet", as_shipped), ("loud", with_a_log)):
        with kind(tmp_path / name, behind, change) as front:  # type: ignore[attr-defined]
            visited(front)
            found[name] = written_by(front)
    assert found["quiet"] == {}
    assert {"address", "user_agent", "path"} <= set(found["loud"])
    assert Hunt(CARRIED).in_bytes(behind.log().encode()) == {}
