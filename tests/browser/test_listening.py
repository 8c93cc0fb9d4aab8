"""Two people in two windows: asked, found, talked, somebody called in, goodbye."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.talking import SENTENCE, cared_for, may_listen
from browser.visitors import DESK, MakeVisitor


@pytest.mark.slow
def test_two_people_talk_call_somebody_in_and_say_goodbye(visitor: MakeVisitor) -> None:
    ash, cedar = visitor(), visitor(viewport=DESK)
    cared_for(ash.place)
    ash.is_a_member()
    cedar.member = may_listen(cedar.place)
    cedar.holds_cookie("holdfast", cedar.member.token)

    cedar.goes_to("/listening/duty")
    cedar.page.get_by_label("Feeling alone").check()
    cedar.page.get_by_label("Losing someone").check()
    cedar.page.get_by_role("button", name="Go on duty").click()
    expect(cedar.page.locator("#duty-title")).to_contain_text("You are on duty until")

    ash.goes_to("/listening")
    ash.page.fill("#words", f"{SENTENCE}, write to heron.night@example.org")
    ash.page.get_by_label("Feeling alone").check()
    ash.page.get_by_label("Losing someone").check()
    ash.page.get_by_label("I understand").check()
    ash.page.get_by_role("button", name="Look for someone").click()
    expect(ash.page.locator("#caution")).to_contain_text("It has not left this device.")
    ash.page.fill("#words", SENTENCE)
    ash.page.get_by_role("button", name="Look for someone").click()
    expect(ash.page.locator("h1")).to_have_text("We are looking for someone")

    offer = cedar.page.locator("#offers article", has_text=SENTENCE)
    offer.get_by_role("button", name="Yes, I’ll listen").click(timeout=10_000)
    cedar.is_live()
    expect(ash.page.locator("h1")).to_have_text("Someone is here for you", timeout=10_000)
    ash.page.get_by_role("link", name="Go in").click()
    ash.is_live()

    cedar.says("I am here. Take your time")
    ash.sees("Take your time")
    ash.says("It helps that somebody is there")
    cedar.sees("It helps that somebody is there")

    ash.page.get_by_role("button", name="Call someone").click()
    ash.is_live()
    expect(cedar.page.locator("#fitted")).to_contain_text("called someone from here")
    ash.page.get_by_role("link", name="Goodbye").click()
    ash.page.get_by_role("button", name="End the talk").click()
    expect(ash.page.locator("h1")).to_have_text("Take a moment")
    ash.page.fill("#line", "I am not the only one")
    ash.page.get_by_role("button", name="Keep it on this device").click()
    expect(ash.page.locator("#keep-line [role=status]")).to_have_text("Kept on this device.")
    expect(cedar.page.locator("#fitted")).to_contain_text("This talk has ended.")
    expect(cedar.page.locator("form.comp")).to_be_hidden()
