"""A member's device in a real browser: it shows that something is new, and not even whose place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from browser.test_rota import NOTICES, deliver, window
from contract.client import Place
from contract.server import Server

pytestmark = pytest.mark.slow
TOLD = {"title": "New notice", "body": "Something new is waiting", "for": "member"}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A place whose steward lets members be told on their devices."""
    server = Server(tmp_path_factory.mktemp("telling"))
    server.environment["HOLDFAST_PAGER_PUSH"] = "push.example"
    server.start()
    with sqlite3.connect(Path(server.data) / "holdfast.db") as db:
        db.execute("INSERT INTO facts (name, value) VALUES ('member push', 'on')")
    yield server
    server.stop()


@contextmanager
def device_of_a_member(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser in which somebody is who lets it show notices."""
    with httpx.HTTPTransport() as transport:
        member = Place(server.url, server.steward(), transport).member_in("night-room")
    with window(chromium, server, member.token) as context:
        context.grant_permissions(["notifications"], origin=server.url)
        yield context


def test_a_device_that_is_told_shows_nothing_of_this_place_and_leads_to_the_list(
    chromium: Browser, server: Server
) -> None:
    with device_of_a_member(chromium, server) as context:
        page = context.new_page()
        page.goto("/me/notices")
        expect(page.locator("#device")).to_be_visible()
        expect(page.locator("#no-push")).to_be_hidden()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        deliver(context, server, TOLD)
        assert page.evaluate(NOTICES) == [["New notice", "Something new is waiting"]]
        leads = "navigator.serviceWorker.ready.then((w) => w.getNotifications())"
        assert page.evaluate(f"{leads}.then((all) => all.map((one) => one.data))") == [
            "/me/notices"
        ]


def test_where_no_service_answers_the_page_says_so_kindly_and_keeps_nothing(
    chromium: Browser, server: Server
) -> None:
    """This machine reaches no push service, so that subscribing cannot work."""
    with device_of_a_member(chromium, server) as context:
        page = context.new_page()
        page.goto("/me/notices")
        page.locator("#device button").click()
        expect(page.locator("#device .error")).to_have_text(
            "That did not work just now. Please try again."
        )
        page.reload()
        expect(page.locator("#device")).to_be_visible()


def test_where_no_worker_can_be_kept_the_button_says_so_after_a_while(
    chromium: Browser, server: Server
) -> None:
    with device_of_a_member(chromium, server) as context:
        context.add_init_script("navigator.serviceWorker.register = () => Promise.reject()")
        page = context.new_page()
        page.clock.install()
        page.goto("/me/notices")
        page.locator("#device button").click()
        page.wait_for_timeout(200)
        expect(page.locator("#device .error")).to_be_hidden()
        page.clock.fast_forward("00:11")
        expect(page.locator("#device .error")).to_be_visible()
