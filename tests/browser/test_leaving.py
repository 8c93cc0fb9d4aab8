"""Leave now: quick, quiet, and nothing stays behind."""

from __future__ import annotations

import pytest

from browser.visitors import NEUTRAL, MakeVisitor, Visitor
from contract.client import Place

HERE = "/rooms/"
STORED = "sessionStorage.length + localStorage.length"


def is_gone(one: Visitor) -> None:
    """On the neutral site, with the session over and nothing to go back to."""
    one.page.wait_for_url(NEUTRAL)
    assert one.member is not None
    one.until_signed_out()
    one.page.goto("/rooms")
    assert one.page.evaluate(STORED) == 0
    assert one.page.locator("hf-room, .doors").count() == 0
    cut_off = ("401", "ERR_FAILED", "ERR_ABORTED")  # what was being fetched as the page went
    one.complaints = [words for words in one.complaints if not any(cut in words for cut in cut_off)]


def test_the_button_leaves_at_once_and_ends_the_session(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().may_leave().sits_in(room)
    ash.page.fill("#text", "a draft nobody should find")
    assert ash.page.evaluate(STORED) > 0
    ash.page.click(".bar .exit")
    is_gone(ash)


def test_shift_three_times_leaves_even_while_writing(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().may_leave().sits_in(room)
    ash.page.focus("#text")
    ash.page.keyboard.press("Shift")
    counter = ash.page.locator(".shifts")
    assert counter.inner_text() == "Shift 1 of 3. Press it again to leave this page."
    ash.page.keyboard.press("Shift")
    ash.page.keyboard.press("Shift")
    is_gone(ash)


@pytest.mark.slow
def test_a_key_between_or_too_long_a_pause_starts_the_count_anew(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(of_its_own=True)
    ash.page.clock.install()
    ash.sits_in(room)
    ash.page.focus("#text")
    for key in ("Shift", "Shift", "a", "Shift", "Shift", "Shift+B", "Shift", "Shift"):
        ash.page.keyboard.press(key)
    assert HERE in ash.page.url
    ash.page.clock.run_for(2_100)
    assert ash.page.locator(".shifts").is_hidden()
    ash.page.keyboard.press("Shift")
    assert ash.page.locator(".shifts").inner_text().startswith("Shift 1 of 3")
    assert ash.page.input_value("#text") == "aB"


@pytest.mark.slow
def test_the_way_out_is_on_every_page_and_in_every_dialog(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    served.member_in(room).put(room, "Something to stand on")
    ash = visitor().may_leave().sits_in(room)
    ash.page.locator("article").first.focus()
    ash.page.keyboard.press("?")
    dialog = ash.page.locator("#keys")
    dialog.wait_for()
    assert ash.page.evaluate("document.activeElement.id") == "keys-title"
    ash.page.keyboard.press("Escape")
    assert ash.page.evaluate("document.activeElement.matches('article')")
    ash.page.keyboard.press("?")
    dialog.locator(".exit").click()
    is_gone(ash)
    for path in ("/", "/help", "/nowhere-at-all"):
        ash.page.goto(path)
        assert ash.page.locator(".bar .exit").count() == 1
        assert ash.page.locator(".bar a[href='/help']").count() == 1
    ash.complaints.clear()  # the browser notes the page that is not there
