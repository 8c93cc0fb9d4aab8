"""Every row of the web checklist is held by tests that are there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from trust.named import is_test

ROWS = tomllib.loads(Path(__file__).with_name("checklist.toml").read_text("utf-8"))


def test_every_row_from_w1_to_w32_is_there_once() -> None:
    assert list(ROWS) == [f"W{number}" for number in range(1, 33)]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_held_by_tests_that_are_there_or_says_why_it_does_not_apply(row: str) -> None:
    if "none" in ROWS[row]:
        assert len(ROWS[row]["none"].split()) > 5
        return
    assert ROWS[row]["tests"]
    assert [named for named in ROWS[row]["tests"] if not is_test(named)] == []
