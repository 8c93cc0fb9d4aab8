"""Lives of the real house under one fault each, and what is true of what they leave behind."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

from begun import Begun
from faults.facts import Breach
from faults.powercut import Power
from faults.served import ROOT, WEAKEN

PROGRAM = Path(__file__).with_name("lives.py")
NO_CALL, EIO, HALF, FULL, NO_SYNCS, NO_CALLS = range(6)  # how a call fails; see powercut_calls.h
From = Literal["start", "open"]


@dataclass
class Told:
    """What one life was told before it ended."""

    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)  # by nonce: room, seq
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    opened: bool = False
    ended: bool = False
    calls: int = 0
    broken: str = ""

    @classmethod
    def read(cls, file: Path) -> Told:
        told = cls()
        for line in file.read_text().splitlines() if file.exists() else []:
            match line.split():
                case ["accepted", nonce, room, seq]:
                    told.accepted[nonce] = (int(room), int(seq))
                case ["refused", nonce, _]:
                    told.refused.add(nonce)
                case ["unknown", nonce, *_]:
                    told.unknown.add(nonce)
                case ["open"]:
                    told.opened = True
                case ["end", calls]:
                    told.ended, told.calls = True, int(calls)
                case ["broken", what]:
                    told.broken = what
        return told


class Lives:
    """A program that forks one life after the other, on copies of one small peopled place."""

    def __init__(self, folder: Path, begun: Begun, shim: Path, *, weak: bool = False) -> None:
        self.folder, self.begun, self.shim = folder, begun, shim
        self.number = 0
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "orders").mkdir()
        paths = [ROOT / "src", ROOT / "tests", *([WEAKEN] if weak else [])]
        outside = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(begun.ready)],
            env=outside
            | {
                "LD_PRELOAD": str(shim),
                "POWERCUT_DATA": str(folder / "nothing"),
                "POWERCUT_IMAGE": str(folder / "nothing.image"),
                "POWERCUT_WAIT": "0",
                "PYTHONPATH": os.pathsep.join(map(str, reversed(paths))),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("wb"),
            text=True,
        )
        self._hear("ready")

    def _hear(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def live(
        self,
        *,
        on: Path | None = None,
        rounds: int = 6,
        since: From = "start",
        die_at: int = 0,
        fail_at: int = 0,
        how: int = NO_CALL,
    ) -> tuple[Told, Power]:
        """One life on a copy of the place (or of `on`), until its death; the power is still on."""
        self.number += 1
        place = self.folder / f"life-{self.number}"
        place.mkdir()
        data, image = place / "data", place / "data.image"
        shutil.copytree(on or self.begun.data("town"), data)
        shutil.copytree(data, image)
        order = {
            "data": str(data), "image": str(image), "told": str(place / "told"), "from": since,
            "seed": self.number, "rounds": rounds, "die_at": die_at, "fail_at": fail_at, "how": how,
        }  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        self._hear("over")
        (place / "data.orders").mkdir()
        power = Power(self.shim, data, image, place / "data.orders")
        return Told.read(place / "told"), power

    def bury(self, power: Power) -> None:
        """Nothing of this life is needed any more."""
        shutil.rmtree(power.data.parent)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


@contextmanager
def lives(folder: Path, begun: Begun, shim: Path, *, weak: bool = False) -> Iterator[Lives]:
    """The program, loaded; gone afterwards."""
    found = Lives(folder, begun, shim, weak=weak)
    try:
        yield found
    finally:
        found.close()


def broken_promises(told: Told, data: Path) -> list[Breach]:
    """What a file that was left behind does not hold, or should not."""
    where = data.parent.name
    with closing(sqlite3.connect(data / "holdfast.db")) as database:
        (sound,) = database.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            return [Breach("database broken", f"{where}: {sound}")]
        said = database.execute("SELECT nonce, room_id, seq FROM messages").fetchall()
        changed = database.execute("SELECT nonce FROM changes WHERE nonce <> ''").fetchall()
        places = database.execute(
            "SELECT room_id, seq FROM messages WHERE seq IS NOT NULL"
            " UNION ALL SELECT room_id, seq FROM changes"
        ).fetchall()
        heads = dict(database.execute("SELECT id, head FROM rooms").fetchall())
    kept = {nonce: (room, seq) for nonce, room, seq in said}
    times = Counter([*(nonce for nonce, _, _ in said), *(nonce for (nonce,) in changed)])
    found = [Breach("lost", f"{where} {n}") for n, at in told.accepted.items() if kept.get(n) != at]
    found += [Breach("refused, but kept", f"{where} {n}") for n in told.refused if n in times]
    found += [Breach("kept twice", f"{where} {n}") for n, count in times.items() if count > 1]
    for room, head in heads.items():
        if sorted(seq for at, seq in places if at == room) != list(range(1, head + 1)):
            found.append(Breach("not dense", f"{where} room {room}"))
    return found


def some_calls(random: Random, first: int, last: int, count: int) -> list[int]:
    """Calls by chance, none twice while there are enough."""
    return sorted(random.sample(range(first, last + 1), min(count, last + 1 - first)))
