"""The command that says how well the rules read prints figures, and never a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from holdfast.cli import app
from holdfast.screening.evaluation import Screener, burden, contact, harshness, risk

RISK: list[dict[str, Any]] = [
    {"text": "I want to kill myself", "level": 3, "crisis": 1, "pair": "a", "capability": "plain"},
    {
        "text": "I want to feed the hens",
        "level": 0,
        "crisis": 0,
        "pair": "a",
        "capability": "plain",
    },
    {"text": "the moss is on the moon", "level": 4, "crisis": 1, "pair": "b", "capability": "odd"},
    {"text": "My friend wants to die", "level": 2, "crisis": 0, "pair": "b", "capability": "odd"},
]
MAIL: dict[str, Any] = {
    "text": "at marlo@example.org",
    "spans": [{"type": "email", "start": 3, "end": 20}],
}
ODD: dict[str, Any] = {
    "text": "ask the third heron",
    "spans": [{"type": "handle", "start": 4, "end": 19}],
}
CLEAN: list[dict[str, Any]] = [
    {"text": "two hens, one pond", "spans": []},
    {"text": "ring 07700 900 143", "spans": []},
]


def test_recall_and_false_alarms_are_counted_apart() -> None:
    whole, *by_capability = risk(RISK)
    assert whole.values["n"] == 3  # level 2 is neither
    assert whole.values["recall"] == 0.5
    assert whole.values["fpr"] == 0
    assert whole.values["recall_imminent"] == 0
    assert whole.values["surface_recall_level2"] == 1
    assert whole.values["pair_order_ok"] == 0.5
    assert [figures.name.strip() for figures in by_capability] == ["risk.odd", "risk.plain"]


def test_contacts_and_alarms_are_counted_apart() -> None:
    [figures] = contact("mine", [MAIL, ODD, *CLEAN])
    assert figures.values["email"] == 1
    assert figures.values["handle"] == 0
    assert figures.values["recall"] == 0.5
    assert figures.values["false_alarms"] == 0.5


def test_ordinary_talk_and_harshness_are_counted() -> None:
    [ordinary] = burden([{"text": "I want to die"}, {"text": "tea"}])
    assert ordinary.values["crisis_alerts_per_1000"] == 500
    [harsh] = harshness([{"text": "kys", "toxic": 1}, {"text": "hello you", "toxic": 0}])
    assert harsh.values["recall"] == 1
    assert harsh.values["fpr"] == 0


def test_the_scores_fit_the_interface_of_the_scripts() -> None:
    screener = Screener()
    assert screener.classify("I am going to kill myself tonight")["crisis"] == 1
    assert screener.classify("tea")["surface"] == 0
    assert screener.detect_pii("see www.example.org") == [{"type": "url", "start": 4, "end": 19}]


def test_the_command_prints_figures_and_no_text(tmp_path: Path) -> None:
    (tmp_path / "func_risk.jsonl").write_text("\n".join(map(json.dumps, RISK)))
    (tmp_path / "func_pii.jsonl").write_text("\n".join(map(json.dumps, [MAIL, ODD, *CLEAN])))
    told = CliRunner().invoke(app, ["screening", "evaluate", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert "risk.functional" in told.output
    assert "pii.func_pii" in told.output
    for row in (*RISK, MAIL, ODD, *CLEAN):
        assert str(row["text"]) not in told.output


def test_a_folder_with_nothing_to_measure_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["screening", "evaluate", str(tmp_path)])
    assert told.exit_code == 2
