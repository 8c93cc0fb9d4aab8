"""People in front of a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import (
    ConsoleMessage,
    Locator,
    Page,
    Route,
    ViewportSize,
)

from browser.windows import Windows
from contract.client import Member, Place

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1360, "height": 860}
NEUTRAL = "https://www.wikipedia.org/"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PATIENCE = 6.0
AXE = Axe()
# The strip of rooms at the desk is swiped sideways, on purpose: it is left out.
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const shown = [...document.querySelectorAll('html, body *')]
    .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((e) => !e.closest('.vh, .word, .skip, svg, .strip'))
    .filter((e) => getComputedStyle(e).clipPath === 'none');
  const beyond = shown
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.right > wide + 1 || box.left < -1)
    .map(([e, box]) => `${e.tagName}.${e.className}: ${box.left} to ${box.right}`);
  const sideways = shown
    .filter((e) => e.tagName === 'HTML' || getComputedStyle(e).overflowX === 'auto')
    .filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => `${e.tagName}.${e.className} scrolls sideways`);
  return [...beyond, ...sideways];
}"""


class Visitor:
    """One person, one browser window, and everything the browser complained about."""

    def __init__(self, windows: Windows, place: Place, **looks: Any) -> None:
        self.place = place
        self.windows = windows
        self.scripts = looks.get("java_script_enabled", True)
        looks.setdefault("viewport", PHONE)
        looks.setdefault("timezone_id", "Europe/London")
        looks.setdefault("locale", "en-GB")
        looks.setdefault("reduced_motion", "reduce")
        self.window = windows.open(**looks)
        self.context = self.window.context
        self.complaints: list[str] = []
        self.page = self._watched(self.window.page)
        self.member: Member | None = None
        self.speaks = ""

    def may_leave(self) -> Visitor:
        """The neutral site answers, without leaving this machine; nothing else out there does."""
        self.context.route(NEUTRAL, _elsewhere)
        return self

    def _watched(self, page: Page) -> Page:
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        return page

    def _complained(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "ERR_INTERNET" not in message.text:
            self.complaints.append(message.text)

    # ------------------------------------------------------------------ coming in, going round

    def is_a_member(self) -> Member:
        """Come in by the API and hold its session in this browser."""
        self.member = self.place.newcomer()
        self.holds_cookie("holdfast", self.member.token)
        if self.speaks:
            self.goes_to("/me")
            self.page.select_option("#language", self.speaks)
            self.page.click("form[action='/me/looks'] button")
            self.page.wait_for_url("**/me?saved=looks*")
        return self.member

    def holds_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.place.url}])

    def sits_in(self, room: str) -> Visitor:
        """In the room, page open, line live."""
        member = self.member or self.is_a_member()
        member.take_seat(room)
        self.goes_to(f"/rooms/{room}")
        if self.scripts:
            self.is_live()
        return self

    def goes_to(self, path: str) -> Visitor:
        """Open a page. A page without scripts holds a frame that never ends loading."""
        self.page.goto(path, wait_until="load" if self.scripts else "commit")
        self.page.wait_for_selector("body")
        return self

    def is_live(self) -> None:
        """Wait until the line has said all there was."""
        self.until("document.querySelector('hf-room')?.line?.live === true")

    # ------------------------------------------------------------------ in a room

    def says(self, text: str) -> None:
        self.page.fill("#text", text)
        self.page.click(".send")

    def sees(self, text: str, timeout: float = 5_000) -> Locator:
        """Wait until the words are in the log, and give their message."""
        within = self.page if self.scripts else self.page.frame_locator(".stream-frame")
        message = within.locator("article.msg", has_text=text)
        message.first.wait_for(timeout=timeout)
        return message

    def seqs(self) -> list[int]:
        """The messages on the page, from top to bottom, by their places."""
        found: list[int] = self.page.evaluate(
            "[...document.querySelectorAll('article[data-seq]')].map((a) => Number(a.dataset.seq))"
        )
        return found

    def from_end(self) -> int:
        """How many pixels the log is scrolled away from its newest message."""
        gap: int = self.page.evaluate(
            "(l => Math.round(l.scrollHeight - l.scrollTop - l.clientHeight))"
            "(document.querySelector('.log'))"
        )
        return gap

    def menu_of(self, message: Locator) -> Locator:
        """The opened menu of a message."""
        message.locator(".act > summary").click()
        menu: Locator = message.locator(".menu")
        menu.wait_for()
        return menu

    def takes_back(self, message: Locator) -> None:
        """Asked once, and said yes to."""
        menu = self.menu_of(message)
        gone = menu.locator("[data-do=remove]")
        assert gone.is_hidden(), "the first press takes nothing back"
        menu.locator(".sure > summary").click()
        gone.click()

    def until(self, condition: str, argument: object = None) -> None:
        """Wait until something is so on the page (its policy forbids Playwright's own way)."""
        end = time.monotonic() + PATIENCE
        while not self.page.evaluate(condition, argument):
            assert time.monotonic() < end, f"it never came to be: {condition}"
            self.page.wait_for_timeout(20)

    def until_signed_out(self) -> None:
        """Wait until the session this browser held is over."""
        assert self.member is not None
        end = time.monotonic() + 3
        while self.member.call("GET", "/api/v1/me").status_code != 401:
            assert time.monotonic() < end, "the session goes on"
            time.sleep(0.02)

    # ------------------------------------------------------------------ judging a page

    def axe(self) -> list[str]:
        """What axe has against this page."""
        found = AXE.run(self.page, options=RULES).response["violations"]
        return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in found]

    def overflows(self) -> list[str]:
        """What reaches beyond the edge of the screen."""
        found: list[str] = self.page.evaluate(OVERFLOW)
        return found

    def leaves(self) -> None:
        """Give the window back; whatever the browser complained about fails the test."""
        self.windows.take_back(self.window)
        assert not self.complaints, self.complaints


def _elsewhere(route: Route) -> None:
    route.fulfill(body="<title>Elsewhere</title>Elsewhere", content_type="text/html")


MakeVisitor = Callable[..., Visitor]
