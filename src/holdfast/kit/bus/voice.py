"""The voice: one connection to Redis over which this process tells, and nobody waits for it.

What is to be told stands in line; one task sends all that waits in one round trip. What could not
be told is handed back, so that it is told another way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from hashlib import sha1
from typing import Any, NamedTuple

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoScriptError, ResponseError

from holdfast.kit.bus import Command
from holdfast.kit.bus.shared import Backoff, Tally, log, woken
from holdfast.kit.bus.wire import TROUBLE, Redis, read, send

LONGEST_WAIT = 1.0  # seconds between two attempts to connect
AT_ONCE = 500  # commands in one round trip
LINE = 8_192  # errands that may wait: Redis is slow, or not to be reached


class Errand(NamedTuple):
    """One command, or what makes it at the last moment; and who hears what became of it."""

    command: Command | Callable[[], Command | None]
    answered: Callable[[Any], None] | None = None
    lost: Callable[[], None] | None = None


class Voice:
    """Tells; says whether it can; begins anew where the connection was lost."""

    def __init__(self, redis: Redis, tally: Tally, on_change: Callable[[bool], None]) -> None:
        self._redis = redis
        self._tally = tally
        self._scripts: list[str] = []
        self._on_change = on_change
        self._line: deque[Errand] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._longest = LINE
        self.backoff = Backoff("redis", LONGEST_WAIT)
        self.is_up = False

    def learn(self, script: str) -> str:
        """Have Redis know a script; the name by which it is run."""
        self._scripts.append(script)
        self.say(Errand(loading(script)))
        return sha1(script.encode(), usedforsecurity=False).hexdigest()

    def say(self, errand: Errand) -> bool:
        """Put it in the line. False: Redis is gone, or nothing more fits; it was not taken."""
        if not self.is_up:
            return False
        self._line.append(errand)
        if len(self._line) > self._longest:
            self._tally.dropped += 1
            lose([self._line.popleft()])
        self._idle.clear()
        self._wake.set()
        return True

    async def run(self) -> None:
        """Keep telling until it is ended."""
        while True:
            try:
                async with self._redis.connected() as connection:
                    await self._load(connection)
                    self.is_up = True
                    self.backoff.rest()
                    self._on_change(True)
                    while True:
                        await self._round(connection)
            except Exception as trouble:
                self.backoff.note(trouble, TROUBLE)
            finally:
                self._gone()
            self._tally.reconnects += 1
            await self.backoff.wait()

    async def said(self) -> None:
        """Returns when nothing waits any more."""
        await self._idle.wait()

    def _gone(self) -> None:
        was_up, self.is_up = self.is_up, False
        line = list(self._line)
        self._line.clear()
        self._idle.set()
        if was_up:
            self._on_change(False)
        lose(line)

    async def _load(self, connection: AbstractConnection) -> None:
        """It answers, and knows our scripts."""
        loaded = 0
        async with asyncio.timeout(self._redis.patience):
            await send(connection, [("PING",)])
            await read(connection)
            while loaded < len(self._scripts):  # one may be learned meanwhile
                await send(connection, [loading(self._scripts[loaded])])
                await read(connection)
                loaded += 1

    async def _round(self, connection: AbstractConnection) -> None:
        """One round trip with all that waits, or with a ping where nothing does for a while."""
        if not self._line:
            self._idle.set()
            self._wake.clear()
            await woken(self._wake, self._redis.patience / 2)
            if not self._line:
                self._line.append(Errand(("PING",)))  # Redis gives a sign of life
        batch = [self._line.popleft() for _ in range(min(AT_ONCE, len(self._line)))]
        made = [(errand, command) for errand in batch if (command := made_now(errand))]
        answered = 0
        try:
            async with asyncio.timeout(self._redis.patience):
                await send(connection, [command for _, command in made])
                for errand, _ in made:
                    await self._answer(connection, errand)
                    answered += 1
        except BaseException:
            lose([errand for errand, _ in made[answered:]])
            raise
        self._tally.published_batches += 1

    async def _answer(self, connection: AbstractConnection, errand: Errand) -> None:
        try:
            answer = await read(connection)
        except NoScriptError:  # somebody emptied Redis of its scripts
            lose([errand])
            self._line.extendleft(Errand(loading(script)) for script in self._scripts)
        except ResponseError:
            lose([errand])
        else:
            hand_over(errand, answer)


def made_now(errand: Errand) -> Command | None:
    """The command as it is now."""
    return errand.command() if callable(errand.command) else errand.command


def hand_over(errand: Errand, answer: Any) -> None:
    """Hand on the answer; whoever cannot bear it is told that there was none."""
    try:
        if errand.answered is not None:
            errand.answered(answer)
    except Exception as broken:
        log.error("bus.broken", error=type(broken).__name__)
        lose([errand])


def loading(script: str) -> Command:
    """The command that has Redis know a script."""
    return ("SCRIPT", "LOAD", script)


def lose(errands: list[Errand]) -> None:
    """Tell whoever wants to know that this was not told."""
    for errand in errands:
        if errand.lost is not None:
            errand.lost()
