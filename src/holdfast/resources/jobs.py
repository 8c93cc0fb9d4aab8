"""Writing the checks out into the data folder, where the help page finds them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from holdfast.kit.work import Workshop
from holdfast.resources.queries import KEPT, checks_file, checks_that_stand
from holdfast.resources.rules.checks import Check


async def write_checks_out(workshop: Workshop, data: Path, *, opening: bool = False) -> None:
    """Make the file say what the database says. Atomic: a reader sees the old one or the new.

    While the house is `opening`, a database that knows of no check takes none away: it may be a
    new one, and the file all that is left.
    """
    checks = await _checks(workshop)
    if opening and not checks:
        return
    written = None
    while checks != written:  # what came while we wrote is written, too
        written = checks
        await asyncio.to_thread(_write, checks_file(data), KEPT.dump_json(written, indent=1))
        checks = await _checks(workshop)


async def _checks(workshop: Workshop) -> list[Check]:
    async with workshop.reading() as work:
        return list((await checks_that_stand(work)).values())


def _write(file: Path, found: bytes) -> None:
    if file.exists() and file.read_bytes() == found:
        return
    beside = file.with_suffix(f".{os.getpid()}.new")  # several processes may write it at once
    with beside.open("wb") as new:
        new.write(found)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
