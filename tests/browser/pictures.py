"""Takes docs/pictures from the demonstration town: `python tests/browser/pictures.py`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SIZES: dict[str, ViewportSize] = {
    "360": {"width": 360, "height": 740},
    "1360": {"width": 1360, "height": 860},
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PORT = "8977"
URL = f"http://127.0.0.1:{PORT}"
ROOM = "evening"


@contextmanager
def demonstration() -> Iterator[str]:
    """The demonstration town, served; gives the address that signs Ash in."""
    program = str(Path(sys.executable).with_name("holdfast"))
    with tempfile.TemporaryDirectory() as folder:
        asked = [program, "serve", "--demo", "--data", folder, "--port", PORT]
        with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            printed = ""
            while "Ctrl+C" not in printed:
                line = server.stderr.readline()
                assert line, f"the town did not come up: {printed}"
                printed += line
            try:
                yield re.findall(r"http\S+/sign-in/\S+", printed)[0]
            finally:
                server.terminate()


def signed_in(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def in_the_room(page: Page, room: str = ROOM) -> None:
    """A room at its newest, with the line live."""
    page.goto(f"{URL}/rooms/{room}")
    page.wait_for_timeout(500)
    page.evaluate("document.querySelector('.log').scrollTop = 1e9")


def with_menu(page: Page) -> None:
    in_the_room(page)
    page.locator("article:not(.me) .act > summary").last.click()


def at_a_content_note(page: Page) -> None:
    in_the_room(page, "anxiety")
    page.locator("article", has=page.locator(".cw")).last.scroll_into_view_if_needed()


def offline(page: Page) -> None:
    in_the_room(page)
    page.context.set_offline(True)
    page.fill("#text", "I’m here too. No need to answer.")
    page.click(".send")


def about(page: Page) -> None:
    in_the_room(page)
    page.goto(f"{URL}/rooms/{ROOM}#about")


def at(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(URL + path)

    return go


AS_GUEST = {"landing": at("/"), "help": at("/help"), "come-in": at("/come-in")}
AS_MEMBER = {
    "rooms": at("/rooms"),
    "me": at("/me"),
    "search": at(f"/rooms/{ROOM}/search?q=sleep"),
    "about": about,
    "room": in_the_room,
    "room-note": at_a_content_note,
    "room-menu": with_menu,
    "room-offline": offline,
}


def take(browser: Browser, link: str) -> None:
    """Every page, narrow and wide, in light and dark."""
    for width, viewport in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport=viewport, color_scheme=scheme, locale="en-GB", timezone_id="Europe/London"
            )
            page = context.new_page()
            page.goto(URL)
            for pages in (AS_GUEST, AS_MEMBER):
                if pages is AS_MEMBER:
                    signed_in(page, link)
                for name, go in pages.items():
                    go(page)
                    page.wait_for_timeout(400)
                    page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png")
            context.close()


def take_without_scripts(browser: Browser, link: str) -> None:
    """The room where scripts are off: the frame that never ends."""
    for width, viewport in SIZES.items():
        context = browser.new_context(viewport=viewport, java_script_enabled=False)
        page = context.new_page()
        signed_in(page, link)
        page.goto(f"{URL}/rooms/{ROOM}", wait_until="commit")
        page.frame_locator(".stream-frame").locator("article").last.wait_for()
        page.wait_for_timeout(400)
        page.screenshot(path=PICTURES / f"room-without-scripts-{width}-light.png")
        context.close()


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with demonstration() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        take(browser, link)
        take_without_scripts(browser, link)
        browser.close()


if __name__ == "__main__":
    main()
