"""The colours of the house: every pair that carries words or edges can be told apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src/holdfast/static/css/holdfast.css"
THEMES = {
    "light": ":root {",
    "dark": ':root[data-theme="dark"] {',
    "more": ':root[data-theme="more"] {',
}
BY_THE_SYSTEM = {"dark": "(prefers-color-scheme: dark)", "more": "(prefers-contrast: more)"}
GROUNDS = ("bg", "surface", "sunken", "own", "amber_soft", "clay_soft", "dusk_soft")
WORDS, KEY_WORDS, EDGES = 4.5, 7.0, 3.0
PAIRS = [
    *((ink, ground, WORDS) for ink in ("ink", "muted") for ground in GROUNDS),
    *(("brand_ink", ground, WORDS) for ground in ("bg", "surface", "sunken", "brand_soft")),
    *(("amber", ground, WORDS) for ground in ("surface", "bg", "amber_soft")),
    *(("clay", ground, WORDS) for ground in ("surface", "bg", "clay_soft")),
    *(("dusk", ground, WORDS) for ground in ("surface", "bg", "dusk_soft")),
    *(("brand", ground, WORDS) for ground in ("surface", "bg")),
    *((f"on_{fill}", f"{fill}_fill", WORDS) for fill in ("amber", "clay", "dusk")),
    ("on_brand", "brand", WORDS),
    ("own_ink", "own", KEY_WORDS),
    ("on_exit", "exit", KEY_WORDS),
    ("ink", "bg", KEY_WORDS),
    *(("edge", ground, EDGES) for ground in ("surface", "bg", "sunken")),
    *(("focus", ground, EDGES) for ground in ("surface", "bg", "own")),
    ("clay_fill", "surface", EDGES),
]


def colours_after(opening: str, css: str) -> dict[str, str]:
    """The custom properties of the first rule that begins so."""
    rule = css.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z_]+): (#[0-9a-f]{6});", rule))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_can_be_told_apart(theme: str) -> None:
    colours = colours_after(THEMES[theme], CSS.read_text())
    measured = {(f, b): contrast(colours[f], colours[b]) for f, b, _ in PAIRS}
    too_close = {(f, b): measured[f, b] for f, b, least in PAIRS if measured[f, b] < least}
    assert len(measured) > 40
    assert not too_close


@pytest.mark.parametrize("theme", BY_THE_SYSTEM)
def test_a_theme_looks_the_same_whether_chosen_or_taken_from_the_system(theme: str) -> None:
    css = CSS.read_text()
    chosen = colours_after(THEMES[theme], css)
    from_the_system = colours_after("{", css.split(BY_THE_SYSTEM[theme], 1)[1].split("{", 1)[1])
    assert chosen == from_the_system


def test_black_on_white_has_the_greatest_contrast_and_grey_on_grey_none() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert contrast("#777777", "#777777") == 1


def test_a_button_keeps_its_own_ink_in_a_note() -> None:
    """In the dark, the way to help once stood in a note in light letters on a light button."""
    css = CSS.read_text()
    assert re.search(r"\.note a:not\(\.btn\) \{\s+color: inherit;", css)
    assert not re.search(r"\.note a \{", css)
