"""Duties: what goes by the clock and writes is done by one process of a place, whichever it is.

On PostgreSQL it is the process that holds an advisory lock, on a connection of its own. Whoever
loses that connection, or has no sign of life on it, drops the duties at once. Where a machine was
cut off, the database lets go of the lock later than that; where the database itself ended the
connection, whoever has the lock next takes a breath first. So no two processes ever do them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
import structlog
from msgspec import Struct

from holdfast.app.preparing import Lock
from holdfast.app.roles import ProcessRole
from holdfast.app.rounds import Rounds
from holdfast.app.schema import Unfit
from holdfast.kit.pulse import Pulse

log = structlog.get_logger()
OPENING = 10.0  # seconds in which the database answers when the house opens
WITHIN = 3.0  # seconds in which it answers later, or the duties are dropped
PATIENCE = 5.0  # seconds that a look under way has when duties are given back
FAREWELL = 0.5  # the same where this process stops: a successor waits for the door
LET_GO = 5.0  # seconds in which a process that just stopped is gone from the database, too
IF_WE_ARE_GONE = {  # so the database notices a machine that was cut off: later than the machine
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "holdfast duties",
}
TRY = "SELECT pg_try_advisory_lock($1, $2)"
TRY_BESIDE_OTHERS = "SELECT pg_try_advisory_lock_shared($1, $2)"
GIVE_BACK = "SELECT pg_advisory_unlock($1, $2)"
SOMEBODY_HAS_THEM = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = $1::int4::oid AND objid = $2::int4::oid)"
)
WEATHER = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
NOT_ALONE = (
    "Another process already serves this database, and they would not hear each other. Stop it, "
    "or tell both that they are several: set HOLDFAST_REDIS_URL, or run `holdfast web`, "
    "`holdfast live` and `holdfast worker`, or `holdfast serve --workers N`."
)


class Pace(Struct, frozen=True):
    """How duties change hands, in seconds."""

    ask_every: float = 1.0
    nobody_for: float = 15.0  # before a process that has other work takes them
    at_most: float = 60.0  # it keeps them
    stand_back: float = 2.5  # after giving them back, so that a worker comes first
    breath: float = 0.2  # after taking them: whoever just lost them hears of it meanwhile


PACE = Pace()


class Duties:
    """Whether this process has the duties, and the rounds that go on while it has."""

    def __init__(
        self, pulse: Pulse | None, role: ProcessRole, *, shared: bool = False, pace: Pace = PACE
    ) -> None:
        """`pulse` makes connections; None (SQLite) makes duties that this process always has."""
        self._pulse = pulse
        self._role, self._shared, self._pace = role, shared, pace
        self.held = pulse is None
        self.rounds = Rounds([])
        self.cut_off = False  # the duties were lost with the database, and it is still gone
        self._connection: Any = None
        self._turned = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._taken_at = self._not_before = 0.0
        self._nobody_since: float | None = None

    async def open(self) -> None:
        """Take a place among the processes. Raises `Unfit` where others do not know of us."""
        if self._pulse is None:
            return
        self._nobody_since = self._now()
        try:
            await self._connect(OPENING)
            until = self._now() + LET_GO
            while not await self._take_place():
                if self._now() > until:
                    raise Unfit(NOT_ALONE)
                await asyncio.sleep(0.05)
            if self._role.is_eager:
                await self._try()
        except WEATHER as no:
            raise Unfit(f"The database does not answer ({type(no).__name__}).") from None

    def go_on(self) -> None:
        """From now on, look after who has the duties."""
        if self.held:
            self.rounds.begin()
        if self._pulse is not None:
            self._task = asyncio.create_task(self._look_after())

    async def close(self) -> None:
        """Give them back; who waits for them has them at once."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.rounds.end(FAREWELL)
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*WEATHER):
                await connection.close(timeout=WITHIN)

    # -- looking after them -------------------------------------------------------------------

    async def _look_after(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.ask_every):
                    await self._turned.wait()
            self._turned.clear()
            try:
                async with asyncio.timeout(WITHIN + (PATIENCE if self.held else 0)):
                    await self._look_once()
            except Exception as broken:  # whatever it was, the duties are not ours for sure
                if not isinstance(broken, WEATHER):
                    log.error("duties.broken", error=type(broken).__name__)
                self._drop()
                await self.rounds.end()

    async def _look_once(self) -> None:
        if self._connection is None or self._connection.is_closed():
            await self.rounds.end()
            await self._connect()
            if not await self._take_place():
                log.error("place.shared_unawares")
        if self.held:
            await self._keep()
        elif self._role.is_eager or await self._nobody_has_them():
            await self._try()
            if self.held:
                await asyncio.sleep(self._pace.breath)
            if self.held:
                self.rounds.begin(at_once=True)

    async def _keep(self) -> None:
        async with asyncio.timeout(WITHIN):
            await self._connection.execute("SELECT 1")
        if not self._role.is_eager and self._now() - self._taken_at >= self._pace.at_most:
            await self.rounds.end(PATIENCE)
            self.held = False
            self._not_before = self._now() + self._pace.stand_back
            self._nobody_since = self._now() - self._pace.nobody_for
            await self._ask(GIVE_BACK, Lock.DUTIES)

    async def _nobody_has_them(self) -> bool:
        """Whether nobody has had them for long, so that even who has other work takes them."""
        if await self._ask(SOMEBODY_HAS_THEM, Lock.DUTIES):
            self._nobody_since = None
            return False
        now = self._now()
        self._nobody_since = now if self._nobody_since is None else self._nobody_since
        return now - self._nobody_since >= self._pace.nobody_for and now >= self._not_before

    async def _try(self) -> None:
        self.held = bool(await self._ask(TRY, Lock.DUTIES))
        if self.held:
            self._taken_at = self._now()
            log.info("duties.taken")

    # -- the connection -----------------------------------------------------------------------

    async def _connect(self, within: float = WITHIN) -> None:
        assert self._pulse is not None  # noqa: S101 - nobody connects to a file
        async with asyncio.timeout(within):
            self._connection = await self._pulse.connect(server_settings=IF_WE_ARE_GONE)
        self._connection.add_termination_listener(self._lost)
        self.cut_off = False

    async def _take_place(self) -> bool:
        """Alone, or beside others that know of each other: never both in one place."""
        how = TRY_BESIDE_OTHERS if self._shared else TRY
        return bool(await self._ask(how, Lock.ALONE))

    async def _ask(self, question: str, what: Lock) -> Any:
        return await self._connection.fetchval(question, int(Lock.PLACE), int(what))

    def _lost(self, connection: object) -> None:
        """Called the moment the connection is gone."""
        if connection is self._connection:
            self._drop()
            self._turned.set()

    def _drop(self) -> None:
        if self.held:
            log.warning("duties.dropped")
            self.cut_off = True
        self.held = False
        self.rounds.cut_short()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.terminate()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
