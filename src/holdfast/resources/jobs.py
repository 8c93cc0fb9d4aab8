"""Writing the checks out into the data folder, where the help page finds them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from holdfast.kit.disk import put_in_place
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
    if not file.exists() or file.read_bytes() != found:
        put_in_place(file, found)
