"""The list of promises names tests that there are."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

HERE = Path(__file__).parent


def names_in(file: Path) -> set[str]:
    """The names of the tests in one file."""
    nodes = ast.walk(ast.parse(file.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_promise_is_proved_by_tests_that_there_are() -> None:
    promises = tomllib.loads((HERE / "promises.toml").read_text())["promise"]
    assert len({promise["id"] for promise in promises}) == len(promises)
    for promise in promises:
        assert promise.keys() == {"id", "words", "tests", "fault"}
        assert promise["tests"], promise["id"]
        for test in promise["tests"]:
            file, name = test.split("::")
            assert name in names_in(HERE / file), test
