"""Every page, in light and dark, narrow and wide, longer and from right to left."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import ViewportSize

from browser.pages import PAGES
from browser.visitors import DESK, PHONE, MakeVisitor, Visitor

NARROW: ViewportSize = {"width": 320, "height": 640}
SIZES: dict[str, ViewportSize] = {"phone": PHONE, "desk": DESK}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PSEUDO = "en-x-pseudo"


every_page = pytest.mark.parametrize("name", PAGES)
AT_ONCE = {"room"}  # where people are most of the time
FIRST = {"landing", "help", "desk"}  # those that matter most beside it: CI opens them


def in_the_long_run(name: str) -> Any:
    """A page, and how long a run must be to open it."""
    if name in AT_ONCE:
        return name
    return pytest.param(name, marks=pytest.mark.full if name in FIRST else pytest.mark.slow)


the_first_and_in_the_long_run_every_page = pytest.mark.parametrize(
    "name", [in_the_long_run(name) for name in PAGES]
)


def opened(visitor: MakeVisitor, name: str, room: str, **looks: Any) -> Visitor:
    one = visitor(**looks)
    PAGES[name](one, room)
    return one


def calmed(one: Visitor) -> Visitor:
    """Forget that the browser noted a 404 where we asked for one."""
    one.complaints = [c for c in one.complaints if "404" not in c]
    return one


@the_first_and_in_the_long_run_every_page
def test_a_page_shuts_nobody_out_and_keeps_within_a_phone(
    visitor: MakeVisitor, room: str, name: str
) -> None:
    one = calmed(opened(visitor, name, room))
    assert one.axe() == []
    assert one.overflows() == []


@pytest.mark.slow
@every_page
def test_a_page_shuts_nobody_out_in_light_and_dark_narrow_and_wide(
    visitor: MakeVisitor, room: str, name: str
) -> None:
    one = opened(visitor, name, room)
    found = {}
    for size, viewport in SIZES.items():
        one.page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            one.page.emulate_media(color_scheme=scheme)
            calmed(one)
            found[size, scheme] = one.axe()
    assert len(found) == 4
    assert not {where: what for where, what in found.items() if what}


@pytest.mark.slow
@every_page
def test_nothing_overflows_on_the_narrowest_screen_with_the_largest_letters(
    visitor: MakeVisitor, room: str, name: str
) -> None:
    one = calmed(opened(visitor, name, room, viewport=NARROW))
    assert one.overflows() == []
    one.page.evaluate("document.documentElement.dataset.text = '150'")
    assert one.overflows() == []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["130", "150"])
def test_the_largest_letters_leave_the_log_its_room(
    visitor: MakeVisitor, room: str, size: str
) -> None:
    one = opened(visitor, "room", room, viewport=NARROW)
    one.page.evaluate("(size) => { document.documentElement.dataset.text = size }", size)
    assert one.page.evaluate("document.querySelector('.log').clientHeight") >= 280
    composer = one.page.locator(".comp")
    composer.scroll_into_view_if_needed()
    box = composer.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= NARROW["height"] + 1


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(320, 256), (640, 400)])
def test_a_room_can_be_read_where_everything_is_drawn_larger(
    visitor: MakeVisitor, room: str, width: int, height: int
) -> None:
    one = opened(visitor, "room", room, viewport={"width": width, "height": height})
    assert one.page.evaluate("document.querySelector('.log').clientHeight") >= 150
    one.page.locator("#text").scroll_into_view_if_needed()
    box = one.page.locator("#text").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= box["y"] + box["height"] <= height + 1
    assert one.overflows() == []


@pytest.mark.slow
@every_page
def test_longer_words_from_right_to_left_fit_as_well(
    visitor: MakeVisitor, room: str, name: str
) -> None:
    one = visitor(viewport=NARROW, locale="ar")
    one.holds_cookie("holdfast-language", PSEUDO)
    one.speaks = PSEUDO
    PAGES[name](one, room)
    calmed(one)
    assert one.page.get_attribute("html", "dir") == "rtl"
    assert one.overflows() == []
    assert one.axe() == []


@pytest.mark.slow
def test_a_page_that_is_too_wide_would_be_seen(visitor: MakeVisitor) -> None:
    one = visitor(viewport=NARROW).goes_to("/help")
    assert one.overflows() == []
    one.page.evaluate(
        """() => {
          const wide = document.createElement('pre');
          wide.textContent = 'w'.repeat(400);
          document.querySelector('main').append(wide);
        }"""
    )
    assert one.overflows() != []


@pytest.mark.slow
def test_a_page_that_shuts_somebody_out_would_be_seen(visitor: MakeVisitor) -> None:
    one = visitor().goes_to("/help")
    assert one.axe() == []
    one.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [found.split(" ")[0] for found in one.axe()] == ["button-name"]
