"""Finding a circle, sitting in and going again, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.circling import (
    OTHERS,
    is_asked_how_they_are,
    says_yes,
    sits_in_a_circle,
    wish_and_are_asked,
)
from browser.visitors import MakeVisitor, Visitor

NAME = """(() => {
  const here = document.activeElement;
  return ((here.tagName !== 'BUTTON' && here.name) || here.textContent || '').trim();
})()"""
FAR = 90  # stops
NOBODY_ELSES = "es"  # no other test's circle has a seat to offer in it


def goes_by_tab_to(one: Visitor, words: str) -> None:
    """Press Tab until what has the focus says this, or is called so."""
    for _ in range(FAR):
        one.page.keyboard.press("Tab")
        if str(one.page.evaluate(NAME)).startswith(words):
            return
    raise AssertionError(f"no stop says: {words}")


@pytest.mark.slow
def test_somebody_finds_a_circle_sits_in_and_goes_again_without_a_mouse(
    visitor: MakeVisitor,
) -> None:
    slug, _ = sits_in_a_circle(visitor(), theme="recovery")
    ash = visitor()
    ash.is_a_member()
    ash.goes_to("/circles?theme=recovery&part=evening&language=en")
    keys = ash.page.keyboard
    goes_by_tab_to(ash, "Sit in once")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles/circle-*")
    ash.goes_to(f"/circles/{slug}")
    goes_by_tab_to(ash, "promises")
    keys.press("Space")
    goes_by_tab_to(ash, "part")
    for key in ("Tab", "Tab", "Space"):  # mornings, afternoons, evenings
        keys.press(key)
    goes_by_tab_to(ash, "Sit in once")
    keys.press("Enter")
    ash.page.wait_for_url(f"**/rooms/{slug}")
    ash.is_live()
    goes_by_tab_to(ash, "Join, or not for me")
    keys.press("Enter")
    ash.page.wait_for_url(f"**/circles/{slug}#sitting-in")
    goes_by_tab_to(ash, "Not for me")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles?said=left")


@pytest.mark.slow
def test_somebody_wishes_begins_a_circle_that_another_joins_and_leaves_without_a_mouse(
    visitor: MakeVisitor,
) -> None:
    ash = visitor()
    ash.is_a_member()
    keys = ash.page.keyboard
    ash.goes_to(f"/circles?theme=new-parents&part=evening&pace=quiet&language={NOBODY_ELSES}")
    goes_by_tab_to(ash, "words")
    goes_by_tab_to(ash, "Wait for a circle")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles?said=waiting")
    others = [ash.place.newcomer() for _ in range(OTHERS)]
    wish_and_are_asked(ash.place, others, "new-parents", NOBODY_ELSES)
    for other in others:
        says_yes(other)
    ash.goes_to("/circles")
    goes_by_tab_to(ash, "Look at it, and say yes or no")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles/asked")
    assert ash.axe() == []
    goes_by_tab_to(ash, "promises")
    keys.press("Space")
    goes_by_tab_to(ash, "Yes, I’d like to begin")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles/circle-*?said=begun")
    slug = ash.page.url.split("/circles/")[1].split("?")[0]
    joins_for_good_by_keys(visitor(), slug)
    ash.goes_to(f"/circles/{slug}")
    goes_by_tab_to(ash, "Leave this circle")
    keys.press("Enter")
    ash.page.wait_for_url("**/circles?said=left")


def joins_for_good_by_keys(birch: Visitor, slug: str) -> None:
    """Somebody sees that mornings do not fit this circle, and joins it for the evenings."""
    birch.is_a_member()
    birch.goes_to(f"/circles/{slug}?part=morning")
    expect(birch.page.locator("#other-times")).to_be_visible()
    birch.goes_to(f"/circles/{slug}?part=evening")
    keys = birch.page.keyboard
    for name in ("promises", "speaks"):
        goes_by_tab_to(birch, name)
        keys.press("Space")
    goes_by_tab_to(birch, "Join for good")
    keys.press("Enter")
    birch.page.wait_for_url(f"**/circles/{slug}?said=joined")


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_says_how_they_are_after_a_circle_by_keys(
    visitor: MakeVisitor, *, scripts: bool
) -> None:
    ash = visitor(java_script_enabled=scripts)
    slug, _ = sits_in_a_circle(ash)
    is_asked_how_they_are(ash.place, slug)
    ash.goes_to("/circles/how")
    for _ in range(FAR):
        ash.page.keyboard.press("Tab")
        if ash.page.locator("button:focus", has_text="Harder than then").count():
            break
    ash.page.keyboard.press("Enter")
    ash.page.wait_for_url("**/circles/how/*")
    expect(ash.page.locator("h1")).to_have_text("Thank you for telling us")
    assert "You don’t have to go through that alone" in ash.page.inner_text("main")
