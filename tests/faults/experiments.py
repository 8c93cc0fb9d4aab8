"""What an experiment found: its figures against its bars, written down whether it held or not.

    with experiment("R1", "SQLite", seed=7, load=str(BASE)) as found:
        ...
        found.runs = 50
        found.judged(breaches)                       # fails at the end where there are any
        found.figure("first answer, p95", 1.2, "s", at_most=2.0)
        found.figure("messages accepted", 41_210)    # no bar: it is only told

Each part of an experiment becomes one JSON file in `build/faults`; `report.py` makes the page.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from faults.facts import Breach

WRITTEN = Path(__file__).parents[2] / "build" / "faults"
MOST_SHOWN = 12


@dataclass(frozen=True)
class Figure:
    """One number, and the bar it must not miss, where there is one."""

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_met(self) -> bool:
        under = self.at_most is None or self.value <= self.at_most
        return under and (self.at_least is None or self.value >= self.at_least)


@dataclass
class Findings:
    """What one part of an experiment did and found."""

    experiment: str  # R1 … R20
    part: str  # on what, or which half of it: "SQLite", "control: synchronous=NORMAL"
    seed: int
    load: str = ""
    runs: int = 0
    is_control: bool = False  # what is to be found here is that something is lost
    breaches: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: str = ""

    def figure(
        self,
        what: str,
        value: float,
        unit: str = "",
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Tell a number; with a bar it must meet it."""
        self.figures.append(Figure(what, round(value, 4), unit, at_most, at_least))

    def note(self, sentence: str) -> None:
        """Tell the reader something that the numbers do not."""
        self.notes.append(sentence)

    def judged(self, breaches: Sequence[Breach]) -> None:
        """Take over what the checker found."""
        self.breaches += [f"{breach.promise}: {breach.where}" for breach in breaches]

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.is_met]

    @property
    def has_held(self) -> bool:
        return not (self.breaches or self.missed or self.broken)

    def write(self, seconds: float) -> None:
        """Keep it where `report.py` finds it."""
        kept: dict[str, Any] = asdict(self) | {
            "breaches": self.breaches[:MOST_SHOWN],
            "breaches_found": len(self.breaches),
            "figures": [asdict(one) | {"is_met": one.is_met} for one in self.figures],
            "has_held": self.has_held,
            "seconds": round(seconds, 1),
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        WRITTEN.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in f"{self.experiment} {self.part}".lower())
        (WRITTEN / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


@contextmanager
def experiment(
    number: str, part: str, *, seed: int, load: str = "", is_control: bool = False
) -> Iterator[Findings]:
    """One part of an experiment. Fails at its end where a promise or a bar was not kept."""
    found = Findings(number, part, seed, load, is_control=is_control)
    began = time.monotonic()
    try:
        yield found
    except BaseException as broken:
        found.broken = type(broken).__name__
        raise
    finally:
        found.write(time.monotonic() - began)
    assert found.breaches[:MOST_SHOWN] == []
    assert [(one.what, one.value) for one in found.missed] == []
