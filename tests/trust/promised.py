"""Reading promises and the tests they are tied to: whether each test is there and is collected."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def told_in(name: str) -> Any:
    """What one of the lists in docs/house says."""
    return tomllib.loads((ROOT / "docs" / "house" / name).read_text("utf-8"))


@cache
def collected(path: str) -> frozenset[str]:
    """The tests that a file has, as pytest collects them: none that is skipped for good."""
    file = ROOT / path
    if not file.is_file() or not file.name.startswith("test_"):
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        and one.name.startswith("test_")
        and not any("mark.skip(" in ast.unparse(mark) for mark in one.decorator_list)
    )


def is_there(test: str) -> bool:
    """Whether `tests/…/test_it.py::test_that_it_is_so` is collected."""
    path, _, name = test.partition("::")
    return name in collected(path)


def table_in(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of a page, cell by cell, without its head."""
    text = (ROOT / page).read_text("utf-8")
    under = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in under.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
