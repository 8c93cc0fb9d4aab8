"""Leave now: on screen, on top and large enough on every kind of page, and quick when cut off."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.pages import PAGES
from browser.visitors import NEUTRAL, MakeVisitor, Visitor
from contract.client import Place

SIZES = (
    (320, 568),
    (360, 740),
    (390, 844),
    (412, 915),
    (600, 960),
    (768, 1024),
    (1024, 768),
    (1360, 860),
    (1920, 1080),
)
KINDS = {
    **{name: PAGES[name] for name in ("landing", "help", "rooms", "me", "room", "safety plan")},
    **{name: PAGES[name] for name in ("report form", "search", "notices", "mutes and blocks")},
}
WITHIN_MS = 300
REACH = 44
SEEN = """() => {
  const dialog = document.querySelector('dialog[open]');
  const way = (dialog ?? document).querySelector('.exit');
  const box = way.getBoundingClientRect();
  const inside = box.left >= 0 && box.top >= 0
    && box.right <= innerWidth && box.bottom <= innerHeight;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return { width: box.width, height: box.height, inside, topmost: way.contains(top) };
}"""
STORES = """async () => ({
  session: JSON.stringify({...sessionStorage}), local: JSON.stringify({...localStorage}),
  bases: (await indexedDB.databases()).length, cookie: document.cookie,
})"""


def token() -> str:
    """Letters that stand nowhere else."""
    return "".join(secrets.choice("bcdfghkmnprst") + secrets.choice("aeiou") for _ in range(6))


def is_within_reach(one: Visitor, where: str) -> list[str]:
    """What is wrong with the button here."""
    seen: dict[str, Any] = one.page.evaluate(SEEN)
    small = min(seen["width"], seen["height"]) < REACH - 0.5
    wrong = [name for name in ("inside", "topmost") if not seen[name]]
    return [f"{where}: {wrong or 'small'} {seen}"] if small or wrong else []


def at_every_size(one: Visitor, where: str) -> list[str]:
    found = []
    for width, height in SIZES:
        one.page.set_viewport_size({"width": width, "height": height})
        for far in (0, 10_000):
            one.page.evaluate(f"scrollTo(0, {far})")
            found += is_within_reach(one, f"{where} {width}x{height} at {far}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_way_out_is_on_screen_on_top_and_large_enough(
    visitor: MakeVisitor, room: str, kind: str
) -> None:
    one = visitor()
    KINDS[kind](one, room)
    assert at_every_size(one, kind) == []


@pytest.mark.slow
def test_the_way_out_is_within_reach_in_every_overlay_and_leaves_from_there(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    served.member_in(room).put(room, "Something to stand on")
    ash = visitor().may_leave().sits_in(room)
    ash.page.locator("article").first.focus()
    ash.page.keyboard.press("?")
    ash.page.locator("#keys").wait_for()
    assert at_every_size(ash, "keys") == []
    ash.page.keyboard.press("Escape")
    ash.menu_of(ash.page.locator("article.msg").first)
    assert at_every_size(ash, "menu") == []
    ash.page.locator(".bar .exit").click()
    ash.page.wait_for_url(NEUTRAL)
    ash.until_signed_out()


@pytest.mark.slow
def test_the_keyboard_reaches_the_way_out_before_anything_of_the_page(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor().sits_in(room)
    ash.goes_to("/me")
    for _ in range(8):
        ash.page.keyboard.press("Tab")
        if ash.page.evaluate("document.activeElement.matches('.exit')"):
            return
        assert not ash.page.evaluate("document.activeElement.closest('main') !== null")
    raise AssertionError("the way out is far away")


def leaves_in(page: Page) -> float:
    """Milliseconds from pressing the button until the next page begins, by the browser's clock."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        """() => document.querySelector('.bar .exit').addEventListener('pointerdown', () =>
             console.log('pressed at ' + (performance.timeOrigin + performance.now())))"""
    )
    page.click(".bar .exit", no_wait_after=True)
    page.wait_for_url(NEUTRAL)
    begun: float = page.evaluate("performance.timeOrigin")
    (pressed,) = [words.removeprefix("pressed at ") for words in said if "pressed" in words]
    return begun - float(pressed)


@pytest.mark.full
def test_leaving_takes_no_longer_where_the_server_cannot_be_reached_and_holds_later(
    visitor: MakeVisitor, room: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ash = visitor(of_its_own=True).may_leave().sits_in(room)
    assert ash.member is not None
    ash.page.fill("#text", "a draft nobody should find")
    ash.context.route(f"{ash.place.url}/**", lambda route: route.abort())
    took = leaves_in(ash.page)
    with capsys.disabled():
        sys.stdout.write(f"\nLeave now, server out of reach: {took:.0f} ms\n")
    assert took <= WITHIN_MS
    ash.context.unroute(f"{ash.place.url}/**")
    ash.page.goto("/rooms")
    assert ash.page.locator(".doors, hf-room").count() == 0
    kept = ash.page.evaluate(STORES)
    assert (kept["session"], kept["local"], kept["bases"]) == ("{}", "{}", 0)
    ash.until_signed_out()
    ash.complaints.clear()  # the browser notes what it could not reach, and the page that refuses


@pytest.mark.full
def test_the_back_button_shows_nothing_of_anybody(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    words = f"Words for nobody else {token()}"
    served.member_in(room).put(room, words)
    ash = visitor(of_its_own=True).may_leave()
    ash.is_a_member()
    for path in ("/rooms", "/me/safety-plan", "/me"):
        ash.goes_to(path)
    ash.sits_in(room)
    ash.sees(words)
    ash.goes_to("/me/private")
    ash.page.click(".bar .exit")
    ash.page.wait_for_url(NEUTRAL)
    ash.until_signed_out()
    for _ in range(4):
        ash.page.go_back()
        page = ash.page.content()
        assert words not in page
        assert "My safety plan" not in page
        assert "hf-room" not in page
    kept = json.dumps(ash.page.evaluate(STORES)) + json.dumps(ash.context.cookies(served.url))
    assert words not in kept
    assert ash.member is not None
    assert ash.member.token not in kept
    ash.complaints.clear()  # the browser notes each page that refuses


@pytest.mark.slow
def test_another_tab_of_ours_leaves_as_well(visitor: MakeVisitor, room: str) -> None:
    ash = visitor(of_its_own=True).may_leave().sits_in(room)
    other = ash.context.new_page()
    other.goto("/me")
    ash.page.click(".bar .exit")
    ash.page.wait_for_url(NEUTRAL)
    other.wait_for_url(NEUTRAL)


@pytest.mark.slow
def test_a_shared_device_keeps_no_draft_no_worker_and_no_store(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor(of_its_own=True)
    ash.is_a_member()
    ash.goes_to("/me/private")
    ash.page.click("form[action='/me/private/shared'] button")
    ash.page.wait_for_url("**saved=shared*")
    ash.sits_in(room)
    ash.page.fill("#text", "a draft nobody should find")
    ash.page.wait_for_timeout(1_000)
    kept = ash.page.evaluate(STORES)
    assert (kept["session"], kept["local"], kept["bases"]) == ("{}", "{}", 0)
    ash.goes_to(f"/rooms/{room}")
    ash.is_live()
    assert ash.page.input_value("#text") == ""
    assert ash.page.evaluate("navigator.serviceWorker.getRegistrations().then(a => a.length)") == 0
    assert ash.page.evaluate("caches.keys().then(a => a.length)") == 0


@pytest.mark.full
def test_a_page_with_a_pin_is_covered_by_a_key_and_its_line_closes(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor(of_its_own=True).sits_in(room)
    ash.goes_to("/me/private")
    for field in ("#pin", "#again"):
        ash.page.fill(field, "2468")
    ash.page.click("form[action='/me/private/pin'] button")
    ash.page.wait_for_url("**saved=pin*")
    ash.goes_to(f"/rooms/{room}")
    ash.is_live()
    ash.page.keyboard.press("Alt+KeyL")
    ash.page.wait_for_url("**/unlock?back=*")
    words = f"Said while it was locked {token()}"
    served.member_in(room).put(room, words)
    ash.page.goto(f"/rooms/{room}")
    assert ash.page.locator("h1").inner_text() == "This page is locked"
    assert words not in ash.page.content()
    ash.page.fill("#pin", "2468")
    ash.page.click("main form button")
    ash.page.wait_for_url(f"**/rooms/{room}")
    ash.sees(words)
    ash.complaints.clear()
