"""A real browser in front of a real server, started once.

Both live as long as this package's tests and no longer: Playwright keeps an event loop running in
this thread, under which no asynchronous test of another package could run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.colleagues import Colleagues
from browser.visitors import MakeVisitor, Visitor
from browser.windows import Windows
from contract.client import Place
from contract.server import Server
from contract.sharing import Shared, folder_of_this_run
from guards import missing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # Nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing("a browser (chromium)", "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served() -> Iterator[Place]:
    """A server that also speaks the pseudo-language; one for all the browsers of this run."""
    shared = Shared(folder_of_this_run() / "browser")
    server = shared.borrow(begin)
    with httpx.HTTPTransport() as transport:
        place = Place(server.url, server.steward(), transport)
        place.staff = Colleagues(server)
        yield place
    shared.give_back(server)


def begin(folder: Path) -> Server:
    server = Server(folder)
    server.environment["HOLDFAST_PSEUDO_LOCALE"] = "on"
    server.start()
    return server


@pytest.fixture(scope="package")
def windows(chromium: Browser, served: Place) -> Windows:
    """The browser's windows, used by one test after another."""
    return Windows(chromium, served.url)


@pytest.fixture
def visitor(windows: Windows, served: Place) -> Iterator[MakeVisitor]:
    """Makes people; at the end of the test they leave and complaints fail it."""
    there: list[Visitor] = []

    def arrive(**looks: Any) -> Visitor:
        there.append(Visitor(windows, served, **looks))
        return there[-1]

    yield arrive
    for one in there:
        one.leaves()


@pytest.fixture
def room(served: Place) -> str:
    """A room nobody has spoken in yet."""
    return served.room()
