"""The time of day of one process, made wrong while it runs. See wrongclock.c for the model."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from guards import missing

SOURCE = Path(__file__).with_name("wrongclock.c")


def build_wrong_clock(folder: Path) -> Path:
    """Compile the library into a folder."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        missing("A C compiler", "apt-get install gcc libc6-dev")
    library = folder / "wrongclock.so"
    options = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")
    command = [compiler, *options, "-o", str(library), str(SOURCE), "-ldl", "-lm"]
    subprocess.run(command, check=True)
    return library


@dataclass(frozen=True)
class WrongClock:
    """One process's clock. It begins right."""

    library: Path
    file: Path

    @classmethod
    def beside(cls, folder: Path, library: Path) -> WrongClock:
        """A clock whose wrongness is kept in a file in this folder."""
        clock = cls(library, folder / "clock")
        clock.set()
        return clock

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to have this clock."""
        return {"LD_PRELOAD": str(self.library), "WRONGCLOCK": str(self.file)}

    def set(self, ahead: float = 0.0, *, drift: float = 0.0) -> None:
        """From now on so many seconds ahead (or behind), and running so much faster."""
        told = struct.pack("3d", ahead, drift, time.time())
        file = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, told, 0)  # the same file: the process has it mapped
        finally:
            os.close(file)
