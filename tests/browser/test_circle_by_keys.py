"""Finding a circle, sitting in and going again, by keyboard alone."""

from __future__ import annotations

import pytest

from browser.circling import sits_in_a_circle
from browser.visitors import MakeVisitor, Visitor

NAME = "(document.activeElement.name || document.activeElement.textContent || '').trim()"
FAR = 90  # stops


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
