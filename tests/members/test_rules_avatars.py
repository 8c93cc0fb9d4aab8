"""Avatars are drawn from a seed and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.members.rules.avatars import HUES, avatar_svg, rosette_of

SVG = "{http://www.w3.org/2000/svg}"
seeds = st.text(max_size=64)
SEEDS = [f"{number:032x}" for number in range(200)]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(seeds)
def test_the_same_seed_is_always_the_same_picture(seed: str) -> None:
    assert avatar_svg(seed) == avatar_svg(seed)


@given(seeds)
def test_a_picture_is_a_whole_svg_file_whatever_the_seed(seed: str) -> None:
    root = ET.fromstring(avatar_svg(seed))  # noqa: S314 - we made it ourselves
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 48 48"
    assert root[0].tag == f"{SVG}rect"
    assert root[0].get("fill") == rosette_of(seed).background


@given(seeds)
def test_a_picture_needs_no_style_and_fetches_nothing(seed: str) -> None:
    picture = avatar_svg(seed)
    assert "style" not in picture
    assert not re.search(r"(href|url\(|<script|<image|<text|\son\w+=)", picture)


def test_a_picture_does_not_tell_its_seed() -> None:
    assert [seed for seed in SEEDS if seed in avatar_svg(seed)] == []


def test_two_hundred_seeds_give_two_hundred_pictures() -> None:
    assert len({avatar_svg(seed) for seed in SEEDS}) == len(SEEDS)


def test_two_seats_of_one_member_do_not_look_alike_by_rule() -> None:
    alike = sum(
        rosette_of(f"a{number}").background == rosette_of(f"b{number}").background
        for number in range(400)
    )
    assert 20 <= alike <= 90  # one in eight by chance


def test_every_petal_core_colour_and_count_occurs() -> None:
    rosettes = [rosette_of(str(number)) for number in range(500)]
    assert {rosette.petals for rosette in rosettes} == {4, 5, 6, 7, 8, 9}
    assert {rosette.kind for rosette in rosettes} == {0, 1, 2, 3}
    assert {rosette.core for rosette in rosettes} == {0, 1, 2}
    assert {rosette.background for rosette in rosettes} == {hue[0] for hue in HUES}


@pytest.mark.parametrize("hue", HUES)
def test_a_picture_can_be_seen_on_its_background(hue: tuple[str, str]) -> None:
    light, dark = luminance(hue[0]), luminance(hue[1])
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_a_picture_is_small() -> None:
    assert max(len(avatar_svg(seed)) for seed in SEEDS) < 2_000
