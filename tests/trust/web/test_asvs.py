"""Every row of the ASVS has its test, its paper, or a reason; and every name in it is there."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import Any

import pytest

from trust.named import REPOSITORY, is_section, is_test

WRITTEN = REPOSITORY / "asvs.toml"
ROW = re.compile(r'^"([0-9.]+)" = ', re.M)


def is_reason(why: str) -> bool:
    """Whether it is a sentence at least."""
    return len(why.split()) >= 4 and why.endswith(".")


WHERE = {"test": is_test, "paper": is_section, "none": is_reason}
SECTIONS = (
    *("1.1 1-2", "1.2 1-9", "1.3 1-11", "1.4 1-3", "1.5 1-2", "2.1 1-3", "2.2 1-3", "2.3 1-4"),
    *(
        "2.4 1",
        "3.2 1-2",
        "3.3 1-4",
        "3.4 1-6",
        "3.5 1-5",
        "3.7 1-2",
        "4.1 1-3",
        "4.2 1",
        "4.3 1-2",
    ),
    *("4.4 1-4", "5.1 1", "5.2 1-3", "5.3 1-2", "5.4 1-3", "6.1 1-3", "6.2 1-12", "6.3 1-4"),
    *("6.4 1-4", "6.5 1-5", "6.6 1-3", "6.8 1-4", "7.1 1-3", "7.2 1-4", "7.3 1-2", "7.4 1-5"),
    *("7.5 1-2", "7.6 1-2", "8.1 1-2", "8.2 1-3", "8.3 1", "8.4 1", "9.1 1-3", "9.2 1-4"),
    *("10.1 1-2", "10.2 1-2", "10.3 1-4", "10.4 1-11", "10.5 1-5", "10.6 1-2", "10.7 1-3"),
    *("11.1 1-2", "11.2 1-3", "11.3 1-3", "11.4 1-4", "11.5 1", "11.6 1", "12.1 1-3", "12.2 1-2"),
    *("12.3 1-4", "13.1 1", "13.2 1-5", "13.3 1-2", "13.4 1-5", "14.1 1-2", "14.2 1-4", "14.3 1-3"),
    *("15.1 1-3", "15.2 1-3", "15.3 1-7", "16.1 1", "16.2 1-5", "16.3 1-4", "16.4 1-3", "16.5 1-3"),
    *("17.1 1", "17.2 1-4", "17.3 1-2"),
)
"""The rows of levels 1 and 2 of version 5.0.0, section by section."""


def rows() -> dict[str, dict[str, Any]]:
    table = tomllib.loads(WRITTEN.read_text("utf-8"))
    return {number: row for chapter in table.values() for number, row in chapter.items()}


def wanted() -> set[str]:
    found = set()
    for section in SECTIONS:
        name, _, numbers = section.partition(" ")
        first, _, last = numbers.partition("-")
        found |= {f"{name}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_every_row_of_levels_one_and_two_is_there_once_and_no_other() -> None:
    counted = Counter(ROW.findall(WRITTEN.read_text("utf-8")))
    assert len(wanted()) == 253
    assert (wanted() - set(counted), set(counted) - wanted()) == (set(), set())
    assert [number for number, times in counted.items() if times > 1] == []
    assert Counter(row["level"] for row in rows().values()) == {1: 70, 2: 183}


@pytest.mark.parametrize("chapter", sorted(tomllib.loads(WRITTEN.read_text("utf-8"))))
def test_every_row_has_one_place_where_it_is_kept_and_that_is_there(chapter: str) -> None:
    wrong = []
    for number, row in tomllib.loads(WRITTEN.read_text("utf-8"))[chapter].items():
        (where,) = set(row) - {"level", "asks"}
        if not WHERE[where](row[where]) or not 1 <= len(row["asks"].split()) <= 8:
            wrong.append(f"{number}: {row[where]}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_there_would_be_seen() -> None:
    assert is_test("tests/trust/web/test_asvs.py::test_what_is_not_there_would_be_seen")
    assert not is_test("tests/trust/web/test_asvs.py::test_that_nobody_wrote")
    assert not is_test("tests/trust/web/test_nowhere.py::test_that_nobody_wrote")
    assert is_section("SECURITY.md#How it is done")
    assert not is_section("SECURITY.md#How it is not done")
