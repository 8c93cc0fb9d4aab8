"""The hazard log: whole, honest about what is left, and every control's test is really there."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from holdfast.rights.rules import STAFF_ROLES

ROOT = Path(__file__).parent.parent
LOG = tomllib.loads((ROOT / "docs/safety/hazards.toml").read_text(encoding="utf-8"))
HAZARDS: list[dict[str, Any]] = LOG["hazards"]
SAYS = ("hazard", "cause", "effect", "control", "left")
OWNERS = {*(role.value for role in STAFF_ROLES), "operator", "builders"}


@cache
def names_of_tests_in(path: str) -> frozenset[str]:
    """The names of the tests in a file; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def is_there(named: str) -> bool:
    """Whether `path::name` names a test there is."""
    path, _, name = named.partition("::")
    return name in names_of_tests_in(path)


def each_hazard(test: Any) -> Any:
    return pytest.mark.parametrize("hazard", HAZARDS, ids=[one["id"] for one in HAZARDS])(test)


def test_there_are_twenty_hazards_or_more_each_by_its_own_number() -> None:
    assert len(HAZARDS) >= 20
    assert [one["id"] for one in HAZARDS] == [f"H{n:02d}" for n in range(1, len(HAZARDS) + 1)]


@each_hazard
def test_a_hazard_says_how_it_comes_about_what_stands_against_it_and_what_is_left(
    hazard: dict[str, Any],
) -> None:
    assert set(hazard) - {"why"} == {"id", *SAYS, "test", "owner", "residual"}
    assert all(hazard[part].strip().endswith(".") for part in SAYS)
    assert hazard["owner"] in OWNERS
    assert hazard["residual"] in {"low", "medium", "high"}


@each_hazard
def test_the_test_of_a_control_is_there_or_why_there_is_none(hazard: dict[str, Any]) -> None:
    assert is_there(hazard["test"]) or (hazard["test"] == "" and hazard["why"].endswith("."))
    assert bool(hazard["test"]) != ("why" in hazard)


def test_a_test_that_is_not_there_would_be_seen() -> None:
    here = "tests/test_hazards.py::"
    assert is_there(f"{here}test_a_test_that_is_not_there_would_be_seen")
    assert not is_there(f"{here}test_of_something_else")
    assert not is_there(f"{here}is_there")
    assert not is_there("tests/test_nothing.py::test_of_something_else")
    assert not is_there("")


def test_most_controls_are_held_by_a_test() -> None:
    untested = [one["id"] for one in HAZARDS if not one["test"]]
    assert len(untested) * 4 <= len(HAZARDS), untested


def test_the_log_does_not_claim_that_somebody_qualified_has_read_it() -> None:
    assert bool(LOG["reviewed_by"]) == bool(LOG["reviewed_on"])
    assert LOG["reviewed_by"] == ""


def test_no_hazard_is_said_to_be_gone() -> None:
    assert {one["residual"] for one in HAZARDS} == {"low", "medium", "high"}
    assert not [one["id"] for one in HAZARDS if "impossible" in one["left"].lower()]
