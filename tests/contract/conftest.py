"""Servers for the contract tests: real processes, each started once, on both databases."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from contract.client import Member, Place
from contract.line import Line
from contract.server import Appointed, Server
from contract.sharing import Shared, folder_of_this_run
from postgres import Cluster

HERE = Path(__file__).parent


class Neighbourhood:
    """The servers of this test run, each started when the first test asks for it."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder = folder
        self.request = request
        self.transport = httpx.HTTPTransport(
            verify=False, limits=httpx.Limits(max_keepalive_connections=40)
        )
        self.asked: set[str] = set()
        self.borrowed: dict[str, tuple[Shared, Server]] = {}

    def place(self, kind: str) -> Place:
        """The server of one kind: `sqlite`, `postgresql` or `strict` (SQLite, with limits)."""
        url = os.environ.get("HOLDFAST_TEST_URL")
        if url:
            if kind != "sqlite":
                pytest.skip("HOLDFAST_TEST_URL names one server, which is taken as it is")
            return Place(url, os.environ["HOLDFAST_TEST_STEWARD"], self.transport)
        if kind not in self.asked:
            self.asked.add(kind)
            shared = Shared(self.folder / kind)
            self.borrowed[kind] = shared, shared.borrow(partial(self._begin, kind))
        assert kind in self.borrowed, f"the {kind} server did not come up for an earlier test"
        _, server = self.borrowed[kind]
        return Place(server.url, server.steward(), self.transport, Appointed(server))

    def _begin(self, kind: str, folder: Path) -> Server:
        database = self._database() if kind == "postgresql" else None
        server = Server(folder, limits=kind == "strict", database=database)
        server.start()
        return server

    def _database(self) -> str:
        cluster: Cluster = self.request.getfixturevalue("postgres_cluster")
        name = f"contract_{secrets.token_hex(6)}"
        cluster.execute(f"CREATE DATABASE {name} TEMPLATE template1")
        return cluster.url(name)

    def give_back(self) -> None:
        """Give every server back; whoever asks again gets one again."""
        for shared, server in self.borrowed.values():
            shared.give_back(server)
        self.borrowed.clear()
        self.asked.clear()

    def close(self) -> None:
        self.give_back()
        self.transport.close()


NEIGHBOURHOOD = pytest.StashKey[Neighbourhood]()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Who goes on to other tests lets the servers go: one that waits goes on with its rounds."""
    neighbourhood = item.config.stash.get(NEIGHBOURHOOD, None)
    if neighbourhood and nextitem and HERE not in nextitem.path.parents:
        neighbourhood.give_back()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that names no database runs on SQLite, and says so in its name."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "place" in metafunc.fixturenames and not any(m.args[0] == "place" for m in marks):
        metafunc.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def neighbourhood(request: pytest.FixtureRequest) -> Iterator[Neighbourhood]:
    """All servers of this run; they stop with it, or with the last of these tests."""
    servers = Neighbourhood(folder_of_this_run(), request)
    request.config.stash[NEIGHBOURHOOD] = servers
    yield servers
    servers.close()


@pytest.fixture
def place(neighbourhood: Neighbourhood, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A server without limits; on SQLite unless the test asks for both databases."""
    found = neighbourhood.place(request.param)
    yield found
    found.open_lines.close()


@pytest.fixture
def strict_place(neighbourhood: Neighbourhood) -> Iterator[Place]:
    """A server that counts and refuses, as it does in earnest."""
    found = neighbourhood.place("strict")
    yield found
    found.open_lines.close()


@pytest.fixture
def room(place: Place) -> str:
    """A room nobody has spoken in yet."""
    return place.room()


@pytest.fixture
def ash(place: Place, room: str) -> Member:
    """A member who sits in the room."""
    return place.member_in(room)


@pytest.fixture
def birch(place: Place, room: str) -> Member:
    """Another member who sits in the room."""
    return place.member_in(room)


@pytest.fixture
def stranger(place: Place) -> Member:
    """A member who sits in no room."""
    return place.newcomer()


@pytest.fixture
def ash_line(ash: Member, room: str) -> Line:
    """Ash, in the room."""
    return ash.line_in(room)


@pytest.fixture
def birch_line(birch: Member, room: str) -> Line:
    """Birch, in the room."""
    return birch.line_in(room)
