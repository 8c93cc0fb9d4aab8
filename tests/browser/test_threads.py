"""A circle in a real browser: replies are counted where they answer, as they arrive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.circling import sits_in_a_circle
from browser.visitors import MakeVisitor


@pytest.mark.slow
def test_replies_are_counted_as_they_arrive_and_lead_to_their_thread(visitor: MakeVisitor) -> None:
    one = visitor()
    slug, (other, third, *_) = sits_in_a_circle(one)
    one.goes_to(f"/rooms/{slug}").is_live()
    assert one.member is not None
    seq = one.member.put(slug, "The mornings are the hardest part").json()["seq"]
    first = one.sees("The mornings are the hardest part")
    one.page.evaluate("window.stayed = true")
    way = first.locator(".thread-of a")
    assert way.count() == 0
    other.put(slug, "And the evenings, some days", reply_to=seq)
    expect(way).to_have_text("1 reply", timeout=10_000)
    third.put(slug, "The mornings for me, too", reply_to=seq)
    expect(way).to_have_text("2 replies", timeout=10_000)
    other.put(slug, "Something that answers nothing")
    one.sees("Something that answers nothing")
    expect(way).to_have_text("2 replies")
    assert one.page.evaluate("window.stayed"), "the page was never loaded again"
    assert one.axe() == []
    way.click()
    expect(one.page.locator("h1")).to_have_text("Replies to you")
    expect(one.page.locator(".thread-replies article")).to_have_count(2)
    one.page.fill("#text", "Thank you both")
    one.page.get_by_role("button", name="Send").click()
    expect(one.page.locator(".thread-replies article")).to_have_count(3)
