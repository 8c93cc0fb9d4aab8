"""The C programs: built when their source is newer, run and read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parent / "c"
BUILT = Path(__file__).parent / "build"
FLAGS = ("-O2", "-Wall", "-Wextra", "-Wno-format-truncation", "-pthread")
PARTS = {
    "climit": ("climit.c",),
    "fsync": ("fsync.c",),
    "wsload": ("wsload.c", "line.c", "options.c", "report.c"),
}

Sample = dict[str, float]


def program(name: str) -> Path:
    """The program, built if it has to be."""
    target = BUILT / name
    newest = max(source.stat().st_mtime for source in SOURCES.iterdir())
    if not target.exists() or target.stat().st_mtime < newest:
        BUILT.mkdir(exist_ok=True)
        sources = [str(SOURCES / part) for part in PARTS[name]]
        subprocess.run(["cc", *FLAGS, "-o", str(target), *sources], check=True)
    return target


def read(command: list[str], *, timeout: float) -> Sample:
    """Run a program that prints one JSON line, and never wait longer than `timeout` seconds."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} stopped: {done.stderr.strip()[:500]}")
    sample: Sample = json.loads(done.stdout)
    if done.stderr:
        print(f"  {Path(command[0]).name}: {done.stderr.strip()[:300]}")
    return sample


def fsync_rate(folder: Path, *, seconds: float, beforehand: bool) -> Sample:
    """How often a second this disk makes 4 KiB safe."""
    file = str(folder / "fsync.probe")
    size = "4096"
    command = [str(program("fsync")), file, size, str(int(beforehand)), str(seconds)]
    return read(command, timeout=seconds + 60)
