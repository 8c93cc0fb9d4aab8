"""What a browser keeps on the disk of a device: while somebody is here, and after *Leave now*."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, sync_playwright

from browser.conftest import FLAGS
from browser.visitors import NEUTRAL, PHONE
from contract.client import Place
from contract.server import Appointed, Server
from guards import missing
from trust.canary.place import NIGHT, written
from trust.canary.searching import Found, Hunt, every_file
from trust.canary.table import idle, strays

pytestmark = pytest.mark.slow
SAID = {name: written()[name] for name in ("words", "note", "plan", "sealed_line", "search")}
DRAFT = "a draft about marzipan and Tamsin Quorle"
LATE = 3.0  # seconds in which a browser writes what it has put off


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    server = Server(tmp_path_factory.mktemp("behind"))
    server.start()
    with httpx.HTTPTransport() as transport:
        yield Place(server.url, server.steward(), transport, Appointed(server))
    server.stop()


@contextmanager
def browsing(profile: Path, place: Place) -> Iterator[Page]:
    """A browser whose profile lies on disk, as anybody's does."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing("a browser (chromium)", "apt-get install chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=FLAGS, base_url=place.url, viewport=PHONE
        )
        context.route(NEUTRAL, _elsewhere)
        yield context.new_page()
        context.close()


def _elsewhere(route: Route) -> None:
    route.fulfill(body="<title>Elsewhere</title>Elsewhere", content_type="text/html")


def held_by(page: Page) -> str:
    """The token of the session that this browser holds."""
    cookies = page.context.cookies()
    return next(one["value"] for one in cookies if one["name"] == "holdfast")


def an_evening(page: Page, place: Place) -> dict[str, str]:
    """Somebody comes, gets seven words, says something, plans, searches, and writes a draft."""
    member = place.member_in(NIGHT)
    page.context.add_cookies([{"name": "holdfast", "value": member.token, "url": place.url}])
    page.goto("/me")
    page.click("form[action='/me/words'] button")
    phrase = page.inner_text(".words")
    member.token = held_by(page)  # new words, new token
    page.goto("/me/export")
    page.click("form[action='/me/export'] button")
    passphrase = page.inner_text(".words")
    page.goto("/me/safety-plan")
    _write(page, "/me/safety-plan", SAID["plan"])
    _write(page, "/me/safety-plan/sealed-line", SAID["sealed_line"])
    member.put(NIGHT, SAID["words"], note=SAID["note"])
    page.goto(f"/rooms/{NIGHT}/search")
    page.fill("#q", SAID["search"])
    page.press("#q", "Enter")
    page.get_by_text("Nothing here has these words").wait_for()
    page.goto(f"/rooms/{NIGHT}")
    page.locator("article.msg", has_text=SAID["words"]).first.wait_for()
    page.fill("#text", DRAFT)
    shown = {"phrase": phrase, "passphrase": passphrase, "token": member.token}
    return {**SAID, **shown, "draft": DRAFT}


def _write(page: Page, action: str, text: str) -> None:
    form = page.locator(f"form[action='{action}']").first
    form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
    form.locator("[name=text]").fill(text)
    form.locator("button").first.click()
    page.wait_for_load_state("load")


def stays(page: Page) -> None:
    """The browser is closed as it is."""
    del page


def leaves(page: Page) -> None:
    page.click(".bar .exit")
    page.wait_for_url(NEUTRAL)


@pytest.mark.parametrize("how", [stays, leaves])
def test_a_device_keeps_nothing_that_the_table_does_not_allow(
    place: Place, tmp_path: Path, how: Callable[[Page], None]
) -> None:
    profile, whose = tmp_path / "profile", f"the profile of somebody who {how.__name__}"
    with browsing(profile, place) as page:
        carried = an_evening(page, place)
        how(page)
        page.wait_for_timeout(LATE * 1000)
        found: dict[str, Found] = {whose: Hunt(carried).in_files(every_file(profile))}
    found[f"{whose}, closed"] = Hunt(carried).in_files(every_file(profile))
    assert strays(found) == []
    assert idle(found) == []


def test_what_a_page_keeps_for_long_would_be_found(place: Place, tmp_path: Path) -> None:
    """The negative control: what a browser was told to keep lies in its profile, and is seen."""
    profile = tmp_path / "profile"
    with browsing(profile, place) as page:
        page.goto("/help")
        page.evaluate("words => localStorage.setItem('kept', words)", DRAFT)
        page.goto(f"/help?{SAID['search'].replace(' ', '+')}")
        page.wait_for_timeout(LATE * 1000)
    found = Hunt({"draft": DRAFT, "search": SAID["search"]}).in_files(every_file(profile))
    assert {"draft", "search"} <= set(found)
