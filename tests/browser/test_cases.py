"""A case in a real browser: by keyboard alone, without scripts, and with a lost connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.cases import MODERATOR, RUDE, someone_reports
from browser.test_desk import at_the_desk, tabs_to
from browser.visitors import MakeVisitor, Visitor


def moves_to_case(one: Visitor, number: int) -> None:
    """With J alone, to a case in the queue."""
    key = f"case-{number}"
    one.page.locator(f".q-item[data-key='{key}']").wait_for()
    for _ in range(90):
        one.page.keyboard.press("j")
        if one.page.evaluate("(key) => document.activeElement?.dataset.key === key", key):
            return
    raise AssertionError("nobody gets there with J")


@pytest.mark.slow
def test_a_case_is_claimed_read_and_closed_by_keyboard_alone(
    visitor: MakeVisitor, room: str
) -> None:
    maren = at_the_desk(visitor, MODERATOR)
    maren.page.evaluate("window.stayed = true")
    number = someone_reports(maren, room)
    moves_to_case(maren, number)
    assert maren.page.evaluate("window.stayed"), "it appears without loading the page again"
    assert RUDE not in maren.page.inner_text("#queue")
    maren.page.keyboard.press("c")
    maren.page.wait_for_url(f"**/desk/cases/{number}")
    expect(maren.page.locator("main")).to_contain_text("Claimed by you")
    expect(maren.page.locator("main")).to_contain_text(RUDE)
    tabs_to(maren, "Close without a measure")
    maren.page.keyboard.press("Enter")
    maren.page.keyboard.press("Tab")
    maren.page.keyboard.type("It was")
    tabs_to(maren, "Close")
    maren.page.keyboard.press("Enter")
    expect(maren.page.locator("main")).to_contain_text("It was talked over kindly.")
    expect(maren.page.locator(f"[data-key='case-{number}']")).to_have_count(0)


@pytest.mark.full
def test_without_scripts_a_measure_is_looked_at_and_taken(visitor: MakeVisitor, room: str) -> None:
    maren = at_the_desk(visitor, MODERATOR, java_script_enabled=False)
    number = someone_reports(maren, room)
    maren.goes_to("/desk")
    maren.page.click(f".q-item[href='/desk/cases/{number}']")
    maren.page.locator("summary", has_text="Hide the message from the room").click()
    form = maren.page.locator("#m-hide")
    form.locator("[name=rule]").select_option("kind")
    form.locator("[name=rewrite]").fill("I feel left out tonight.")
    form.locator("[name=reason]").fill("Two people asked them to stop.")
    form.get_by_role("button", name="See what they will read").click()
    expect(maren.page.locator(".told")).to_contain_text("Your message is no longer in the room")
    expect(maren.page.locator(".told")).to_contain_text(RUDE)
    maren.page.locator("#m-hide").get_by_role("button", name="Do this").click()
    expect(maren.page.locator("main")).to_contain_text("A measure was taken")
    expect(maren.page.locator("main")).to_contain_text("Two people asked them to stop.")
    maren.complaints.clear()


@pytest.mark.slow
def test_while_the_connection_is_gone_nothing_is_sent_and_nothing_typed_is_lost(
    visitor: MakeVisitor, room: str
) -> None:
    maren = at_the_desk(visitor, MODERATOR)
    number = someone_reports(maren, room)
    maren.goes_to(f"/desk/cases/{number}")
    note = maren.page.locator("#m-note")
    note.locator("[name=rule]").select_option("kind")
    note.locator("[name=words]").fill("I would love to hear how you are.")
    note.locator("[name=reason]").fill("A kind word first.")
    maren.context.set_offline(True)
    expect(maren.page.locator("#lost")).to_be_visible(timeout=15_000)
    note.get_by_role("button", name="Send in private").click()
    assert note.locator("[name=words]").input_value() == "I would love to hear how you are."
    maren.context.set_offline(False)
    expect(maren.page.locator("#lost")).to_be_hidden(timeout=15_000)
    note.get_by_role("button", name="Send in private").click()
    expect(maren.page.locator("main")).to_contain_text("A measure was taken")
    maren.complaints.clear()  # the browser notes that there was no connection


@pytest.mark.slow
def test_who_wants_no_single_keys_turns_them_off(visitor: MakeVisitor, room: str) -> None:
    maren = at_the_desk(visitor, MODERATOR)
    number = someone_reports(maren, room)
    moves_to_case(maren, number)
    maren.page.click("#keys")
    maren.page.locator("h1").click()
    maren.page.keyboard.press("j")
    assert not maren.page.evaluate("document.activeElement.matches('.q-item')")
    maren.page.reload()
    assert maren.page.get_attribute("#keys", "aria-pressed") == "false"
