"""The desk and the stewards' pages on a small screen, and drawn four times as large."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from browser.pages import as_steward, at_the_desk
from browser.visitors import PHONE, MakeVisitor

pytestmark = pytest.mark.full
LARGE: ViewportSize = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %


def test_the_stewards_ways_fold_away_and_end_on_the_screen(visitor: MakeVisitor, room: str) -> None:
    one = visitor(viewport=LARGE)
    as_steward("/desk/steward/retention")(one, room)
    ways = one.page.locator(".desk-nav a")
    expect(ways.first).to_be_hidden()
    bar = one.page.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] < LARGE["height"] / 2
    one.page.locator("label[for=ways]").click()
    ways.last.scroll_into_view_if_needed()
    expect(ways.last).to_be_in_viewport(ratio=1)
    ways.last.click()
    one.page.wait_for_url("**/staff")


def test_an_open_card_has_no_filter_of_the_queue_above_it(visitor: MakeVisitor, room: str) -> None:
    one = visitor(viewport=PHONE)
    at_the_desk("/desk")(one, room)
    expect(one.page.locator("#sift")).to_be_visible()
    order = one.page.locator("#order")
    assert order.evaluate("e => e.clientWidth") >= 160, "the order can be read whole"
    one.page.locator("a[href*='/desk/escalations/']").first.click()
    one.page.wait_for_url("**/escalations/*")
    expect(one.page.locator("#sift")).to_be_hidden()
