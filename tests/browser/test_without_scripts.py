"""With JavaScript off: writing, answering and leaving work, and the room is live all the same."""

from __future__ import annotations

import time

import pytest

from browser.visitors import DESK, NEUTRAL, PHONE, MakeVisitor
from contract.client import Place

LIVE_WITHIN = 2.0


def test_a_message_from_another_browser_appears_without_a_reload(
    visitor: MakeVisitor, room: str
) -> None:
    birch = visitor(viewport=DESK).sits_in(room)
    ash = visitor(java_script_enabled=False).sits_in(room)
    birch.says("Before you looked")
    ash.sees("Before you looked")
    frames = len(ash.page.frames)
    began = time.monotonic()
    birch.says("Live without any script")
    seen = ash.sees("Live without any script", timeout=LIVE_WITHIN * 1000)
    assert time.monotonic() - began < LIVE_WITHIN
    assert len(ash.page.frames) == frames == 2
    box = seen.bounding_box()
    composer = ash.page.locator(".comp").bounding_box()
    assert box is not None
    assert composer is not None
    assert box["y"] + box["height"] <= composer["y"] + 1, "the newest is in view"


@pytest.mark.slow
def test_words_go_out_by_a_plain_form(visitor: MakeVisitor, served: Place, room: str) -> None:
    ash = visitor(java_script_enabled=False).sits_in(room)
    opens = ash.page.get_by_role("checkbox", name="Note and time")
    assert opens.get_attribute("id") == "extras"
    ash.page.click("label[for=extras]")
    for choice in ("#wants", "#expires"):
        box = ash.page.locator(choice).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], "nothing is cut at the lower edge"
    ash.page.fill("#note", "grief")
    ash.page.fill("#text", "Posted with no script")
    ash.page.click(".send", no_wait_after=True)
    covered = ash.page.frame_locator(".stream-frame").locator("article", has_text="grief")
    covered.wait_for()
    covered.locator(".cw summary").click()
    assert covered.locator(".words").inner_text() == "Posted with no script"
    said = served.member_in(room).items(room)
    assert [(m["text"], m["note"]) for m in said] == [("Posted with no script", "grief")]


@pytest.mark.full
def test_whoever_writes_something_heavy_is_asked_whether_somebody_may_sit_with_them(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(java_script_enabled=False).sits_in(room)
    offer = ash.page.get_by_role("button", name="Yes, listen to me")
    ash.page.fill("#text", "I slept a little better")
    ash.page.click(".send", no_wait_after=True)
    ash.sees("I slept a little better")
    assert offer.count() == 0
    ash.page.fill("#text", "I feel so hopeless. I don’t see the point of anything anymore.")
    ash.page.click(".send", no_wait_after=True)
    offer.wait_for()
    ash.page.get_by_role("link", name="Not now").click(no_wait_after=True)
    offer.wait_for(state="detached")


@pytest.mark.slow
def test_responding_replying_changing_and_taking_back_work(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    teller.put(room, "Is anybody there")
    ash = visitor(java_script_enabled=False).sits_in(room)
    ash.menu_of(ash.sees("Is anybody there")).locator("[value=with_you]").click()
    ash.page.wait_for_url("**#m*", wait_until="commit")
    ash.sees("Is anybody there").locator(".rx [value=with_you][name=unrespond]").wait_for()
    ash.menu_of(ash.sees("Is anybody there")).locator("[data-do=reply]").click()
    ash.page.locator(".answering .quote", has_text="Is anybody there").wait_for()
    ash.page.fill("#text", "I am")
    ash.page.click(".send", no_wait_after=True)
    ash.sees("I am").locator(".quote").wait_for()
    ash.menu_of(ash.page.frame_locator(".stream-frame").locator("article.me")).locator(
        "[data-do=edit]"
    ).click()
    ash.page.locator(".answering .quote", has_text="Change your words").wait_for()
    assert ash.page.input_value("#text") == "I am"
    ash.page.fill("#text", "I am here")
    ash.page.click(".send", no_wait_after=True)
    ash.sees("I am here").locator(".edited").wait_for()
    ash.takes_back(ash.page.frame_locator(".stream-frame").locator("article.me"))
    ash.sees("Removed by the author")
    ash.page.get_by_role("status").get_by_role("link", name="Your receipt").wait_for()
    assert [m.get("removed") for m in teller.items(room)] == [None, "author"]


@pytest.mark.slow
def test_what_is_taken_back_elsewhere_disappears_from_the_open_page(
    visitor: MakeVisitor, room: str
) -> None:
    birch = visitor().sits_in(room)
    birch.says("Too much, sorry")
    ash = visitor(java_script_enabled=False).sits_in(room)
    ash.sees("Too much, sorry")
    birch.takes_back(birch.sees("Too much, sorry"))
    ash.sees("Removed by the author")
    assert "Too much" not in ash.page.frames[1].content()


@pytest.mark.slow
def test_refused_words_come_back_into_the_page(visitor: MakeVisitor, room: str) -> None:
    ash = visitor(java_script_enabled=False).sits_in(room)
    ash.page.evaluate("document.querySelector('#text').removeAttribute('maxlength')")
    ash.page.fill("#text", "a long night " * 400)
    ash.page.click(".send", no_wait_after=True)
    ash.page.locator(".refusal", has_text="4,000").wait_for()
    assert ash.page.input_value("#text").startswith("a long night")
    ash.complaints.clear()  # the browser notes the status of the refusal


@pytest.mark.slow
def test_earlier_messages_have_a_page_of_their_own(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = served.member_in(room)
    for number in range(60):
        teller.put(room, f"Line {number}.")
    ash = visitor(java_script_enabled=False).sits_in(room)
    ash.goes_to(f"/rooms/{room}?before=20")
    assert "Line 5." in ash.page.inner_text(".log")
    assert ash.page.locator("#text").count() == 0
    ash.page.click("p.comp a", no_wait_after=True)
    ash.sees("Line 59.")


@pytest.mark.full
def test_leaving_goes_to_the_neutral_site_and_ends_the_session(
    visitor: MakeVisitor, room: str
) -> None:
    ash = visitor(java_script_enabled=False).may_leave().sits_in(room)
    ash.page.click(".bar .exit", no_wait_after=True)
    ash.page.wait_for_url(NEUTRAL)
    ash.until_signed_out()
