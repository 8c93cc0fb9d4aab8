"""Two people in two windows: asked, found, talked, somebody called in, goodbye."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.talking import SENTENCE, cared_for, let_listen
from browser.visitors import DESK, MakeVisitor, Visitor

ROOM = "night-room"
CHOSEN = ("Feeling alone", "Losing someone")


@pytest.mark.slow
def test_two_people_talk_call_somebody_in_and_say_goodbye(visitor: MakeVisitor) -> None:
    ash, cedar = visitor(), visitor(viewport=DESK)
    cared_for(ash.place)
    ash.is_a_member()
    let_listen(cedar.place, cedar.is_a_member())
    goes_on_duty(cedar)
    cedar.sits_in(ROOM)
    asks(ash)
    called = cedar.page.locator("#called-now")
    expect(called).to_contain_text("Someone is looking for a listener.", timeout=10_000)
    called.get_by_role("link").click()

    offer = cedar.page.locator("#offers article", has_text=SENTENCE)
    offer.get_by_role("button", name="Yes, I’ll listen").click(timeout=10_000)
    cedar.is_live()
    expect(ash.page.locator("h1")).to_have_text("Someone is here for you", timeout=10_000)
    ash.page.get_by_role("link", name="Go in").click()
    ash.is_live()

    for one in (ash, cedar):  # who came first learns of the other by looking again
        here = one.page.locator("#fitted [data-part=here]")
        expect(here).to_contain_text("is here now", timeout=20_000)
    cedar.says("I am here. Take your time")
    ash.sees("Take your time")
    ash.says("It helps that somebody is there")
    cedar.sees("It helps that somebody is there")

    cedar.says("Write to me at heron.night@example.org")
    stays_out = cedar.page.locator(".wait", has_text="heron.night")
    expect(stays_out).to_contain_text("It stays out between two people here")
    expect(stays_out.get_by_role("button", name="Let someone read it first")).to_be_hidden()

    ash.page.get_by_role("button", name="Call someone").click()
    ash.is_live()
    expect(cedar.page.locator("#fitted")).to_contain_text("called someone from here")
    comes_and_hears_the_yes(visitor(viewport=DESK), ash)
    is_hidden_and_brought_back(ash, cedar)
    says_goodbye(ash)
    expect(cedar.page.locator("#fitted")).to_contain_text("This talk has ended.")
    expect(cedar.page.locator("form.comp")).to_be_hidden()


def goes_on_duty(one: Visitor) -> None:
    one.goes_to("/listening/duty")
    for label in CHOSEN:
        one.page.get_by_label(label).check()
    one.page.get_by_role("button", name="Go on duty").click()
    expect(one.page.locator("#duty-title")).to_contain_text("You are on duty until")


def asks(one: Visitor) -> None:
    """With an address first, which never leaves the device."""
    one.goes_to("/listening")
    one.page.fill("#words", f"{SENTENCE}, write to heron.night@example.org")
    for label in (*CHOSEN, "I understand"):
        one.page.get_by_label(label).check()
    one.page.get_by_role("button", name="Look for someone").click()
    expect(one.page.locator("#caution")).to_contain_text("It has not left this device.")
    one.page.fill("#words", SENTENCE)
    one.page.get_by_role("button", name="Look for someone").click()
    expect(one.page.locator("h1")).to_have_text("We are looking for someone")


def comes_and_hears_the_yes(hazel: Visitor, asker: Visitor) -> None:
    """Who was called in learns at once that they may read what was said before."""
    hazel.holds_cookie("holdfast", cared_for(hazel.place)["supervisor"])
    hazel.goes_to("/desk/listening")
    hazel.page.get_by_role("button", name="Go there now").first.click()
    hazel.is_live()
    expect(hazel.page.locator("#fitted")).to_contain_text("from when you came")
    came = asker.page.locator("#fitted [data-part=here] li", has_text="supervisor")
    expect(came).to_contain_text("is here now", timeout=8_000)  # and not “not here just now”
    asker.page.get_by_role("button", name="Yes, they may").click()
    expect(hazel.page.locator("#fitted")).to_contain_text("what was said before, too")
    hazel.sees("Take your time")
    hazel.sees("It helps that somebody is there")
    assert hazel.seqs() == sorted(set(hazel.seqs()))


def is_hidden_and_brought_back(asker: Visitor, listener: Visitor) -> None:
    """The house cannot read it; each of the two gets the words again, on the page that is open."""
    room = asker.page.url.rsplit("/", 1)[-1]
    words = listener.sees("Take your time")
    seat, seq = words.get_attribute("data-seat"), int(words.get_attribute("data-seq") or 0)
    wish = {"kind": "hide", "rule": "kind", "reason": "To be looked at", "seat": seat}
    hidden = as_staff(asker, "POST", f"rooms/{room}/measures", **wish, seq=seq)
    for one in (asker, listener):
        gone = one.page.locator(f"article[data-seq='{seq}']")
        expect(gone).to_contain_text("Removed by a moderator")
    as_staff(asker, "POST", f"measures/{hidden['id']}/lift")
    for one in (asker, listener):
        one.sees("Take your time")


def as_staff(one: Visitor, method: str, path: str, **body: object) -> dict[str, Any]:
    token = cared_for(one.place)["supervisor"]
    done = one.place.call(method, f"/api/v1/{path}", token=token, json=body)
    assert done.status_code < 300, done.text
    found: dict[str, Any] = done.json()
    return found


def says_goodbye(one: Visitor) -> None:
    """And keeps a line on the device."""
    one.page.get_by_role("link", name="Goodbye").click()
    one.page.get_by_role("button", name="End the talk").click()
    expect(one.page.locator("h1")).to_have_text("Take a moment")
    one.page.fill("#line", "I am not the only one")
    one.page.get_by_role("button", name="Keep it on this device").click()
    expect(one.page.locator("#keep-line [role=status]")).to_have_text("Kept on this device.")
