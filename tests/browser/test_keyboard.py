"""The room by keyboard alone: few stops, everything reachable, focus never taken away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.visitors import DESK, MakeVisitor, Visitor
from contract.client import Place

HERE = "document.activeElement.id"
STOP = "document.activeElement.getAttribute('class') || document.activeElement.tagName"


def stops(one: Visitor, count: int) -> list[str]:
    """Where Tab goes, from the top of the page."""
    found = []
    for _ in range(count):
        one.page.keyboard.press("Tab")
        found.append(str(one.page.evaluate(STOP)))
    return found


@pytest.mark.slow
def test_help_and_leaving_come_before_the_log_and_the_log_is_one_stop(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    for number in range(12):
        teller.put(room, f"Line {number}")
    ash = visitor().sits_in(room)
    found = stops(ash, 14)
    order = [
        next(n for n, stop in enumerate(found) if wanted in stop.split())
        for wanted in ("skip", "help", "exit", "log", "msg", "TEXTAREA", "send")
    ]
    assert order == sorted(order)
    assert sum(stop.startswith("msg") for stop in found) == 1


@pytest.mark.slow
def test_the_skip_link_goes_to_writing(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    ash.page.keyboard.press("Tab")
    ash.page.keyboard.press("Enter")
    assert ash.page.evaluate(HERE) == "text"


def test_someone_enters_reads_answers_adds_a_note_and_leaves_without_a_mouse(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    teller.put(room, "First line")
    teller.put(room, "Second line")
    ash = visitor(viewport=DESK).may_leave().sits_in(room)
    keys = ash.page.keyboard
    ash.page.locator("article").last.focus()
    keys.press("ArrowUp")
    assert "First line" in str(ash.page.evaluate("document.activeElement.textContent"))
    keys.press("Tab")
    keys.press("Enter")
    keys.press("Tab")
    assert ash.page.evaluate("document.activeElement.value") == "with_you"
    keys.press("Enter")
    given = ash.sees("First line").locator(".rx [value=with_you]")
    given.wait_for()
    ash.page.locator("article").first.focus()
    keys.press("r")
    assert ash.page.evaluate(HERE) == "text"
    keys.press("Shift+Tab")
    keys.press("Space")
    keys.press("Tab")
    assert ash.page.evaluate(HERE) == "note"
    keys.type("panic")
    for _ in ("what I wish for", "when it goes", "the words"):
        keys.press("Tab")
    assert ash.page.evaluate(HERE) == "text"
    keys.type("With you on that")
    keys.press("Shift+Enter")
    keys.type("and on the rest")
    keys.press("Enter")
    ash.page.locator("article.me", has_text="Content note: panic").locator("time").wait_for()
    said = teller.items(room)[-1]
    assert (said["text"], said["note"]) == ("With you on that\nand on the rest", "panic")
    assert said["reply_to"] == teller.items(room)[0]["seq"]
    for _ in range(3):
        keys.press("Shift")
    ash.page.wait_for_url("https://www.wikipedia.org/")


@pytest.mark.slow
def test_what_a_room_is_about_covers_it_until_escape(visitor: MakeVisitor, room: str) -> None:
    ash = visitor().sits_in(room)
    ash.page.locator(".about-link").focus()
    ash.page.keyboard.press("Enter")
    expect(ash.page.locator("#about")).to_be_visible()
    expect(ash.page.locator("#text")).to_be_hidden()  # nothing behind it gets the focus
    ash.page.keyboard.press("Tab")
    assert ash.page.evaluate("!!document.activeElement.closest('.about-close')")
    ash.page.keyboard.press("Escape")
    expect(ash.page.locator("#about")).to_be_hidden()
    assert ash.page.evaluate("document.activeElement.matches('.about-link')")


@pytest.mark.slow
def test_focus_stays_on_a_message_that_is_changed_under_it(visitor: MakeVisitor, room: str) -> None:
    ash, birch = visitor().sits_in(room), visitor().sits_in(room)
    birch.says("Nearly right")
    ash.sees("Nearly right").focus()
    birch.menu_of(birch.sees("Nearly right")).locator("[data-do=edit]").click()
    birch.until("document.querySelector('#text').value === 'Nearly right'")
    birch.says("Quite right")
    ash.sees("Quite right")
    assert "Quite right" in str(ash.page.evaluate("document.activeElement.textContent"))


@pytest.mark.slow
def test_screen_readers_hear_new_words_in_batches_and_never_my_own(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    ash = visitor().sits_in(room)
    teller = served.member_in(room)
    teller.put(room, "Just one thing")
    ash.page.locator("#say p", has_text="Just one thing").wait_for(state="attached")
    for number in range(7):
        teller.put(room, f"Quick word {number}")
    ash.says("My own words")
    ash.page.locator("#say p", has_text="new messages").wait_for(state="attached")
    heard = ash.page.locator("#say").inner_text()
    assert "My own words" not in heard
    assert ash.page.get_attribute(".log", "aria-live") is None
