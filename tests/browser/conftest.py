"""A real browser in front of a real server, started once.

Both live as long as this package's tests and no longer: Playwright keeps an event loop running in
this thread, under which no asynchronous test of another package could run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.visitors import MakeVisitor, Visitor
from contract.client import Place
from contract.server import Server
from guards import missing

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


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
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server that also speaks the pseudo-language."""
    server = Server(tmp_path_factory.mktemp("browser"))
    server.environment["HOLDFAST_PSEUDO_LOCALE"] = "on"
    server.start()
    with httpx.HTTPTransport() as transport:
        yield Place(server.url, server.steward(), transport)
    server.stop()


@pytest.fixture
def visitor(chromium: Browser, served: Place) -> Iterator[MakeVisitor]:
    """Makes people; at the end of the test their windows close and complaints fail it."""
    there: list[Visitor] = []

    def arrive(**looks: Any) -> Visitor:
        there.append(Visitor(chromium, served, **looks))
        return there[-1]

    yield arrive
    for one in there:
        one.leaves()


@pytest.fixture
def room(served: Place) -> str:
    """A room nobody has spoken in yet."""
    return served.room()
