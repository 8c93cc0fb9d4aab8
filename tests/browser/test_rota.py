"""The rota in a real browser: a room that says who comes, and a phone that is called."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from browser.visitors import PHONE
from contract.client import Place
from contract.server import Server, command

pytestmark = pytest.mark.slow
NIGHT = "night-room"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A place whose rooms follow the rota, and that may call browsers."""
    server = Server(tmp_path_factory.mktemp("rota"))
    server.environment |= {"HOLDFAST_COVERAGE": "on", "HOLDFAST_PAGER_PUSH": "push.example"}
    server.start()
    yield server
    server.stop()


def token_of(server: Server, role: str, name: str) -> str:
    asked = [*command(), "steward", "token", "--role", role, "--name", name, "--data", server.data]
    done = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def window(chromium: Browser, server: Server, token: str) -> BrowserContext:
    context = chromium.new_context(base_url=server.url, viewport=PHONE, timezone_id="UTC")
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "holdfast", "value": token, "url": server.url}])
    return context


def test_an_open_room_says_by_itself_that_somebody_came_and_went(
    chromium: Browser, server: Server
) -> None:
    sam = {"authorization": f"Bearer {token_of(server, 'crisis-moderator', 'Sam')}"}
    with httpx.HTTPTransport() as transport:
        member = Place(server.url, server.steward(), transport).member_in(NIGHT)
    with window(chromium, server, member.token) as context:
        page = context.new_page()
        page.goto(f"/rooms/{NIGHT}")
        state = page.locator("#state")
        expect(state).to_contain_text("Nobody from here is awake now.")
        expect(state).to_contain_text("Please don’t wait for us.")
        until = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
        came = httpx.post(
            f"{server.url}/api/v1/shifts/check-in", json={"until": until}, headers=sam
        )
        assert came.is_success
        expect(state).to_contain_text("Sam is on shift until")
        httpx.post(f"{server.url}/api/v1/shifts/check-out", headers=sam)
        expect(state).to_contain_text("Nobody from here is awake now.")


def test_a_phone_that_is_called_shows_the_neutral_notice(chromium: Browser, server: Server) -> None:
    with window(chromium, server, token_of(server, "lead", "Fern")) as context:
        context.grant_permissions(["notifications"], origin=server.url)
        page = context.new_page()
        page.goto("/staff/pager")
        assert page.locator("#device").is_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        deliver(
            context, server, {"title": "Holdfast", "body": "Holdfast: please look at the desk."}
        )
        shown = page.evaluate(NOTICES)
        assert shown == [["Holdfast", "Holdfast: please look at the desk."]]


NOTICES = """async () => {
  const worker = await navigator.serviceWorker.ready;
  for (let looks = 0; looks < 100; looks += 1) {
    const shown = await worker.getNotifications();
    if (shown.length) return shown.map((one) => [one.title, one.body]);
    await new Promise((again) => setTimeout(again, 50));
  }
  return [];
}"""


def deliver(context: BrowserContext, server: Server, said: dict[str, Any]) -> None:
    """What a push service would bring to this browser's service worker."""
    session = context.new_cdp_session(context.pages[0])
    found: list[str] = []

    def registered(event: dict[str, Any]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", registered)
    session.send("ServiceWorker.enable")
    context.pages[0].wait_for_function("() => navigator.serviceWorker.controller !== null")
    call = {"origin": server.url, "registrationId": found[0], "data": json.dumps(said)}
    session.send("ServiceWorker.deliverPushMessage", call)
