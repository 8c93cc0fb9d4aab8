"""A machine that a doctor's test makes up: its files of the kernel, its clock, its disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.doctor import Answer, Finding, Level, Look, Machine
from holdfast.app.doctor.findings import Check
from holdfast.settings import Settings
from town import StillClock

GIB = 1 << 30
A_WELL_KEPT_PLACE = Answer(200, {"strict-transport-security": "max-age=63072000"})


class MadeUp:
    """A machine on which all is well, until a test says otherwise."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[str] = []
        self.put("proc/swaps", "Filename Type Size Used Priority\n")

    def put(self, path: str, written: str) -> Path:
        """A file of the kernel's."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written)
        return file

    def machine(self, **otherwise: Any) -> Machine:
        """What the doctor gets to see."""

        def ask(url: str) -> Answer:
            self.asked.append(url)
            return A_WELL_KEPT_PLACE

        given: dict[str, Any] = {
            "clock_is_kept": lambda: True,
            "ask": ask,
            "room_at": lambda _: (100 * GIB, 200 * GIB),
            "disk_of": lambda path: 2 if path.name == "keys" else 1,
            "owner_of": lambda _: 10_001,
            "open_files": lambda: 65_536,
        }
        return Machine(root=self.root, **given | otherwise)


@pytest.fixture
def made_up(tmp_path: Path) -> MadeUp:
    """The machine of this test."""
    return MadeUp(tmp_path / "machine")


@pytest.fixture
def examine(made_up: MadeUp, tmp_path: Path) -> Callable[..., Any]:
    """What one check says; settings, machine and files may be given."""

    async def ask_of(check: Check, *, machine: Machine | None = None, **more: Any) -> list[Finding]:
        data = more.pop("data", tmp_path / "data")
        settings = Settings(data=data, **more.pop("set", {}))
        looked = Look(settings, machine or made_up.machine(), StillClock().now(), **more)
        return await check(looked)

    return ask_of


def levels(findings: list[Finding]) -> list[Level]:
    """How bad they are."""
    return [finding.level for finding in findings]


def red(findings: list[Finding]) -> Finding:
    """The one thing that is not well; it says why, and what mends it."""
    (found,) = findings
    assert found.level in {Level.CARE, Level.UNSAFE}
    assert found.what.endswith(".")
    assert found.why.endswith(".")
    assert found.mend
    return found


def is_green(findings: list[Finding]) -> bool:
    """Whether all is well, and was looked at."""
    return levels(findings) == [Level.FINE]
