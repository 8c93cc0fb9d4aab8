"""The pen: one writer at a time on a SQLite file, across threads and processes.

SQLite allows one writer. Rather than meet its "database is locked", whoever wants to write takes
the pen first: a lock inside the process and an advisory lock on a file beside the database, so
that the command line and the server queue politely. It also keeps every checkpoint alone with its
writer, which is what makes SQLite before 3.51.3 safe here (docs/decisions/0001).

Inside the process whoever waits stands in line. What members say goes to its head: on a slow disk
each commit lets one other transaction pass, however many wait, and carries all that was said.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Pen:
    """Taken for one short transaction, then given back."""

    def __init__(self, path: Path | None) -> None:
        """`path` is the lock file; None (PostgreSQL) makes a pen that everybody may hold."""
        self._shared = path is None
        self._lock = threading.Lock()
        self._file = -1 if path is None else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._line: deque[asyncio.Future[None]] = deque()
        self._has_turn = False  # somebody of this process has the pen, or is next to have it

    def take(self) -> None:
        """Wait for the pen; for threads, never for the event loop."""
        if self._shared:
            return
        self._lock.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._lock.release()
            raise

    def give_back(self) -> None:
        if self._shared:
            return
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()

    def _take_if_free(self) -> bool:
        if not self._lock.acquire(blocking=False):
            return False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.release()
            return False
        return True

    @asynccontextmanager
    async def held(self, *, ahead: bool = False) -> AsyncIterator[None]:
        """Hold the pen for the body of the `async with`; `ahead` of others who wait here."""
        if self._shared:
            yield
            return
        await self._wait_for_turn(ahead=ahead)
        try:
            if not self._take_if_free():
                await self._take_in_thread()
            try:
                yield
            finally:
                self.give_back()
        finally:
            self._pass_turn()

    async def _wait_for_turn(self, *, ahead: bool) -> None:
        if not self._has_turn:
            self._has_turn = True
            return
        mine = asyncio.get_running_loop().create_future()
        if ahead:
            self._line.appendleft(mine)
        else:
            self._line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_turn()  # it came in the same moment
            raise

    def _pass_turn(self) -> None:
        while self._line:
            following = self._line.popleft()
            if not following.done():
                following.set_result(None)
                return
        self._has_turn = False

    async def _take_in_thread(self) -> None:
        waiting = asyncio.get_running_loop().run_in_executor(None, self.take)
        try:
            await asyncio.shield(waiting)
        except asyncio.CancelledError:
            waiting.add_done_callback(self._give_back_after)
            raise

    def _give_back_after(self, taken: asyncio.Future[None]) -> None:
        if taken.exception() is None:
            self.give_back()

    def close(self) -> None:
        if not self._shared:
            os.close(self._file)


class Lease:
    """One server for each SQLite file: the second to come is told so."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """True when this process is now the one server."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return True

    def holder(self) -> int | None:
        """The process that has it, or had it last; nothing where none ever said."""
        written = os.pread(self._file, 20, 0)
        return int(written) if written.isdigit() else None

    def close(self) -> None:
        os.close(self._file)
