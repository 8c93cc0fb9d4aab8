"""Live through one seed again, event for event, or through many to look for trouble.

How it is tried: the real ledger, hub, order, hearing, floor and lines of one to three processes run
on one event loop with a fake clock (`loop.py`). Around them stand a database whose disk forgets
what it has not synced (`disk.py`), a bus that loses, doubles and reorders (`bus.py`), lines that
are cut (`wire.py`), and clients that do what the contract says (`member.py`). Misfortunes come by
the seed (`misfortunes.py`); some limits of the product are made small, so that little is needed to
reach them. What clients saw is judged by the checker of `tests/faults`. `defects.py` breaks things
on purpose: each must be found. SQL, sealing and screening are tried elsewhere.

From `tests/`: `python -m simulation --seed 313` shows a life and what was wrong with it;
`python -m simulation --count 100000 --first 1000000` looks further than the test run does.
"""

from __future__ import annotations

import argparse
import sys

from simulation.world import lived


def main() -> int:
    """0 where nothing is wrong."""
    asked = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    asked.add_argument("--seed", type=int, help="live through this one, with a trace")
    asked.add_argument("--count", type=int, default=10_000, help="how many to live through")
    asked.add_argument("--first", type=int, default=0, help="the first of them")
    given = asked.parse_args()
    if given.seed is not None:
        outcome = lived(given.seed, tracing=True)
        say("\n".join(outcome.trace))
        say(f"\n{outcome}" if outcome.breaches else "\nNothing is wrong.")
        return 1 if outcome.breaches else 0
    wrong = 0
    for seed in range(given.first, given.first + given.count):
        outcome = lived(seed)
        if outcome.breaches:
            wrong += 1
            say(f"{outcome}  (python -m simulation --seed {seed})")
    say(f"{given.count} lives, {wrong} of them with something wrong.")
    return 1 if wrong else 0


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
