"""Which addresses rooms may have, and which rooms there are at the first start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.rooms.rules import FIRST_ROOMS, is_slug


@pytest.mark.parametrize("slug", ["a", "1", "night-room", "a-b-c", "a" * 48])
def test_small_letters_digits_and_single_inner_hyphens_are_an_address(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize("slug", ["", "-", "-a", "a-", "a--b", "A", "a_b", "a b", "é", "a" * 49])
def test_anything_else_is_none(slug: str) -> None:
    assert not is_slug(slug)


@given(st.text(max_size=60))
def test_no_text_is_an_address_that_a_browser_would_write_otherwise(text: str) -> None:
    if is_slug(text):
        assert text.isascii()
        assert text == text.strip().lower()
        assert not set(text) & set("/?#%.")


def test_the_first_rooms_have_addresses_of_their_own() -> None:
    slugs = [plan.slug for plan in FIRST_ROOMS]
    assert slugs == ["evening", "anxiety", "low-mood", "recovery", "grief", "night-room"]
    assert all(is_slug(slug) for slug in slugs)
