"""Processes of Holdfast in every role, on one database, and a balancer in front of them."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import httpx

from faults.places_wire import Address, Wire
from faults.served import ROOT, Served

LOOK_EVERY = 0.1  # seconds between two looks of the balancer at a node
STOP = 40.0  # seconds in which a process must end that was asked to


class Node(Served):
    """One process of Holdfast: `serve`, `web`, `live` or `worker`, as an operator starts it."""

    def __init__(self, folder: Path, role: str = "serve", settings: Mapping[str, str] = {}) -> None:
        super().__init__(folder)
        self.role = role
        self.environment |= settings

    def launch(self, *more: str) -> None:
        """Start it without waiting for it."""
        command = [str(ROOT / "bin" / "holdfast"), self.role, "--data", str(self.data),
                   "--port", str(self.port), *more]  # fmt: skip
        with self.written.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def run(self, *arguments: str) -> str:
        """What a command of the command line prints, with this process's settings."""
        program = [str(ROOT / "bin" / "holdfast"), *arguments, "--data", str(self.data)]
        done = subprocess.run(program, env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def freeze(self) -> None:
        """It is there, and does nothing."""
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._running.send_signal(signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        """What it says of itself, if it says anything within half a second."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/readyz", timeout=0.5, trust_env=False).is_success
        return False


class Balancer:
    """Gives each new connection to the next node that says it is ready. `url` is the place."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.ready: set[int] = set()
        self.moves = True  # connections to a node that is no longer ready are reset
        self.wire = Wire(self._next)
        self._turn = count()
        self._closed = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.wire.port}"

    def start(self) -> None:
        """Look at the nodes once, then take connections and go on looking."""
        self._look_once()
        self.wire.start()
        self._looking.start()

    def close(self) -> None:
        """Take nothing more."""
        self._closed.set()
        self._looking.join(5)
        self.wire.close()

    def _next(self) -> Address | None:
        ports = sorted(self.ready)
        return ("127.0.0.1", ports[next(self._turn) % len(ports)]) if ports else None

    def _look(self) -> None:
        while not self._closed.wait(LOOK_EVERY):
            self._look_once()

    def _look_once(self) -> None:
        for node in self.nodes:
            was, port = node.port in self.ready, node.port
            if node.is_running and node.is_ready:
                self.ready.add(port)
                continue
            self.ready.discard(port)
            if was and self.moves and not self._closed.is_set():
                self.wire.reset(("127.0.0.1", port))


@contextmanager
def started(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Nodes that are ready: the first alone, because it makes the place; then the others."""
    try:
        nodes[0].start()
        for node in nodes[1:]:
            node.launch()
        for node in nodes[1:]:
            assert not node.dies_or_is_ready(), f"{node.role} did not come up:\n{node.log()}"
        yield nodes
    finally:
        for node in nodes:
            node.kill()


@contextmanager
def balanced(nodes: Sequence[Node]) -> Iterator[Balancer]:
    """A balancer over nodes that are ready, gone afterwards."""
    balancer = Balancer(nodes)
    balancer.start()
    try:
        yield balancer
    finally:
        balancer.close()


def several(folder: Path, roles: Sequence[str], settings: Mapping[str, str]) -> list[Node]:
    """Processes of one place, each with a folder of its own and all with one root key."""
    keys = {"HOLDFAST_ROOT_KEY": folder / "root.key", "HOLDFAST_KEYS": folder / "keys"}
    shared = {**{name: str(path) for name, path in keys.items()}, **settings}
    folder.mkdir(parents=True, exist_ok=True)
    return [Node(folder / f"{number}-{role}", role, shared) for number, role in enumerate(roles)]


def waited(is_so: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for something to become true; how long that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, what
        time.sleep(0.01)
    return time.monotonic() - began
