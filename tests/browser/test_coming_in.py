"""Coming in with a real browser, page by page, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from browser.visitors import DESK, NEUTRAL, PHONE, MakeVisitor, Visitor

PSEUDO = "en-x-pseudo"
FOCUSED = "document.activeElement.id || document.activeElement.tagName"
NARROW = {"width": 320, "height": 640}
CONSENTS = ("promises", "words", "age", "danger-signs")
Look = Callable[[Visitor], None]


def no_fault(one: Visitor) -> None:
    """Nothing shuts anyone out, nothing reaches over the edge, nothing was complained about."""
    assert one.overflows() == []
    assert one.axe() == []
    refused = "status of 422"
    one.complaints = [words for words in one.complaints if refused not in words]
    assert one.complaints == []


def presses(one: Visitor, action: str) -> None:
    one.page.click(f"main form[action='{action}'] button")
    one.page.wait_for_load_state()


def walk(one: Visitor) -> Iterator[str]:
    """From the first page to the rooms, with something forgotten on the way; each page once."""
    for path in ("/", "/around", "/sign-in", "/come-in"):
        one.goes_to(path)
        yield path
    presses(one, "/come-in")
    yield "nothing chosen"
    one.page.check("input[value='18+']")
    presses(one, "/come-in")
    yield "promises"
    presses(one, "/come-in/check")
    yield "questions"
    one.page.check("input[value='send']")
    presses(one, "/come-in/check")
    yield "explained"
    presses(one, "/come-in/check")
    yield "yeses"
    one.page.check("#promises")
    presses(one, "/come-in/agree")
    yield "a yes missing"
    for consent in CONSENTS:
        one.page.check(f"#{consent}")
    presses(one, "/come-in/agree")
    yield "place"
    presses(one, "/come-in/words")
    yield "words"
    one.page.click("main a.btn-main")
    yield "rooms"


PAGES_ON_THE_WAY = 13
LOOKED_AT = {"/come-in", "a yes missing", "words"}  # in the long run all of them are


def walked(one: Visitor, look: Look) -> list[str]:
    seen = []
    for page in walk(one):
        look(one)
        seen.append(page)
    return seen


def test_the_way_in_is_open_to_everyone_and_what_is_missing_takes_the_focus(
    visitor: MakeVisitor,
) -> None:
    one = visitor(viewport=PHONE)
    focused = {}
    for page in walk(one):
        if page in LOOKED_AT:
            no_fault(one)
        focused[page] = one.page.evaluate(FOCUSED)
    assert len(focused) == PAGES_ON_THE_WAY
    assert focused["nothing chosen"] == focused["a yes missing"] == "summary"
    assert focused["explained"] == "H1"
    one.page.wait_for_url("**/rooms")
    one.complaints = [words for words in one.complaints if "status of 422" not in words]


@pytest.mark.slow
def test_without_scripts_the_way_in_is_the_same(visitor: MakeVisitor) -> None:
    one = visitor(java_script_enabled=False)
    assert len(walked(one, lambda _: None)) == PAGES_ON_THE_WAY
    one.page.wait_for_url("**/rooms")
    one.page.locator("main h1").wait_for()
    one.complaints = [words for words in one.complaints if "status of 422" not in words]


@pytest.mark.slow
def test_going_back_in_the_browser_leads_to_the_other_page_again(visitor: MakeVisitor) -> None:
    one = visitor()
    one.goes_to("/come-in")
    one.page.check("input[value='16-17']")
    presses(one, "/come-in")
    one.page.wait_for_url("**/come-in/younger")
    no_fault(one)
    one.page.go_back()
    one.page.wait_for_url("**/come-in/younger")
    assert one.page.locator("input[name=age]").count() == 0


@pytest.mark.slow
def test_without_scripts_leave_now_ends_the_session_and_goes_to_the_neutral_site(
    visitor: MakeVisitor,
) -> None:
    one = visitor(java_script_enabled=False).may_leave()
    one.is_a_member()
    one.goes_to("/me")
    one.page.click(".bar .exit")
    one.page.wait_for_url(NEUTRAL)
    one.until_signed_out()
    assert one.context.cookies() == []
    one.page.go_back()
    assert one.page.locator("#looks").count() == 0
    one.complaints = [words for words in one.complaints if "status of 401" not in words]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_way_in_is_open_in_every_light_and_width(
    visitor: MakeVisitor, size: dict[str, int], scheme: str
) -> None:
    one = visitor(viewport=size, color_scheme=scheme)
    assert len(walked(one, no_fault)) == PAGES_ON_THE_WAY


@pytest.mark.slow
def test_longer_words_from_right_to_left_fit_on_the_way_in(visitor: MakeVisitor) -> None:
    one = visitor(viewport=NARROW)
    one.holds_cookie("holdfast-language", PSEUDO)
    assert len(walked(one, no_fault)) == PAGES_ON_THE_WAY
    assert one.page.get_attribute("html", "dir") == "rtl"
