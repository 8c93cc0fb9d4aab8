"""A drawn community under several settings: who waits, who gives up, what helpers carry."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import Samples
from bench.session import Session
from bench.town_life.settings import Setting

COLUMNS = {
    "asks": "asks",
    "turned_away": "turned away %",
    "reply_p50": "first reply p50 s",
    "reply_p95": "p95 s",
    "concern_p95": "in concern p95 s",
    "gave_up": "gave up %",
    "reasons": "shared wishes",
    "unseen": "offers unseen %",
    "hours_p50": "listener h/week p50",
    "hours_max": "most",
    "two": "two at once %",
    "caps": "duties over the cap",
    "hand_p95": "hand p95 s",
    "joined_p95": "danger to a person p95 s",
    "wishes": "wishes",
    "circles": "circles",
    "placed": "placed %",
    "withdrawn": "withdrawn %",
    "days_p50": "days to a circle p50",
    "days_p95": "p95 days",
    "fit": "fit",
    "fit_p10": "fit p10",
    "cpu": "CPU s",
}
NOTES = [
    "everything is done by the application's own actions, on a clock that jumps; people are drawn",
    "turned away: nobody was on shift who could be called in, so no talk could begin",
    "each round is another seed; what is assumed about people stands in bench/town_life/habits.py",
]
TALKED: dict[str, Setting] = {
    "offer 90 s": Setting(),
    "offer 60 s": Setting(offer=60),
    "offer 150 s": Setting(offer=150),
    "90 s, before two at once": Setting(before=2),
    "90 s, two talks at once": Setting(most=2),
    "90 s, 60 listeners": Setting(listeners=60),
}
CIRCLES: dict[str, Setting] = {
    f"circles formed {name}": Setting(talk_days=0, circle_days=42, formed_every=hours)
    for name, hours in {
        "hourly": 1,
        "twice a day": 12,
        "daily": 24,
        "every 3 days": 72,
        "weekly": 168,
    }.items()
}


def run(session: Session) -> Outcome:
    """Every setting is lived in a process of its own, several beside each other."""
    quick, settings = session.seconds <= 1, TALKED | CIRCLES
    lives = [
        (name, replace(_short(setting) if quick else setting, seed=seed))
        for seed in range(session.rounds)
        for name, setting in settings.items()
    ]
    cores: SimpleQueue[int] = SimpleQueue()
    for core in session.cores.load:
        cores.put(core)
    rows: Samples = {name: [] for name in settings}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as shown,
        ThreadPoolExecutor(len(session.cores.load)) as crew,
    ):
        bar = shown.add_task("lives", total=len(lives))
        found = crew.map(lambda life: _lived(session, cores, life[1]), lives)
        for (name, _), sample in zip(lives, found, strict=True):
            rows[name].append(sample)
            shown.advance(bar)
    return Outcome(COLUMNS, rows, {}, NOTES)


def _short(setting: Setting) -> Setting:
    talk, circles = min(setting.talk_days, 2), min(setting.circle_days, 7)
    return replace(setting, talk_days=talk, circle_days=circles)


def _lived(session: Session, cores: SimpleQueue[int], setting: Setting) -> Sample:
    """One life, on a core that is free. Its data lie in memory and are thrown away."""
    core = cores.get()
    folder = session.places.memory / f"life-{core}-{setting.seed}-{id(setting)}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.town_life", folder, replace(setting, core=core).write()],
            stdout=subprocess.PIPE, text=True, timeout=3_600, check=True, env=_plain(),
        )  # fmt: skip
        sample: Sample = json.loads(done.stdout)
        return sample
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        cores.put(core)


def _plain() -> dict[str, str]:
    """The environment without settings of another place."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
