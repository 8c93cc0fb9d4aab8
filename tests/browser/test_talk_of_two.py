"""What the page of a talk says and offers when something did not go as it should."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.talking import API, asking, asks, begun, on_duty, two_talk
from browser.visitors import MakeVisitor

pytestmark = pytest.mark.full
REACH = "Write to me at heron.night@example.org"


def test_a_way_to_be_reached_is_not_offered_to_be_sent_again(visitor: MakeVisitor) -> None:
    """Pressed by a listener it would count as their second try."""
    ash = visitor()
    slug, listener = begun(ash, "illness", "money")
    ash.goes_to(f"/rooms/{slug}").is_live()
    ash.says(REACH)
    stays = ash.page.locator(".wait", has_text="heron.night")
    expect(stays.get_by_role("button", name="Change the words")).to_be_visible()
    expect(stays.get_by_role("button", name="Try again")).to_be_hidden()
    listener.call("POST", f"{API}/talks/{slug}/goodbye")
    expect(ash.page.locator("#fitted")).to_contain_text("This talk has ended.")
    expect(stays.get_by_role("button", name="Change the words")).to_be_hidden()
    expect(stays.get_by_role("button", name="Copy text")).to_be_visible()


def test_without_a_connection_the_page_does_not_say_who_is_there(visitor: MakeVisitor) -> None:
    ash = visitor()
    slug, _ = begun(ash, "illness", "money")
    ash.goes_to(f"/rooms/{slug}").is_live()
    there = ash.page.locator(".here-now .xs").first
    expect(there).to_be_visible()
    ash.context.set_offline(True)
    expect(ash.page.locator(".offline").first).to_be_visible()
    expect(there).to_be_hidden()
    ash.context.set_offline(False)
    expect(there).to_be_visible(timeout=15_000)


def test_with_three_chosen_the_others_look_as_if_they_cannot_be(visitor: MakeVisitor) -> None:
    ash = visitor()
    asking(ash, "")
    wants = ash.page.locator("input[name=want]")
    look = "e => getComputedStyle(e.nextElementSibling).backgroundColor"
    before = wants.nth(5).evaluate(look)
    wants.nth(1).check(force=True)
    wants.nth(2).check(force=True)
    expect(wants.nth(5)).to_be_disabled()
    assert wants.nth(5).evaluate(look) != before


def test_a_talk_that_ended_before_a_word_asks_nobody_to_say_hello(visitor: MakeVisitor) -> None:
    ash = visitor()
    slug, listener = begun(ash, "illness", "money")
    ash.goes_to(f"/rooms/{slug}").is_live()
    hello = ash.page.get_by_role("heading", name="This room is for you two")
    expect(hello).to_be_visible()
    expect(ash.page.locator(".here-now .mine")).to_be_hidden()
    listener.call("POST", f"{API}/talks/{slug}/goodbye")
    expect(ash.page.locator("#fitted")).to_contain_text("This talk has ended.")
    expect(hello).to_be_hidden()
    ash.page.reload()
    expect(ash.page.get_by_role("link", name="Take a moment")).to_be_visible()
    assert "This room is for you two" not in ash.page.content()


def test_a_long_name_with_all_that_is_said_beside_it_stays_on_a_narrow_screen(
    visitor: MakeVisitor,
) -> None:
    ash = visitor(viewport={"width": 320, "height": 640})
    slug, _ = begun(ash, "illness", "money")
    ash.goes_to(f"/rooms/{slug}").is_live()
    ash.page.evaluate("document.documentElement.dataset.text = '150'")
    other = "document.querySelector('.here-now li:not(.mine) bdi')"
    ash.page.evaluate(f"{other}.textContent = 'Harmonious Lighthouse'")
    assert ash.overflows() == []


def test_on_a_phone_what_was_asked_for_makes_way_when_the_listener_writes(
    visitor: MakeVisitor,
) -> None:
    cedar = visitor()
    asker = cedar.place.newcomer()
    listener = on_duty(cedar.place, cedar.is_a_member(), "habit", "love")
    asks(asker, "habit", "love")
    slug = two_talk(asker, listener)
    cedar.goes_to(f"/rooms/{slug}").is_live()
    asked = cedar.page.locator("details.asked")
    expect(asked).to_have_attribute("open", "")
    cedar.page.click("#text")
    expect(asked).not_to_have_attribute("open", "")
    listener.call("DELETE", f"{API}/duty")
