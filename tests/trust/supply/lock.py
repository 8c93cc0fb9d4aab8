"""What the locks name: each package, its version, where it is wanted, its files' hashes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PINNED = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?==(\S+?)(?: ; (.+))?")
HASHED = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Locked:
    """One package of a lock."""

    name: str
    version: str
    where: str  # on which machines it is wanted; empty: on all
    hashes: tuple[str, ...]


def locked(lock: str) -> list[Locked]:
    """Every package of `requirements/<lock>.txt`. Raises `ValueError` for a line it cannot read."""
    return read_lock((ROOT / "requirements" / f"{lock}.txt").read_text("utf-8"))


def read_lock(written: str) -> list[Locked]:
    """The same of a lock's words."""
    joined = written.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith(" ")]
    return [_read(line) for line in lines if not line.startswith("#")]


def _read(line: str) -> Locked:
    said = line.partition(" --hash=")[0].strip()
    found = PINNED.fullmatch(said)
    if found is None:
        raise ValueError(f"this is no pin: {said}")
    return Locked(found[1], found[2], found[3] or "", tuple(sorted(HASHED.findall(line))))
