"""An error that nobody caught says its kind and its place, and not a word of its text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WORDS = "the bones of Tamsin Quorle"
FALLS = {
    "in a thread": "threading.Thread(target=fall).start()",
    "at the end": "fall()",
    "in a clean-up": "type('Thing', (), {'__del__': lambda self: fall()})()",
}
PROGRAM = f"""
import threading
from holdfast.app.falling import keep_words_in
def fall(): raise RuntimeError("they wrote: {WORDS}")
"""


def said_by(program: str) -> str:
    """What a program of its own says as it falls."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    return done.stderr + done.stdout


@pytest.mark.full
@pytest.mark.parametrize("where", FALLS)
def test_an_error_keeps_the_words_that_stand_in_it(where: str) -> None:
    assert WORDS in said_by(f"{PROGRAM}{FALLS[where]}")  # as Python would have it
    said = said_by(f"{PROGRAM}keep_words_in()\n{FALLS[where]}")
    assert WORDS not in said
    assert "RuntimeError at <string>:4" in said


@pytest.mark.slow
def test_a_house_that_cannot_open_says_what_fell_and_where(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
import holdfast.app.opening as opening
def put_together(*_): raise RuntimeError("they wrote: {WORDS}")
opening.put_together = put_together
from holdfast.__main__ import main
sys.argv = ["holdfast", "serve", "--port", "0", "--data", {str(tmp_path / "data")!r}]
main()
"""
    said = said_by(program)
    assert "RuntimeError at <string>:5" in said
    assert "Holdfast could not start." in said
    assert WORDS not in said
