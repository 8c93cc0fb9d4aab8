"""The compose file comes up as it is written: its commands, as processes of this machine."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from postgres import Cluster

DEPLOY = Path(__file__).parents[1] / "deploy"
PATIENCE = 40.0  # seconds
pytestmark = pytest.mark.slow


@pytest.fixture
def database() -> str:
    return "postgresql"


@pytest.fixture
def stage() -> str:
    return "migrated"


@pytest.fixture
def composed() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
    return services


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def asked(port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", path, headers={"Host": "peer.example"})
    answer = line.getresponse()
    return answer.status, answer.read()


class Put:
    """What stands on this machine in the place of what the compose file names."""

    def __init__(self, folder: Path, postgres_url: str, redis_url: str, keys_url: str) -> None:
        self._folder = folder
        self._instead = {
            "HOLDFAST_DATABASE_URL": postgres_url,
            "HOLDFAST_REDIS_URL": redis_url,
            "HOLDFAST_KEYSTORE_URL": keys_url,
            "HOLDFAST_ROOT_KEY": str(folder / "keys" / "root.key"),
            "HOLDFAST_ORIGIN": "https://peer.example",
        }
        (folder / "keys").mkdir()

    def environment(self, service: dict[str, Any], name: str, port: int) -> dict[str, str]:
        written = {key: str(value) for key, value in service["environment"].items()}
        own = {"HOLDFAST_DATA": str(self._folder / name), "HOLDFAST_PORT": str(port)}
        return {**os.environ, **written, **self._instead, **own}


def started(service: dict[str, Any], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "holdfast", *service["command"]]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


@contextmanager
def running(put: Put, service: dict[str, Any], name: str) -> Iterator[int]:
    """One process of a service, ready; told to stop in good order when we are done."""
    port = free_port()
    process = started(service, put.environment(service, name, port))
    try:
        until = time.monotonic() + PATIENCE
        while not is_ready(port):
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            assert time.monotonic() < until, f"{name} is not ready"
            time.sleep(0.05)
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


def is_ready(port: int) -> bool:
    try:
        return asked(port, "/readyz")[0] == 200
    except OSError:
        return False


def test_the_services_come_up_as_written_and_stop_in_good_order(
    composed: dict[str, Any],
    tmp_path: Path,
    postgres_url: str,
    redis_url: str,
    other_cluster: Cluster,
) -> None:
    put = Put(tmp_path, postgres_url, redis_url, other_cluster.url())
    migrate = composed["migrate"]
    assert started(migrate, put.environment(migrate, "migrate", 0)).wait(PATIENCE) == 0
    assert (tmp_path / "keys" / "root.key").is_file()
    (tmp_path / "keys" / "root.key").chmod(0o400)  # the others only read it
    with ExitStack() as place:
        ports = {
            role: [
                place.enter_context(running(put, composed[role], f"{role}-{number}"))
                for number in range(composed[role]["deploy"]["replicas"])
            ]
            for role in ("worker", "web", "live")
        }
        for role, all_of_them in ports.items():
            for port in all_of_them:
                ready = json.loads(asked(port, "/readyz")[1])
                assert (ready["role"], ready["bus"]) == (role, "ready")
        for port in ports["web"]:
            assert asked(port, "/help")[0] == 200
            assert asked(port, "/")[0] == 200
        for port in ports["live"] + ports["worker"]:
            assert asked(port, "/help")[0] == 404
        duties = [
            b"holdfast_duties_held 1.0" in asked(port, "/metrics")[1] for port in ports["worker"]
        ]
        assert sorted(duties) == [False, True]
