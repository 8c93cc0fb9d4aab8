"""R15 in short: the same load for a minute on three nodes; what surely rises, is told.

The long one is `bin/bench soak --minutes 60`. A minute is too short for a bar on memory: caches
still fill. It is long enough to see files that are left open, and a log that is not emptied.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench.slope import Slope, slope

from faults.experiments import experiment
from faults.many_crowd import USUAL, crowd_at
from faults.many_figures import deliveries, percentile
from faults.many_place import THREE, ManyPlace, many_served
from faults.many_slow import memory_of

pytestmark = pytest.mark.faults
WARM = 15.0  # seconds in which caches fill
LASTS = 45.0  # seconds
EVERY = 1.5  # seconds between two looks
MOST_LOG = 64.0  # megabytes


@dataclass
class Looks:
    """What three nodes and their database weigh, again and again."""

    place: ManyPlace
    at: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    files: list[float] = field(default_factory=list)
    log: list[float] = field(default_factory=list)

    def look(self) -> None:
        """Once more."""
        nodes = self.place.nodes
        self.at.append(time.monotonic())
        self.memory.append(sum(map(memory_of, nodes)))
        open_files = [len(list(Path(f"/proc/{node.pid}/fd").iterdir())) for node in nodes]
        self.files.append(float(sum(open_files)))
        wal = self.place.primary.data / "pg_wal"
        self.log.append(sum(f.stat().st_size for f in wal.glob("0*")) / 2**20)

    def rise(self, of: list[float]) -> Slope:
        return slope(self.at, of)


async def test_a_minute_of_the_same_leaves_nothing_open(tmp_path: Path) -> None:
    with (
        experiment("R15", "in short", seed=1501, load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            await asyncio.sleep(WARM)
            looks, began = Looks(place), time.monotonic()
            while time.monotonic() < began + LASTS:
                looks.look()
                await asyncio.sleep(EVERY)
            half = began + LASTS / 2
            first = percentile(deliveries(crowd.history, began, half), 0.99)
            second = percentile(deliveries(crowd.history, half, began + LASTS), 0.99)
            found.judged(await crowd.judge(place.nodes[0]))
            assert crowd.strange == []
        files, memory = looks.rise(looks.files), looks.rise(looks.memory)
        found.runs = 1
        found.figure("open files, surely more each minute", files.low / 60, at_most=1.0)
        found.figure("open files, most", max(looks.files))
        found.figure("log of the database, most", max(looks.log), "MB", at_most=MOST_LOG)
        found.figure("memory of three nodes", looks.memory[-1], "MB")
        found.figure("memory, more at the end", looks.memory[-1] - looks.memory[0], "MB")
        found.figure("delivery, p99, first half", first, "s")
        found.figure("delivery, p99, second half", second, "s")
        found.note(f"Memory: {memory} MB. Open files: {files}.")
        found.note("The long one is `bin/bench soak`: its slopes have bars.")
