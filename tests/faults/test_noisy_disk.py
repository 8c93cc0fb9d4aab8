"""R16: the disk is slow to sync. Answers are slow, never early, and many go together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from faults.checker import breaches
from faults.experiments import Findings, experiment
from faults.many_figures import accepted_between, answers, percentile
from faults.places_desk import SOON, Alert
from faults.places_nodes import Node, started
from faults.places_town import Size, Town, town_at
from faults.powercut import Power

pytestmark = pytest.mark.faults
BUSY = Size(rate=260.0, crisis=0.02)
LASTS = 4.0  # seconds that the disk is as slow as that, each time
SLOW = (  # seconds that a sync takes: the least, and the most where it is by chance
    (0.05, 0.0), (0.05, 0.0), (0.05, 0.0), (0.05, 0.0), (0.1, 0.0),
    (0.2, 0.0), (0.2, 0.0), (0.5, 0.0), (0.05, 0.5), (0.05, 0.5),
)  # fmt: skip
Window = tuple[float, float, float, float]  # from, until, and how slow a sync was


async def test_a_disk_that_is_slow_to_sync_makes_answers_late_and_never_early(
    tmp_path: Path, shim: Path
) -> None:
    node = Node(tmp_path / "house")
    node.power = power = Power.over(node.data, shim)
    node.environment |= power.environment
    with (
        experiment("R16", "SQLite", seed=1600, load=str(BUSY)) as found,
        started([node]),
    ):
        async with town_at(node.url, node, seed=found.seed, size=BUSY) as town:
            await town.accepts(400)
            windows = [await _slow_for_a_while(town, power, *slow) for slow in SLOW]
            power.mend()
            found.runs = len(SLOW)
            found.judged(breaches(await town.rest()))
            await asyncio.sleep(SOON)
            alerts = town.alerts(node)
            for slow in dict.fromkeys(SLOW):
                _tell(found, town, [one for one in windows if one[2:] == slow], alerts)
            assert town.strange == []


async def _slow_for_a_while(town: Town, power: Power, least: float, most: float) -> Window:
    power.slow_down(least, most)
    await asyncio.sleep(max(least, most) + 0.3)  # what was under way is answered
    began = town.now()
    await asyncio.sleep(LASTS)
    return began, town.now(), least, most


def _tell(found: Findings, town: Town, windows: Sequence[Window], alerts: Sequence[Alert]) -> None:
    """All the times that the disk was as slow as that, told as one."""
    *_, least, most = windows[0]
    name = f"{least * 1e3:.0f} ms" + (f" to {most * 1e3:.0f} ms" if most else "")
    is_judged = not most and least <= 0.05  # the rest is only told
    everybody = {voice.name for voice in town.voices}
    took, desk, kept = [], [], 0
    for began, ended, *_ in windows:
        took += answers(town.history, began, ended)
        desk += [one.delay for one in alerts if one.told and began <= one.at < ended]
        kept += accepted_between(town.history, began, ended, everybody)
    each = kept / (LASTS * len(windows))
    found.figure(f"{name}: kept", each, "/s", at_least=200 if is_judged else None)
    found.figure(f"{name}: quickest answer", min(took, default=0.0), "s", at_least=least)
    found.figure(f"{name}: answer, p99", percentile(took, 0.99), "s")
    slowest = max(desk, default=0.0)
    found.figure(f"{name}: desk told, slowest", slowest, "s", at_most=SOON if is_judged else None)
