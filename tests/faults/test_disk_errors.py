"""R4: each I/O call in turn fails. Nothing is accepted that is not kept, and nobody is misled.

After each fault the process is killed at once, without another commit, and what lies in the files
then is looked at as after a kill (what was written) and as after a power cut (what was synced).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from begun import Begun
from faults.experiments import experiment
from faults.facts import Breach
from faults.lifetimes import (
    EIO,
    FULL,
    HALF,
    NO_CALLS,
    NO_SYNCS,
    Lives,
    Told,
    broken_promises,
    lives,
)

pytestmark = pytest.mark.faults
ROUNDS = 3  # things that each says before the process is killed
HOW = {
    EIO: "one call fails (EIO)",
    HALF: "one call does half of it",
    FULL: "one call finds no room (ENOSPC)",
    NO_SYNCS: "every sync fails from one call on (EIO)",
    NO_CALLS: "every call fails from one on (EIO)",
}


def _one_fault(house: Lives, call: int, how: int) -> tuple[Told, list[Breach]]:
    """One life in which this call fails, and what it leaves to a kill and to a power cut."""
    told, power = house.live(rounds=ROUNDS, fail_at=call, how=how)
    found = broken_promises(told, power.data)
    power.cut()
    found += [one for one in broken_promises(told, power.data) if one not in found]
    if not (told.ended or told.broken):
        found.append(Breach("neither went on nor said why not", f"call {call}"))
    house.bury(power)
    return told, found


def what_became(told: Told) -> str:
    """How a life went on after its fault."""
    if told.broken:
        return "stopped, and said why"
    if told.unknown:
        return "said of something that it does not know"
    return "refused something, and went on" if told.refused else "went on and lost nothing"


@pytest.mark.parametrize("how", HOW)
def test_four_hundred_errors_of_a_disk_mislead_nobody(
    tmp_path: Path, begun: Callable[[str], Begun], shim: Path, how: int
) -> None:
    with (
        experiment("R4", HOW[how], seed=400 + how, load="the real ledger on SQLite") as found,
        lives(tmp_path / "lives", begun("sqlite"), shim) as house,
    ):
        told, power = house.live(rounds=ROUNDS)
        house.bury(power)
        random, became, accepted = Random(found.seed), Counter[str](), 0
        faults = [*range(1, told.calls + 1)]
        faults += random.choices(faults, k=max(0, 400 - len(faults)))
        for call in faults:
            after, breaches = _one_fault(house, call, how)
            became[what_became(after)] += 1
            accepted += len(after.accepted)
            found.judged(breaches)
        found.runs = len(faults)
        found.figure("I/O calls in one life, each failed once or more", told.calls)
        found.figure("messages accepted", accepted, at_least=1)
        for way, times in became.most_common():
            found.figure(f"lives that {way}", times)
        found.note(
            "This is SQLite's disk. PostgreSQL stops by itself when a sync fails; that its "
            "connections then break in the middle of a commit is tried in R2 and R6, and that "
            "nobody is misled by it in `tests/faults/test_stranded.py`."
        )
