"""Looking away in the browser: the menu of a message, what goes from the page, and the way back."""

from __future__ import annotations

import pytest

from browser.visitors import DESK, MakeVisitor, Visitor
from contract.client import Member, Place

FOCUS = "document.activeElement.id"


def talks(place: Place, room: str) -> Member:
    """Somebody who says two things in a row."""
    teller = place.member_in(room)
    teller.put(room, "The first thing")
    teller.put(room, "The second thing")
    return teller


def is_back(one: Visitor, words: str) -> None:
    one.page.locator("#unseen button").click()
    one.sees(words)
    assert one.page.locator("#unseen").count() == 0


@pytest.mark.slow
def test_hiding_and_muting_stay_on_the_page_and_are_undone_from_it(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = talks(served, room)
    ash = visitor().sits_in(room)
    ash.menu_of(ash.sees("The first thing")).locator("[data-unsee=one]").click()
    ash.page.locator("#unseen", has_text="You no longer see that message.").wait_for()
    assert ash.page.evaluate(FOCUS) == "unseen"
    assert ash.seqs() == [2]
    assert "same" not in str(ash.sees("The second thing").get_attribute("class")).split()
    assert ash.axe() == []
    is_back(ash, "The first thing")
    ash.is_live()
    ash.menu_of(ash.sees("The first thing")).locator("[data-unsee=all]").click()
    name = teller.take_seat(room)["pseudonym"]
    ash.page.locator("#unseen", has_text=f"You no longer see {name}.").wait_for()
    assert ash.seqs() == []
    teller.put(room, "The third thing")
    ash.says("Good night")
    ash.sees("Good night")
    assert ash.page.locator("article", has_text="The third thing").count() == 0
    is_back(ash, "The third thing")


@pytest.mark.slow
def test_blocking_by_keyboard_asks_first_and_hides_both_from_each_other(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    teller = talks(served, room)
    ash = visitor(viewport=DESK).sits_in(room)
    ash.sees("The second thing").focus()
    keys = ash.page.keyboard
    keys.press("Tab")
    keys.press("Enter")
    link = ash.page.locator(".act[open] .menu a", has_text="Block this person")
    for _ in range(12):
        if link.evaluate("link => link === document.activeElement"):
            break
        keys.press("Tab")
    keys.press("Enter")
    ash.page.wait_for_url("**/about#block")
    assert ash.axe() == []
    assert len(served.member_in(room).items(room)) == 2
    ash.page.locator("#block button").focus()
    keys.press("Enter")
    ash.page.locator("#unseen", has_text="They no longer see you.").wait_for()
    assert ash.page.evaluate(FOCUS) == "unseen"
    ash.is_live()
    ash.says("Only for the others")
    ash.sees("Only for the others")
    assert [m["text"] for m in teller.items(room)] == ["The first thing", "The second thing"]
    ash.goes_to("/me/blocks")
    ash.page.locator("li", has_text="blocked in").locator("button").click()
    ash.page.wait_for_url("**/me/blocks?undone=yes*")
    assert ash.axe() == []
    assert "Only for the others" in [m["text"] for m in teller.items(room)]


@pytest.mark.slow
def test_without_scripts_it_is_done_by_links_and_forms(
    visitor: MakeVisitor, served: Place, room: str
) -> None:
    talks(served, room)
    ash = visitor(java_script_enabled=False).sits_in(room)
    ash.menu_of(ash.sees("The first thing")).locator("[data-unsee=one]").click(no_wait_after=True)
    ash.page.locator("#unseen", has_text="You no longer see that message.").wait_for()
    ash.sees("The second thing")
    frame = ash.page.frame_locator(".stream-frame")
    assert frame.locator("article", has_text="The first thing").count() == 0
    ash.page.locator("#unseen button").click(no_wait_after=True)
    ash.sees("The first thing")
    ash.menu_of(ash.sees("The first thing")).locator("a", has_text="Block").click(
        no_wait_after=True
    )
    ash.page.locator("#block button").click(no_wait_after=True)
    ash.page.locator("#unseen", has_text="They no longer see you.").wait_for()
    assert ash.overflows() == []
