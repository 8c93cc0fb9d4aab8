"""The bar of a phone with a PIN: one row, the way out in it, large enough for a hurried thumb."""

from __future__ import annotations

from typing import Any

import pytest

from browser.visitors import MakeVisitor, Visitor

WIDTHS = (320, 360, 375, 390)
TAP = 44
WIDE_FONT = """document.documentElement.style.setProperty(
  '--font', 'Verdana, "DejaVu Sans", system-ui, sans-serif')"""
BAR = """() => {
  const box = (one) => one.getBoundingClientRect();
  const bar = document.querySelector('.bar');
  const seen = [...bar.querySelectorAll('.logo, .btn')].filter((one) => one.checkVisibility());
  const tops = seen.map((one) => box(one).top + box(one).height / 2);
  const exit = bar.querySelector('.exit');
  const words = exit.querySelector('span');
  const picture = (of) => bar.querySelector(`${of} svg`)?.checkVisibility() ?? false;
  return {
    rows: Math.max(...tops) - Math.min(...tops) < 8 ? 1 : 2,
    tall: box(exit).height, wide: box(exit).width, words: box(words).width,
    right: Math.max(...seen.map((one) => box(one).right)), within: innerWidth,
    left: Math.min(...seen.map((one) => box(one).left)),
    lock: picture('[data-lock]'), help: picture('.help'),
    small: seen.filter((one) => Math.min(box(one).width, box(one).height) < 35.5).length,
  };
}"""


def with_a_pin(one: Visitor) -> Visitor:
    one.is_a_member()
    one.goes_to("/me/private")
    for field in ("#pin", "#again"):
        one.page.fill(field, "2468")
    one.page.click("form[action='/me/private/pin'] button")
    one.page.wait_for_url("**saved=pin*")
    return one


def wrong_with(bar: dict[str, Any]) -> list[str]:
    found = {
        "two rows": bar["rows"] != 1,
        "the way out is small": min(bar["tall"], bar["wide"]) < TAP - 0.5,
        "the way out has no words": bar["words"] < 30,
        "beyond the edge": bar["right"] > bar["within"] + 0.5 or bar["left"] < -0.5,
        "a button without its picture": not (bar["lock"] and bar["help"]),
        "a button too small": bar["small"] > 0,
    }
    return [name for name, so in found.items() if so]


@pytest.mark.full
@pytest.mark.parametrize(
    "speaks", ["", *(pytest.param(one, marks=pytest.mark.slow) for one in ("es", "ar"))]
)
def test_with_a_pin_the_way_out_stays_in_the_one_row_of_the_bar_on_every_phone(
    visitor: MakeVisitor, speaks: str
) -> None:
    one = visitor(of_its_own=True)
    one.speaks = speaks
    with_a_pin(one)
    one.page.evaluate(WIDE_FONT)
    found = {}
    for width in WIDTHS:
        one.page.set_viewport_size({"width": width, "height": 640})
        bar = one.page.evaluate(BAR)
        found[width] = (wrong_with(bar), bar) if wrong_with(bar) else None
    assert not {width: what for width, what in found.items() if what}
    assert one.page.locator(".bar .help").inner_text().strip() != ""
    if not speaks:
        names = one.page.locator(".bar").aria_snapshot()
        for name in ("Lock this page", "Help", "Leave now"):
            assert f'"{name}"' in names
