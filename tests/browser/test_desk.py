"""The desk in a real browser: it changes by itself, and works by keyboard and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.pages import GOODBYE, number_of, someone_says_goodbye
from browser.visitors import DESK, MakeVisitor, Visitor

MOST_TABS = 90
ON = "() => { const it = document.activeElement; return (it?.textContent ?? '').trim(); }"
IS_ON = "(id) => document.activeElement?.dataset.id === String(id)"


def at_the_desk(visitor: MakeVisitor, role: str, path: str = "/desk", **looks: object) -> Visitor:
    one = visitor(viewport=DESK, **looks)
    one.holds_cookie("holdfast", one.place.staff[role])
    return one.goes_to(path)


def tabs_to(one: Visitor, words: str) -> None:
    """With the Tab key alone, to what says this."""
    for _ in range(MOST_TABS):
        one.page.keyboard.press("Tab")
        if one.page.evaluate(ON) == words:
            return
    raise AssertionError(f"nobody gets to “{words}” by keyboard")


def moves_to(one: Visitor, number: int) -> None:
    """With J alone, to an escalation in the queue."""
    one.page.locator(f".q-item[data-id='{number}']").wait_for()
    for _ in range(MOST_TABS):
        one.page.keyboard.press("j")
        if one.page.evaluate(IS_ON, number):
            return
    raise AssertionError("nobody gets there with J")


@pytest.mark.full
def test_from_the_alert_to_the_close_by_keyboard_alone(visitor: MakeVisitor, room: str) -> None:
    sam, fern = at_the_desk(visitor, "crisis-moderator"), at_the_desk(visitor, "lead")
    sam.page.evaluate("window.stayed = true")
    number = someone_says_goodbye(sam, room)
    moves_to(sam, number)
    assert sam.page.evaluate("window.stayed"), "it appears without loading the page again"
    assert "goodbye" not in sam.page.inner_text("#queue")
    expect(sam.page.locator("#told")).not_to_be_empty()
    sam.page.keyboard.press("Enter")
    sam.page.wait_for_url(f"**/desk/escalations/{number}")
    sam.until("document.activeElement.tagName === 'H1'")
    assert GOODBYE not in sam.page.inner_text("main")
    sam.page.keyboard.press("c")
    expect(sam.page.locator("main")).to_contain_text("Taken by Sam")

    goes_there_and_writes(sam, "I am Sam. I have read what you wrote.")
    tabs_to(sam, "Back to the card")
    sam.page.keyboard.press("Enter")
    sam.page.wait_for_url(f"**/desk/escalations/{number}")

    asks_to_close(sam)
    sam.page.evaluate("window.stayed = true")

    moves_to(fern, number)
    fern.page.keyboard.press("Enter")
    fern.page.wait_for_url(f"**/desk/escalations/{number}")
    tabs_to(fern, "Yes, I agree")
    fern.page.keyboard.press("Enter")
    expect(fern.page.locator("main")).to_contain_text("This is closed.")
    expect(sam.page.locator("main")).to_contain_text("This is closed.")
    assert sam.page.evaluate("window.stayed"), "Sam's card became so by itself"


def goes_there_and_writes(one: Visitor, words: str) -> None:
    """Into the side space and its box, with the keys alone."""
    tabs_to(one, "Go to the side space")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**/rooms/side-*")
    one.is_live()
    one.page.focus("#text")
    one.page.keyboard.type(words)
    one.page.keyboard.press("Enter")
    one.sees(words)


def asks_to_close(one: Visitor) -> None:
    """With the end that begins so: “Emergency help came …”."""
    tabs_to(one, "Close it")
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("e")
    tabs_to(one, "Close")
    one.page.keyboard.press("Enter")
    expect(one.page.locator("main")).to_contain_text("You asked. It takes a second person.")


@pytest.mark.slow
def test_what_is_read_stays_read_and_what_is_written_stays_when_the_card_changes(
    visitor: MakeVisitor, room: str
) -> None:
    sam = at_the_desk(visitor, "crisis-moderator")
    teller = sam.place.member_in(room)
    teller.put(room, GOODBYE)
    number = number_of(sam, room)
    fern, own = sam.place.staff["lead"], sam.place.staff["crisis-moderator"]
    here = f"/api/v1/escalations/{number}"
    sam.place.call("POST", f"{here}/join", token=own)
    sam.goes_to(f"/desk/escalations/{number}?show=0")
    fold = sam.page.locator("details", has_text="How it ends")
    fold.locator("summary").click()
    sam.place.call("POST", f"{here}/join", token=fern)
    expect(sam.page.locator(".audit")).to_contain_text("A second person came")
    assert sam.page.locator("mark").count() > 0
    assert fold.evaluate("(one) => one.open")
    sam.page.locator("summary", has_text="Hand over to help outside").click()
    sam.page.fill("#p-words", "I have it ready")
    asked = {"to": "high", "why": "talked"}
    assert sam.place.call("POST", f"{here}/lower", token=fern, json=asked).status_code == 202
    expect(sam.page.locator("#stale")).to_be_visible()
    assert sam.page.input_value("#p-words") == "I have it ready"


@pytest.mark.slow
def test_the_time_that_is_left_runs_out_on_the_card(visitor: MakeVisitor, room: str) -> None:
    sam = at_the_desk(visitor, "crisis-moderator")
    number = someone_says_goodbye(sam, room)
    sam.page.clock.install()
    sam.goes_to(f"/desk/escalations/{number}")
    expect(sam.page.locator("main")).to_contain_text("Somebody must look within 0:")
    sam.page.clock.run_for(70_000)
    expect(sam.page.locator("main")).to_contain_text("Somebody should have looked by now.")
    assert not sam.page.get_by_text("Somebody must look within").is_visible()


@pytest.mark.slow
def test_a_lost_connection_is_said_and_so_is_its_end(visitor: MakeVisitor, room: str) -> None:
    sam = at_the_desk(visitor, "crisis-moderator")
    sam.page.locator(".q-tools").wait_for()
    sam.context.set_offline(True)
    sam.place.member_in(room).put(room, GOODBYE)
    expect(sam.page.locator("#lost")).to_be_visible(timeout=12_000)
    sam.context.set_offline(False)
    expect(sam.page.locator("#lost")).to_be_hidden(timeout=12_000)
    sam.complaints.clear()  # the browser notes that there was no connection


@pytest.mark.slow
def test_without_scripts_the_desk_is_read_taken_and_closed(visitor: MakeVisitor, room: str) -> None:
    sam = at_the_desk(visitor, "crisis-moderator", java_script_enabled=False)
    number = someone_says_goodbye(sam, room)
    sam.goes_to("/desk")
    sam.page.click(f".q-item[href='/desk/escalations/{number}']")
    sam.page.get_by_role("button", name="Take it").click()
    expect(sam.page.locator("main")).to_contain_text("Taken by Sam")
    sam.page.get_by_role("link", name="Read them").click()
    expect(sam.page.locator("mark").first).to_be_visible()
    sam.page.locator("summary", has_text="Close it").click()
    sam.page.select_option("#c-how", "safe")
    sam.page.get_by_role("button", name="Close", exact=True).click()
    expect(sam.page.locator("main")).to_contain_text("You asked. It takes a second person.")
    sam.complaints.clear()


@pytest.mark.slow
def test_in_forced_colours_the_open_card_is_still_marked(visitor: MakeVisitor, room: str) -> None:
    sam = at_the_desk(visitor, "crisis-moderator", forced_colors="active")
    number = someone_says_goodbye(sam, room)
    sam.goes_to(f"/desk/escalations/{number}")
    # The queue may be put in anew at any moment: asked again until it stands.
    expect(sam.page.locator(".q-item[aria-current]")).to_have_css("outline-style", "solid")
