"""The door's little work, done by a real browser while somebody reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from browser.conftest import begin
from browser.test_coming_in import CONSENTS, presses
from browser.visitors import Visitor
from browser.windows import Windows
from contract.client import Place

pytestmark = pytest.mark.slow
SLOWER = """
const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
crypto.subtle.deriveBits = async (...all) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return derive(...all);
};
"""


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Place]:
    """A place of its own, whose door asks for a proof."""
    server = begin(tmp_path / "asking")
    with httpx.HTTPTransport() as transport:
        place = Place(server.url, server.steward(), transport)
        done = place.call(
            "POST", "/desk/coming-in/door", token=place.steward, data={"proof": "yes"}
        )
        assert done.status_code == 303
        yield place
    server.stop()


def to_the_yeses(one: Visitor) -> None:
    one.goes_to("/come-in")
    one.page.check("input[value='18+']")
    presses(one, "/come-in")
    presses(one, "/come-in/check")
    presses(one, "/come-in/check")
    if one.page.locator("form[action='/come-in/check']").count():
        presses(one, "/come-in/check")
    for consent in CONSENTS:
        one.page.check(f"#{consent}")


def test_the_device_does_the_work_and_its_owner_comes_in(chromium: Browser, asking: Place) -> None:
    assert asking.arrive().status_code == 428
    windows = Windows(chromium, asking.url)
    one = Visitor(windows, asking)
    to_the_yeses(one)
    one.page.wait_for_function("document.querySelector('#proof').value.length > 100")
    assert "You can come in." in one.page.inner_text("#proof-says")
    assert one.page.evaluate("sessionStorage.length") == 0
    assert one.axe() == []
    presses(one, "/come-in/agree")
    assert "/come-in/place" in one.page.url
    assert one.complaints == []


def test_whoever_is_quicker_than_their_device_is_let_in_when_it_is_done(
    chromium: Browser, asking: Place
) -> None:
    one = Visitor(Windows(chromium, asking.url), asking)
    one.page.add_init_script(SLOWER)
    to_the_yeses(one)
    one.page.click("form[action='/come-in/agree'] button")
    one.page.wait_for_url("**/come-in/place")
