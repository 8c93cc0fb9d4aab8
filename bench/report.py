"""What came of it: a table for people, and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.bars import Verdict, verdicts
from bench.programs import Sample
from bench.rounds import Samples, series, spread

RESULTS = Path(__file__).parent / "results"
LOAD_LIMIT = 0.70
FAULTS = ("refused", "closed", "stalled", "unread", "unacked")


@dataclass
class Outcome:
    """One scenario: rows (shape and contestant -> samples), bars, and what must be said."""

    columns: dict[str, str]  # key in a sample -> heading
    rows: Samples = field(default_factory=dict)
    measured: dict[str, list[float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def verdicts(self) -> list[Verdict]:
        return verdicts(self.measured)

    @property
    def missed(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.met]


def show(name: str, outcome: Outcome, about: dict[str, str]) -> None:
    """Print it."""
    print(f"\n{name}")
    for what, value in about.items():
        print(f"  {what + ':':<10} {value}")
    print(_table([["", *outcome.columns.values()], *_rows(outcome)]))
    for line in [*outcome.notes, *load_notes(outcome.rows), *fault_notes(outcome.rows)]:
        print(f"  · {line}")
    if outcome.verdicts:
        print(_table([["bar", "measured", "bar", "stretch", ""], *map(_verdict, outcome.verdicts)]))


def write(name: str, outcome: Outcome, about: dict[str, str]) -> Path:
    """Keep it as JSON, with every round."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(as_json(name, outcome, about), indent=1) + "\n")
    return path


def as_json(name: str, outcome: Outcome, about: dict[str, str]) -> dict[str, Any]:
    """The whole outcome as plain values."""
    return {
        "scenario": name,
        **about,
        "bars": {
            verdict.key: {
                "median": round(verdict.value, 3),
                "rounds": [round(value, 3) for value in verdict.values],
                "bar": verdict.bar.bar,
                "stretch": verdict.bar.stretch,
                "unit": verdict.bar.unit,
                "is": verdict.word,
            }
            for verdict in outcome.verdicts
        },
        "notes": [*outcome.notes, *load_notes(outcome.rows), *fault_notes(outcome.rows)],
        "rows": outcome.rows,
    }


def load_notes(rows: Samples) -> list[str]:
    """How busy the load generator was: above 70 % the server was perhaps not the limit."""
    busiest = {name: _highest(samples, "load_cpu_max") for name, samples in rows.items()}
    if not any(busiest.values()):
        return []
    above = [f"{name} ({busy:.0%})" for name, busy in busiest.items() if busy >= LOAD_LIMIT]
    if above:
        return [
            f"the load generator may have been the limit (70 % and more) in: {', '.join(above)}"
        ]
    return [
        f"the load generator's busiest core was below 70 %: {max(busiest.values()):.0%} at most"
    ]


def fault_notes(rows: Samples) -> list[str]:
    """What was refused, dropped or not delivered, in words; nothing when all is well."""
    faults = []
    for name, samples in rows.items():
        counts = {fault: _highest(samples, fault) for fault in FAULTS}
        bad = [f"{count:.0f} {fault}" for fault, count in counts.items() if count]
        if bad:
            faults.append(f"{name}: {', '.join(bad)} in the worst round")
    return faults


def _highest(samples: Sequence[Sample], key: str) -> float:
    return max((sample.get(key, 0) for sample in samples), default=0)


def _rows(outcome: Outcome) -> list[list[str]]:
    return [
        [name, *(_cell(samples, key) for key in outcome.columns)]
        for name, samples in outcome.rows.items()
    ]


def _cell(samples: Sequence[Sample], key: str) -> str:
    return spread(series(samples, key)) if all(key in sample for sample in samples) else ""


def _verdict(verdict: Verdict) -> list[str]:
    bar, unit = verdict.bar, verdict.bar.unit
    side = "≤" if bar.at_most else "≥"
    measured = f"{spread(verdict.values)} {unit}"
    return [bar.what, measured, f"{side} {bar.bar:g} {unit}", f"{bar.stretch:g}", verdict.word]


def _table(lines: list[list[str]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    padded = [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    rule = "  " + "  ".join("-" * width for width in widths)
    return "\n".join(["", padded[0], rule, *padded[1:], ""])
