"""Remembering, beside the database, how far the record went: else its end could be cut off unseen.

The witness is a small file in the data folder. It moves on only along a chain that goes on from
what it saw, so rows that were cut off and replaced are not followed, even when more have come.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path

import structlog

from holdfast.audit.actions import record
from holdfast.audit.events import Recorded
from holdfast.audit.queries import extent_of, hash_at, links_after
from holdfast.audit.rules import WITNESSED, Breach, Head, Problem, Walk
from holdfast.audit.rules.closing import PURPOSE
from holdfast.kit.cipher import RootKey
from holdfast.kit.disk import put_in_place
from holdfast.kit.errors import HoldfastError
from holdfast.kit.work import Event, Work, Workshop
from holdfast.rights.rules import System

WITNESS_FILE = "audit-head.json"
log = structlog.get_logger()


class Witness:
    """Hears of every addition to the record, and keeps its head in a file."""

    def __init__(
        self, data: Path, workshop: Workshop, root: RootKey | None = None, years: int = 0
    ) -> None:
        self.file = data / WITNESS_FILE
        self.years = years  # for so long rows are kept; 0: for good
        self.key = None if root is None else root.derive(PURPOSE)  # closing rows are signed with it
        self.found: list[Problem] = []  # by the last walk along the whole record
        self.not_followed: list[Problem] = []
        self.trouble = ""
        self._workshop = workshop
        self._due = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known that breaks the record."""
        return not (self.found or self.not_followed)

    def hear(self, event: Event) -> None:
        """Called after each commit; writes soon after, once for many."""
        if not isinstance(event, Recorded):
            return
        self._due = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._due:
            self._due = False
            await self.follow()

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._task is not None:
            await self._task

    async def follow(self) -> None:
        """Catch up, and say in the log once what stands in the way."""
        before = self.trouble
        await self.catch_up()
        if self.not_followed and self.trouble != before:
            log.error("audit record broken", error=self.trouble)
        elif self.trouble != before:
            log.warning("audit head not witnessed", error=self.trouble)

    async def catch_up(self) -> None:
        """Move on to the record's end. What does not go on from what was seen is not followed.

        A disk or database that cannot be used now is left for the next time: the record itself is
        whole without this, and nobody in danger waits for it.
        """
        self.trouble = ""
        try:
            seen = await asyncio.to_thread(read_head, self.file)
            async with self._workshop.reading() as work:
                head, self.not_followed = await _end_after(work, seen)
            if self.not_followed:
                self.trouble = str(self.not_followed[0])
            elif head is not None and head != seen:
                await asyncio.to_thread(keep_head, self.file, head)
        except (OSError, HoldfastError) as no:
            self.trouble = type(no).__name__

    async def join(self) -> None:
        """A machine that is new to a place with several trusts the record as the others see it.

        That it does is recorded. Where a file lies already, it holds.
        """
        if await asyncio.to_thread(self.file.exists):
            return
        async with self._workshop.work() as work:
            await record(work, System(), what=WITNESSED)
        async with self._workshop.reading() as work:
            await self.begin_anew(work)

    async def begin_anew(self, work: Work) -> Head:
        """Trust the record as it stands: after a restore, or on another machine."""
        head = (await extent_of(work)).head
        await asyncio.to_thread(keep_head, self.file, head, anew=True)
        self.found, self.not_followed = [], []
        return head


async def _end_after(work: Work, seen: Head | None) -> tuple[Head | None, list[Problem]]:
    extent = await extent_of(work)
    if seen is None:
        nothing_yet = extent.head.seq == extent.last == 0
        return (extent.head if nothing_yet else None), []  # else only a person may begin anew
    standing = extent.genesis if seen.seq == extent.rolled else await hash_at(work, seen.seq)
    if standing != seen.hash:
        return None, [Problem(seen.seq, Breach.CUT if standing is None else Breach.FORGED)]
    walk = Walk(seen)
    async for link in links_after(work, seen.seq):
        walk.step(link)
    return walk.at, walk.problems


# ---------------------------------------------------------------- the file


def read_head(file: Path) -> Head | None:
    """The head in the file; none where there is no such file, or none that can be read."""
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text("ascii"))
        return Head(int(kept["seq"]), bytes.fromhex(kept["hash"]))
    return None


def keep_head(file: Path, head: Head, *, anew: bool = False) -> None:
    """Put the head on disk, whole or not at all; never an earlier one, unless `anew`."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # the command line and the server may both come
        kept = None if anew else read_head(file)
        if kept is not None and kept.seq >= head.seq:
            return
        written = json.dumps({"seq": head.seq, "hash": head.hash.hex()}) + "\n"
        put_in_place(file, written.encode("ascii"))
    finally:
        os.close(folder)
