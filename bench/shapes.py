"""The shapes of load: how many rooms, how many in each, who speaks, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.programs import Sample, program, read


@dataclass(frozen=True)
class Shape:
    """`rate` 0 is a closed loop: each sender keeps `window` posts on their way."""

    rooms: int
    members: int
    senders: int = 1
    window: int = 1
    rate: float = 0
    mode: str = "talk"
    missed: int = 50

    def __str__(self) -> str:
        return f"{self.rooms}x{self.members}"

    @property
    def everybody(self) -> int:
        """How many connections that is."""
        return self.rooms * self.members


@dataclass(frozen=True)
class Target:
    """A server that is ready for one shape: its rooms exist and everybody has a seat."""

    port: int
    pid: int
    prefix: str = "bench"
    tokens: Path | None = None
    beside: tuple[int, ...] = ()  # ports of more processes of the same place: members come in turn


def run_load(
    shape: Shape,
    target: Target,
    *,
    cores: tuple[int, ...],
    spent: tuple[float, float],
    began: Path | None = None,
) -> Sample:
    """Let everybody in, let them talk, and say what came of it. `spent`: warming, measuring."""
    warm, seconds = spent
    ports = ",".join(map(str, (target.port, *target.beside)))
    options: dict[str, object] = {
        "port": ports, "server": target.pid, "prefix": target.prefix,
        "rooms": shape.rooms, "members": shape.members, "senders": shape.senders,
        "window": shape.window, "rate": shape.rate, "mode": shape.mode, "missed": shape.missed,
        "seconds": seconds, "warm": warm, "cores": ",".join(map(str, cores)),
    }  # fmt: skip
    if began:
        options["began"] = began
    if target.tokens:
        options["tokens"] = target.tokens
    command = [str(program("wsload"))]
    command += [f"--{name}={value}" for name, value in options.items()]
    sample = read(command, timeout=seconds + warm + 200)
    if sample["live"] < shape.everybody:
        print(f"  only {sample['live']:.0f} of {shape.everybody} came in")
    busy_us = 1e6 * sample["server_cpu"]
    sample["us_a_delivery"] = busy_us / max(sample["deliveries_s"], 1)
    sample["us_a_message"] = busy_us / max(sample["accepted_s"], 1)
    return sample
