"""For each promise of the live line, one seeded fault turns one of its tests red."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import live.seeded_ledger
import live.seeded_line  # noqa: F401 - registers its faults, as the one above
from live.seeding import FAULTS

TESTS = Path(__file__).parents[1]
PROMISES: list[dict[str, Any]] = tomllib.loads(
    (TESTS / "contract" / "promises.toml").read_text("utf-8")
)["promise"]


def run(promise: dict[str, Any], fault: str) -> subprocess.CompletedProcess[str]:
    """The tests of a promise, against the real server with one fault in it."""
    named = [
        str(TESTS / (name if "/" in name else f"contract/{name}")) for name in promise["tests"]
    ]
    command = f"{sys.executable} {TESTS / 'live' / 'faulty.py'}"
    strange = ("PYTEST", "HOLDFAST_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(strange)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--tb=short", "-k", "not postgresql",
         "-p", "no:cacheprovider", "-p", "no:xdist", *named],
        cwd=TESTS.parent,
        env={**kept, "HOLDFAST_TEST_COMMAND": command, "HOLDFAST_FAULT": fault},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_there_is_one_fault_for_each_promise() -> None:
    assert set(FAULTS) - {"none"} == {promise["id"] for promise in PROMISES}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("promise", PROMISES, ids=[promise["id"] for promise in PROMISES])
def test_a_fault_against_the_promise_turns_its_test_red(promise: dict[str, Any]) -> None:
    done = run(promise, promise["id"])
    told = f"{done.stdout[-4_000:]}\n{done.stderr[-1_000:]}"
    assert done.returncode == 1, f"{promise['fault']}: no test noticed\n{told}"
    assert "did not come up" not in told, f"the server did not even start\n{told}"
    assert "\nFAILED " in told, told


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_without_a_fault_all_of_them_are_green() -> None:
    every = sorted({name for promise in PROMISES for name in promise["tests"]})
    done = run({"tests": every}, "none")
    assert done.returncode == 0, done.stdout[-6_000:]
