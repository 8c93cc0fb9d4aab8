"""The page of what held says what the kept run found, and hides nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from faults.experiments import WRITTEN, experiment
from faults.facts import Breach
from faults.report import LAST, ROOT, collected, page

PAGE = ROOT / "docs" / "reference" / "reliability.md"


def test_the_page_says_what_the_kept_run_found() -> None:
    run = json.loads(LAST.read_text("utf-8"))
    assert PAGE.read_text("utf-8") == page(run), (
        f"run: .venv/bin/python -m tests.faults.report > {PAGE.relative_to(ROOT)}"
    )


def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A run in which one part held, one broke a promise and one missed a bar."""
    monkeypatch.setattr("faults.experiments.WRITTEN", tmp_path)
    with experiment("R1", "one that held", seed=1) as found:
        found.runs = 3
        found.figure("first answer, p95", 1.5, "s", at_most=2.0)
    with pytest.raises(AssertionError), experiment("R1", "one that did not", seed=2) as found:
        found.judged([Breach("lost", "evening 4")])
    with pytest.raises(AssertionError), experiment("R5", "one too slow", seed=3) as found:
        found.figure("healed after", 9.0, "s", at_most=5.0)
    with pytest.raises(ZeroDivisionError), experiment("R16", "one that ended", seed=4):
        raise ZeroDivisionError
    return collected(tmp_path)


def test_what_did_not_hold_or_was_not_run_stands_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = page(_run(tmp_path, monkeypatch))
    assert "| Killed | 3 | **no**: one that did not |" in made
    assert "| first answer, p95 | 1.5 s | ≤ 2 s |" in made
    assert "| promises broken | 1 | 0 **missed** |" in made
    assert "| healed after | 9 s | ≤ 5 s **missed** |" in made
    assert "it did not come to its end (ZeroDivisionError)" in made
    assert "| R2 | Power cut | 0 | **not run** |" in made
    assert WRITTEN.parts[-2:] == ("build", "faults")
