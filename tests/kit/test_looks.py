"""Looks and tokens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.looks import Looks, best_language
from holdfast.kit.tokens import hash_of, make_token, random_bytes_id, random_handle

OFFERED = ("en", "es", "ar")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("fr;q=0.9, AR-eg;q=0.8", "ar"),
        ("est", "en"),
        ("*;q=0.5", "en"),
        (";;;,,,", "en"),
    ],
)
def test_the_first_language_we_have_is_spoken(accepted: str, language: str) -> None:
    assert best_language(accepted, OFFERED, "en") == language


def test_where_we_lack_the_language_the_house_s_own_is_spoken() -> None:
    assert best_language("fr", OFFERED, "ar") == "ar"
    assert best_language("fr", OFFERED, "xx") == "en"


@given(st.text(max_size=60))
def test_any_accept_language_header_finds_a_language(accepted: str) -> None:
    assert best_language(accepted, OFFERED, "en") in OFFERED


def test_arabic_runs_from_right_to_left() -> None:
    assert (Looks("ar").dir, Looks("es").dir) == ("rtl", "ltr")


def test_tokens_are_long_different_and_kept_as_a_hash_only() -> None:
    tokens = {make_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
    token = tokens.pop()
    assert len(hash_of(token)) == 32
    assert token.encode() not in hash_of(token)


def test_any_text_that_comes_as_a_token_has_a_hash() -> None:
    assert len(hash_of("\ud800")) == 32


def test_ids_say_nothing_about_when_or_where() -> None:
    assert len({random_bytes_id() for _ in range(200)}) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", random_handle()) for _ in range(50))
