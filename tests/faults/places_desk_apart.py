"""The desk in a process of its own: a load that fills its own process does not make it late.

`python -m faults.places_desk_apart URL TOKEN` prints what the desk is told, a line for each:
the escalation, its version, and when, by the machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from faults.places_desk import Desk

HERE = Path(__file__).parent


class Printing(dict[int, list[tuple[int, float]]]):
    """What a desk was told, printed at once."""

    def __missing__(self, number: int) -> list[tuple[int, float]]:
        known = self[number] = _Printed(number)
        return known


class _Printed(list[tuple[int, float]]):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def append(self, told: tuple[int, float]) -> None:
        super().append(told)
        sys.stdout.write(f"{self.number} {told[0]} {told[1]}\n")
        sys.stdout.flush()


class DeskApart:
    """Somebody who watches the desk, beside the load."""

    def __init__(self, url: str, token: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._paper = Path(self._folder.name, "told")
        command = [sys.executable, "-m", "faults.places_desk_apart", url, token]
        folders = {"PYTHONPATH": os.pathsep.join([str(HERE.parent), *sys.path])}
        with self._paper.open("w") as paper:
            self._process = subprocess.Popen(command, stdout=paper, env=os.environ | folders)

    @property
    def told(self) -> dict[int, list[tuple[int, float]]]:
        """By escalation: versions, and when the desk heard of each."""
        assert self._process.poll() is None, "the desk has gone"
        told: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for line in self._paper.read_text().splitlines():
            number, version, at = line.split()
            told[int(number)].append((int(version), float(at)))
        return told

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def main(url: str, token: str) -> None:
    """Watch until killed."""
    asyncio.run(Desk(url, token, time.monotonic, told=Printing()).live())


if __name__ == "__main__":
    main(*sys.argv[1:])
