"""How the doctor tells what it found: the worst first, and the many helplines last."""

from __future__ import annotations

import pytest

from holdfast.app.doctor import Finding, Level
from holdfast.cli.findings import show

LINES = [
    Finding("helplines", Level.CARE, f"{land} a-line: not yet checked.", "Why.", "Check it.")
    for land in ("Austria", "Chile", "Ghana", "Nepal")
]
UNSAFE = Finding("keys", Level.UNSAFE, "A key is open to everybody.", "A reason.", "A mend.")
FOUND = [*LINES, Finding("clock", Level.FINE, "Something keeps the clock."), UNSAFE]


def test_with_all_helplines_come_last_in_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    show(FOUND, every=True)
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("unsafe   A key is open")
    assert told[3].startswith("fine     Something keeps")
    assert told[4:8] == [f"care     {line.what}" for line in LINES]
    assert (told[8].strip(), len(told)) == ("Check it.", 10)


def test_without_it_three_are_told_and_the_rest_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(FOUND, every=False)
    told = capsys.readouterr().out
    assert ("Ghana" in told, "Nepal" in told) == (True, False)
    assert "and 1 more of helplines" in told
