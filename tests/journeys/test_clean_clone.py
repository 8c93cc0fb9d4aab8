"""Someone finds the project, types one command, comes in, says something and finds it tomorrow."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from guards import TOLD

ROOT = Path(__file__).parents[2]
SETTING_UP = 600.0
"""Seconds that the very first start may take; it fetches all that is needed."""
WORDS = "I am new here. It is late, and I could not sleep."

pytestmark = pytest.mark.slow


class Clone:
    """A clean clone on a machine where nothing of ours is: an empty home, and no uv."""

    def __init__(self, folder: Path) -> None:
        self.code = folder / "holdfast"
        self.home = folder / "home"
        self.home.mkdir()
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._log = folder / "log"
        self._server: subprocess.Popen[bytes] | None = None
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.code)], check=True)

    @property
    def environment(self) -> dict[str, str]:
        folders = [path for path in os.defpath.split(":") if path] + ["/usr/local/bin", "/usr/sbin"]
        without_uv = [path for path in folders if not shutil.which("uv", path=path)]
        of_the_network = {
            name: kept
            for name, kept in os.environ.items()
            if name.upper().endswith("_PROXY") or name.startswith(("PIP_", "SSL_CERT"))
        }
        own = {"HOME": str(self.home), "PATH": ":".join(without_uv), "HOLDFAST_COVERAGE": "off"}
        return {**of_the_network, **own}

    def start(self, *, within: float) -> float:
        """Type `bin/serve` and wait for the first page. Returns the seconds that took."""
        begun = time.monotonic()
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                ["bin/serve", "--port", self.url.rpartition(":")[2]],
                cwd=self.code,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        with httpx.Client(trust_env=False) as browser:
            while time.monotonic() - begun < within and self._server.poll() is None:
                try:
                    if browser.get(self.url).status_code == 200:
                        return time.monotonic() - begun
                except httpx.TransportError:
                    time.sleep(0.02)
        raise AssertionError(f"no first page:\n{self._log.read_text(errors='replace')[-4000:]}")

    def stop(self) -> None:
        """Ask it to stop, as a service manager would."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGTERM)
        assert self._server.wait(timeout=30) in (0, -signal.SIGTERM)
        self._server = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    clone = Clone(tmp_path)
    yield clone
    clone.stop()


def test_a_newcomer_types_one_command_speaks_and_reads_it_back_another_day(
    clone: Clone, record_property: Callable[[str, object], None]
) -> None:
    first = clone.start(within=SETTING_UP)
    with httpx.Client(base_url=clone.url, trust_env=False) as somebody:
        came_in = somebody.post(
            "/api/v1/members", json={"promises": "current", "age_band": "18+"}
        ).raise_for_status()
        somebody.headers["Authorization"] = f"Bearer {came_in.json()['token']}"
        somebody.put("/api/v1/rooms/night-room/seat", json={}).raise_for_status()
        said = somebody.put("/api/v1/rooms/night-room/messages/first-words", json={"text": WORDS})
        assert said.status_code == 201
    clone.stop()

    second = clone.start(within=60)
    with httpx.Client(base_url=clone.url, trust_env=False) as somebody:
        phrase = {"recovery_phrase": came_in.json()["recovery_phrase"]}
        back = somebody.post("/api/v1/sign-in", json=phrase).raise_for_status()
        somebody.headers["Authorization"] = f"Bearer {back.json()['token']}"
        page = somebody.get("/api/v1/rooms/night-room/messages").raise_for_status().json()
    assert [(item["seq"], item["text"]) for item in page["items"]] == [(said.json()["seq"], WORDS)]
    record_property(
        TOLD, f"bin/serve: first page after {first:.1f} s with set-up, {second:.2f} s another day"
    )


def test_the_second_start_asks_the_network_for_nothing(clone: Clone) -> None:
    """Once set up, `bin/holdfast` works with every package source out of reach."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_NO_INDEX": "1", "PIP_RETRIES": "0"}
    command = ["bin/holdfast", "--help"]
    unset = subprocess.run(
        command, cwd=clone.code, env={**clone.environment, **nowhere}, check=False
    )
    assert unset.returncode != 0, "the very first time needs the network"
    subprocess.run(command, cwd=clone.code, env=clone.environment, check=True)
    subprocess.run(command, cwd=clone.code, env={**clone.environment, **nowhere}, check=True)
