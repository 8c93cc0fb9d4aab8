"""The stewards' pages in a real browser: every one looked at, by keyboard, and without scripts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from browser.visitors import AXE, DESK, OVERFLOW, PHONE, RULES
from contract.server import Server, command

pytestmark = pytest.mark.slow
HERE = "/desk/steward"
PAGES = (
    "",
    "/rooms",
    "/rooms/new",
    "/rooms/night-room",
    "/staff",
    "/helplines?show=wrong",
    "/helplines/gb-samaritans",
    "/helplines/gb-emergency",
    "/wording",
    "/wording/about/en",
    "/retention",
    "/retention/kinds/open",
    "/settings",
)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("stewards"))
    server.start()
    yield server
    server.stop()


def elms_window(chromium: Browser, server: Server, **looks: Any) -> BrowserContext:
    """A browser in which a steward is signed in."""
    asked = [*command(), "steward", "token", "--role", "steward", "--name", "Elm"]
    asked += ["--data", server.data]
    done = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True)
    context = chromium.new_context(base_url=server.url, **{"viewport": PHONE, **looks})
    context.set_default_timeout(8_000)
    token = done.stdout.split()[-1]
    context.add_cookies([{"name": "holdfast", "value": token, "url": server.url}])
    return context


def test_every_page_fits_and_reads_well_in_light_and_dark(
    chromium: Browser, server: Server
) -> None:
    found = {}
    with elms_window(chromium, server) as context:
        page = context.new_page()
        for path in PAGES:
            assert (page.goto(HERE + path) or pytest.fail(path)).status == 200, path
            for size in (PHONE, DESK):
                page.set_viewport_size(size)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    axe = AXE.run(page, options=RULES).response["violations"]
                    wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in axe]
                    wrong += page.evaluate(OVERFLOW)
                    if wrong:
                        found[f"{path} {size['width']} {scheme}"] = wrong
    assert found == {}


def test_lines_are_checked_one_after_the_other_by_keyboard_alone(
    chromium: Browser, server: Server
) -> None:
    with elms_window(chromium, server) as context:
        page = context.new_page()
        page.goto(f"{HERE}/helplines/next")
        assert page.url.endswith("/gb-emergency")
        for done in (1, 2):
            page.get_by_label("It is right, all of it").focus()
            page.keyboard.press("Space")
            page.keyboard.press("Enter")  # a form is sent by its first button
            expect(page.get_by_text(f"{done} of 157 checked")).to_be_visible()
        assert page.url.endswith("/gb-shout")


def test_a_shorter_time_is_looked_at_typed_and_taken_back_without_scripts(
    chromium: Browser, server: Server
) -> None:
    with elms_window(chromium, server, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{HERE}/retention/kinds/open")
        page.fill("#days", "9")
        page.get_by_role("button", name="See what would go").click()
        expect(page.get_by_text("No words are older than that.")).to_be_visible()
        page.fill("#typed", "Open rooms")
        page.get_by_role("button", name="Keep words for this long").click()
        expect(page.get_by_text("Words are kept for 9 days now.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Words are kept for 30 days now.")).to_be_visible()
