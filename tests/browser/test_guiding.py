"""A guided room in a real browser: what stands at the top follows by itself, and leads there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.visitors import DESK, MakeVisitor, Visitor


def guides(one: Visitor, room: str, what: str, **body: Any) -> None:
    """The moderator, on shift, sets something in the room."""
    token = one.place.staff["moderator"]
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    here = one.place.call("POST", "/api/v1/shifts/check-in", token=token, json={"until": until})
    assert here.status_code == 200, here.text
    done = one.place.call("POST", f"/api/v1/rooms/{room}/{what}", token=token, json=body)
    assert done.is_success, done.text


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


@pytest.mark.slow
def test_what_guides_a_room_appears_by_itself_leads_there_and_goes_again(
    visitor: MakeVisitor, room: str
) -> None:
    one = visitor().sits_in(room)
    author = one.place.member_in(room)
    first = author.put(room, "Tea helps me a lot").json()["seq"]
    for number in range(12):
        one.place.member_in(room).put(room, f"A line that goes on and on, number {number}")
    one.page.evaluate("window.stayed = true")
    guides(one, room, "topic", topic="Small good things", until=soon())
    guides(one, room, "slow", seconds=60, until=soon())
    guides(one, room, "pin", seq=first)
    top = one.page.locator("#guide")
    expect(top).to_contain_text("Small good things")
    expect(top).to_contain_text("one message in 1 minute")
    pin = top.locator(".pin")
    expect(pin).to_contain_text("Tea helps me a lot")
    pin.locator("summary").click()
    pin.locator("a").click()
    one.until(f"document.activeElement.id === 'm{first}'")
    guides(one, room, "slow", seconds=30, until=soon())
    expect(top).to_contain_text("one message in 30 seconds")
    assert pin.get_attribute("open") is not None, "what somebody reads stays open"
    path = f"/api/v1/rooms/{room}/messages/{first}/edits/other-words"
    assert author.call("PUT", path, json={"text": "Cocoa helps me a lot"}).is_success
    expect(pin).to_contain_text("Cocoa helps me a lot")
    expect(pin).not_to_contain_text("Tea helps me")
    guides(one, room, "question", text="What helped you today?", nonce="question-1")
    expect(one.page.locator("#from-here")).to_contain_text("Maren")
    gap = "parseFloat(getComputedStyle(document.querySelector('#from-here + h2')).marginTop)"
    assert one.page.evaluate(gap) > 8, "the next heading stands apart"
    guides(one, room, "slow", seconds=0)
    expect(top).not_to_contain_text("one message in")
    assert one.page.evaluate("window.stayed"), "the page was never loaded again"
    assert one.axe() == []
    assert one.overflows() == []


@pytest.mark.slow
def test_a_moderator_guides_a_room_without_scripts(visitor: MakeVisitor, room: str) -> None:
    one = visitor(viewport=DESK, java_script_enabled=False)
    one.place.member_in(room).put(room, "Tea helps me a lot")
    guides(one, room, "topic", topic="Small good things", until=soon())
    one.holds_cookie("holdfast", one.place.staff["moderator"])
    one.goes_to(f"/desk/rooms/{room}")
    one.page.fill("#question", "What helped you today?")
    one.page.check("input[name=pin]")
    one.page.get_by_role("button", name="Put it to the room").click()
    expect(one.page.locator("#saved")).to_contain_text("Your question is in the room.")
    expect(one.page.locator("main")).to_contain_text("Small good things")
    one.goes_to(f"/rooms/{room}")
    one.sees("What helped you today?")
    expect(one.page.locator("#guide .pin")).to_contain_text("What helped you today?")
