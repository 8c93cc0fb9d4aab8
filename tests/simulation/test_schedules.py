"""Ten thousand small lives of the place, each with its own misfortunes; nothing is ever broken."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from faults.history import Accepted, Dropped, Heard, Refused, Reset, Revoked
from simulation.misfortunes import MISFORTUNES
from simulation.world import lived

SLICES, EACH = 40, 250
SEEN_AS = {  # in the trace of a life
    "lines_are_cut": "is cut",
    "a_process_is_killed": "is killed",
    "a_process_stalls": "stalls",
    "a_process_drains": "drains",
    "the_power_goes": "the power goes",
    "the_disk_is_full": "the disk is full",
    "the_disk_is_slow": "the disk is slow",
    "a_connection_to_the_database_breaks": "loses its connection",
    "a_process_is_cut_off_from_the_database": "is cut off from the database",
    "the_bus_is_bad": "the bus is bad",
    "the_bus_falls_back": "the bus falls back",
    "a_reader_is_slow": "reads nothing",
    "somebody_is_sent_away": "Revoked",
}
AGAIN = "from tests/: python -m simulation --seed "


@pytest.fixture(autouse=True)
def _what_is_loaded_stays() -> Iterator[None]:
    """The collector need not look at the whole house after every life."""
    gc.freeze()
    yield
    gc.unfreeze()


def test_there_are_ten_thousand_lives() -> None:
    assert SLICES * EACH >= 10_000


@pytest.mark.full
@pytest.mark.parametrize("part", range(SLICES))
def test_nothing_that_was_promised_is_broken(part: int) -> None:
    broken = [
        outcome
        for seed in range(part * EACH, (part + 1) * EACH)
        if (outcome := lived(seed)).breaches
    ]
    assert not broken, f"{broken[0]}; {AGAIN}{broken[0].seed}"


@pytest.mark.full
def test_the_lives_hold_what_they_are_about() -> None:
    lives = [lived(seed, tracing=True) for seed in range(300)]
    met = {type(entry) for life in lives for entry in life.history}
    assert met >= {Accepted, Dropped, Heard, Refused, Reset, Revoked}
    told = "\n".join(line for life in lives for line in life.trace)
    assert "knocks at node 2" in told
    for misfortune in MISFORTUNES:
        assert SEEN_AS[misfortune.__name__] in told, misfortune.__name__


@pytest.mark.full
def test_a_seed_gives_the_same_life_again() -> None:
    firsts = [lived(seed, tracing=True) for seed in range(40)]
    for seed, first in reversed(list(enumerate(firsts))):
        again = lived(seed, tracing=True)
        assert again.trace == first.trace
        assert again.history == first.history
