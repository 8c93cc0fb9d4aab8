"""The command line: which scenarios, how many rounds, and what to do with what comes of it."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from bench.machine import DISK, Cores, Places, deal_cores, description, places_for_data
from bench.profiling import profile
from bench.programs import PARTS, program
from bench.report import Outcome, as_json, show, write
from bench.scenarios import SCENARIOS
from bench.session import Session

ENDING = "A run needs nothing else on the machine, and lasts about a minute a round and scenario."


def main(arguments: list[str]) -> int:
    """Run the named scenarios; 1 when `--judge` was asked and a bar was missed."""
    chosen = _chosen(arguments)
    for name in PARTS:
        program(name)
    cores = deal_cores(sorted(os.sched_getaffinity(0)))
    os.sched_setaffinity(0, {cores.database, *cores.load})  # the server's core is the server's
    if chosen.profile:
        with places_for_data(chosen.folder) as places:
            profile(_session(chosen, cores, places))
        return 0
    outcomes: dict[str, Outcome] = {}
    missed = 0
    for name in chosen.scenario or list(SCENARIOS):
        with places_for_data(chosen.folder) as places:
            about = _about(chosen, cores, places)
            outcomes[name] = SCENARIOS[name](_session(chosen, cores, places))
        missed += len(outcomes[name].missed)
        show(name, outcomes[name], about)
        print(f"  written to {write(name, outcomes[name], about).relative_to(Path.cwd())}")
        if chosen.json:
            print(json.dumps(as_json(name, outcomes[name], about)))
    return 1 if chosen.judge and missed else 0


def _chosen(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__, epilog=ENDING)
    add = parser.add_argument
    add(
        "scenario",
        nargs="*",
        metavar="scenario",
        help=f"{', '.join(SCENARIOS)}; all when none is named",
    )
    add("--rounds", type=int, default=5, help="interleaved rounds (5; medians want five or more)")
    add("--seconds", type=float, default=4, help="measured in each trial (4)")
    add("--minutes", type=float, default=2, help="how long a soak lasts (2)")
    add("--quick", action="store_true", help="one round of one second: does it run at all?")
    add("--disk", choices=["memory", "real"], default="memory", help="for fan-out and scaling")
    add("--folder", type=Path, default=DISK, help=f"where the real disk is ({DISK})")
    add("--json", action="store_true", help="print the outcome as JSON, too")
    add("--profile", action="store_true", help="where the server's time goes (needs py-spy)")
    add("--judge", action="store_true", help="exit with 1 when a bar is missed")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.scenario) - set(SCENARIOS)
    if unknown:
        parser.error(f"no scenario is called {', '.join(sorted(unknown))}")
    return chosen


def _session(chosen: argparse.Namespace, cores: Cores, places: Places) -> Session:
    return Session(
        cores=cores,
        places=places,
        rounds=1 if chosen.quick else chosen.rounds,
        seconds=1 if chosen.quick else chosen.seconds,
        warm=1.5 if chosen.quick else 3,
        in_memory=chosen.disk == "memory",
        minutes=chosen.minutes,
    )


def _about(chosen: argparse.Namespace, cores: Cores, places: Places) -> dict[str, str]:
    rounds = "1 round of 1 s" if chosen.quick else f"{chosen.rounds} rounds of {chosen.seconds:g} s"
    return description(cores, places) | {
        "rounds": f"{rounds}, interleaved; median (lowest to highest)",
        "checks": "sealing and nonces on; limits counted, refusing nothing (HOLDFAST_LIMITS=off)",
    }
