"""Rounds: A B C, A B C, ... so that a noisy minute hits everybody, and ratios within one round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from bench.programs import Sample

Trial = Callable[[], Sample]
Samples = dict[str, list[Sample]]


def interleaved(trials: Mapping[str, Trial], rounds: int) -> Samples:
    """Run every trial once a round, in the same order, and keep them apart by name."""
    samples: Samples = {name: [] for name in trials}
    for number in range(rounds):
        print(f"  round {number + 1} of {rounds}:", end="", flush=True)
        for name, trial in trials.items():
            print(f" {name}", end="", flush=True)
            samples[name].append(trial())
        print(flush=True)
    return samples


def series(samples: Sequence[Sample], key: str) -> list[float]:
    """One figure through the rounds."""
    return [sample[key] for sample in samples]


def ratios(ours: Sequence[Sample], theirs: Sequence[Sample], key: str) -> list[float]:
    """Ours by theirs, each within its own round."""
    pairs = zip(series(ours, key), series(theirs, key), strict=True)
    return [mine / max(yours, 1e-9) for mine, yours in pairs]


def percent(values: Sequence[float]) -> list[float]:
    """Shares as percentages."""
    return [100 * value for value in values]


def spread(values: Sequence[float]) -> str:
    """Median and range, for people."""
    if len(values) == 1:
        return _short(values[0])
    return f"{_short(median(values))} ({_short(min(values))} to {_short(max(values))})"


def _short(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
