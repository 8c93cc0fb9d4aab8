"""The database and its disk: slow, now and then gone, and true to what it has synced.

A transaction takes the pen, reads, and asks to be committed. Its record is then written and synced;
only what is synced can be seen, and only then the answer goes out. When the power goes, what was
not synced is there or not, by the seed. An answer that cannot come leaves its process in doubt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from holdfast.kit.errors import NotKept
from holdfast.kit.glances import NOT_READ
from holdfast.messages.ledger.batch import Plan
from holdfast.messages.ledger.entries import CommitInDoubt
from simulation.loop import Process, SimLoop
from simulation.tables import People, Tables

if TYPE_CHECKING:
    import asyncio
    from random import Random

Found = TypeVar("Found")
ANSWERS = 0.002  # seconds for one question, mostly
SYNCS = 0.004
GIVES_UP = 0.6  # seconds after which a process no longer waits for a database that is gone
STALE_PEN = 0.4  # seconds a dead process may hold the pen


class Commit:
    """One transaction on its way to the disk."""

    __slots__ = ("future", "is_sent", "plan", "process")

    def __init__(self, process: Process, plan: Plan, future: asyncio.Future[None]) -> None:
        self.process = process
        self.plan = plan
        self.future = future
        self.is_sent = False  # its record is at the database: it may survive


class Disk:
    """One database, for all processes of a place."""

    def __init__(self, loop: SimLoop, random: Random) -> None:
        self.loop = loop
        self.random = random
        self.tables = Tables()
        self.people = People()
        self.synced: list[Plan] = []  # what is there whatever happens
        self.is_up = True
        self.is_full = False
        self.slow = 1.0
        self.unreachable: set[Process] = set()
        self.stumbling: set[Process] = set()  # their next commit breaks off before it is asked for
        self.holder: Process | None = None
        self._queue: deque[tuple[Process, asyncio.Future[None]]] = deque()
        self.commit_under_way: Commit | None = None

    # -- reading ------------------------------------------------------------------------------

    async def ask(self, process: Process, question: Callable[[], Found]) -> Found:
        """What the database answers, as it was at some moment on the way. Raises `NotKept`."""
        future: asyncio.Future[Found] = self.loop.create_future()
        self.loop.after(self._time(ANSWERS), self._answer, process, question, future)
        return await future

    def _answer(
        self, process: Process, question: Callable[[], Any], future: asyncio.Future[Any]
    ) -> None:
        if not self.is_up or process in self.unreachable:
            no = NotKept(NOT_READ, code="not_read")
            self.loop.after(self.random.random() * GIVES_UP, fail, future, no)
        else:
            self.loop.after(self._time(ANSWERS), succeed, future, question())

    def _time(self, mostly: float) -> float:
        """How long something takes: mostly little, sometimes much longer."""
        chance = self.random.random()
        return mostly * self.slow * (chance if chance < 0.9 else 20 * chance)

    # -- writing ------------------------------------------------------------------------------

    async def take_pen(self, process: Process) -> None:
        """Wait for the rooms' locks. Raises `OSError` where there is no database."""
        try:
            await self.ask(process, lambda: None)
        except NotKept as no:
            raise OSError("the database is gone") from no
        future: asyncio.Future[None] = self.loop.create_future()
        self._queue.append((process, future))
        self._next()
        await future

    def _next(self) -> None:
        while self.holder is None and self._queue:
            process, future = self._queue.popleft()
            if process.alive and not future.done():
                self.holder = process
                self.loop.after(self._time(ANSWERS), succeed, future, None)

    def let_go(self, process: Process) -> None:
        """The pen is free again."""
        if self.holder is process:
            self.holder = None
            self._next()

    async def commit(self, process: Process, plan: Plan) -> None:
        """Returns when it is synced. Raises `OSError` (not kept), `CommitInDoubt` (who knows)."""
        if not self.is_up or process in self.unreachable or self.holder is not process:
            raise OSError("the database is gone")
        if (self.is_full and writes(plan)) or process in self.stumbling:
            self.stumbling.discard(process)
            raise OSError("it broke off, or the disk is full")
        commit = Commit(process, plan, self.loop.create_future())
        self.commit_under_way = commit
        self.loop.after(self._time(ANSWERS), self._arrived, commit)
        await commit.future

    def _arrived(self, commit: Commit) -> None:
        if self.commit_under_way is commit:
            commit.is_sent = True
            self.loop.after(self._time(SYNCS), self._is_synced, commit)

    def _is_synced(self, commit: Commit) -> None:
        if self.commit_under_way is commit:
            self.keep(commit.plan)
            self._end(commit)
            answer = succeed if commit.process not in self.unreachable else doubt
            self.loop.after(self._time(ANSWERS), answer, commit.future, None)

    def keep(self, plan: Plan) -> None:
        """From now on it is there, and everybody sees it."""
        self.synced.append(plan)
        self.tables.apply(plan)

    def _end(self, commit: Commit) -> None:
        self.commit_under_way = None
        self.let_go(commit.process)

    # -- what may go wrong --------------------------------------------------------------------

    def cut_power(self) -> None:
        """The database dies. What was on its way is there afterwards, or not."""
        self.is_up = False
        commit = self.commit_under_way
        waiting, self._queue = self._queue, deque()
        self.holder = None
        for _, future in waiting:
            fail(future, OSError("the database went away"))
        if commit is not None:
            survives = commit.is_sent and self.random.random() < 0.5
            self.commit_under_way = None
            doubt(commit.future)
            if survives:
                self.synced.append(commit.plan)
        self.tables = Tables(dict.fromkeys(self.tables.heads, 0))
        for plan in self.synced:
            self.tables.apply(plan)

    def come_up(self) -> None:
        """It is there again, with what it had synced."""
        self.is_up = True

    def lose_connection(self, process: Process) -> None:
        """The connection breaks: what was asked may still be done."""
        commit = self.commit_under_way
        if commit is not None and commit.process is process:
            self.loop.after(self.random.random() * 0.05, doubt, commit.future)
            if not commit.is_sent and self.random.random() < 0.5:
                self._end(commit)
        elif self.holder is process:
            self.stumbling.add(process)

    def forget(self, process: Process) -> None:
        """A process was killed: its pen is free after a while, and its commit may still be made."""
        commit = self.commit_under_way
        if commit is not None and commit.process is process:
            if not commit.is_sent and self.random.random() < 0.5:
                self._end(commit)
        elif self.holder is process:
            self.loop.after(self.random.random() * STALE_PEN, self.let_go, process)


def writes(plan: Plan) -> bool:
    """Whether anything is to be put on the disk. What was known before needs no room there."""
    said = {"facts", "outcomes", "events"}
    return any(getattr(plan, name) for name in plan.__struct_fields__ if name not in said)


def succeed(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def fail(future: asyncio.Future[Any], no: Exception) -> None:
    if not future.done():
        future.set_exception(no)


def doubt(future: asyncio.Future[Any], _: object = None) -> None:
    fail(future, CommitInDoubt())
