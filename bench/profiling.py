"""Where the server's time goes under load, with py-spy where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

from bench.session import Session
from bench.shapes import Shape

UNDER = Shape(20, 50, senders=10)
RATE = 200  # samples a second
SHOWN = 30
BESIDE = ("Thread.", "0x")  # threads beside the loop, which wait most of the time


def profile(session: Session) -> None:
    """Load 20x50 and sample the server's stacks meanwhile; print own and total shares."""
    spy = shutil.which("py-spy")
    if spy is None:
        raise SystemExit("bench: py-spy is not installed (pip install py-spy puts it there)")
    with session.running("holdfast") as servers:
        holdfast = servers["holdfast"]
        session.target(holdfast, UNDER)
        talk = threading.Thread(target=lambda: session.load(holdfast, UNDER))
        talk.start()
        time.sleep(session.warm + 0.5)
        stacks = _stacks(spy, holdfast.pid, session.places.memory / "stacks", session.seconds)
        talk.join()
    own, total = _shares(stacks)
    for heading, counts in (("own time", own), ("with what it calls", total)):
        print(f"\n  {heading}")
        for name, count in counts.most_common(SHOWN):
            print(f"  {100 * count / max(own.total(), 1):5.1f} %  {name}")


def _stacks(spy: str, pid: int, file: Path, seconds: float) -> list[tuple[list[str], int]]:
    duration = str(max(int(seconds) - 1, 1))
    command = [spy, "record", "--pid", str(pid), "--duration", duration, "--rate", str(RATE)]
    command += ["--format", "raw", "--nonblocking", "--output", str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=seconds + 60)
    lines = (line.rpartition(" ") for line in file.read_text().splitlines())
    stacks = [(stack.split(";"), int(count)) for stack, _, count in lines]
    return [(stack, count) for stack, count in stacks if not stack[0].startswith(BESIDE)]


def _shares(stacks: list[tuple[list[str], int]]) -> tuple[Counter[str], Counter[str]]:
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for stack, count in stacks:
        own[stack[-1]] += count
        for frame in set(stack):
            total[frame] += count
    return own, total
