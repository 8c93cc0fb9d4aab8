"""Tests and sections by the names under which papers point at them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@cache
def tests_in(path: Path) -> frozenset[str]:
    """The names of the tests in a file; none where there is no such file."""
    if not path.is_file():
        return frozenset()
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text("utf-8"), re.M))


@cache
def headings_in(path: Path) -> frozenset[str]:
    """The headings of a paper; none where there is no such paper."""
    if not path.is_file():
        return frozenset()
    return frozenset(re.findall(r"^#{1,6} (.+?)\s*$", path.read_text("utf-8"), re.M))


def is_test(named: str) -> bool:
    """Whether `tests/…/test_x.py::test_y` is there."""
    path, _, name = named.partition("::")
    return path.startswith("tests/") and name in tests_in(REPOSITORY / path)


def is_section(named: str) -> bool:
    """Whether `paper.md#Heading` is there."""
    path, _, heading = named.partition("#")
    return heading in headings_in(REPOSITORY / path)
