"""The ear: one connection to Redis that listens to the channels of the rooms held here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from redis.asyncio.connection import AbstractConnection

from holdfast.kit.bus import Command
from holdfast.kit.bus.shared import Backoff, Tally, woken
from holdfast.kit.bus.wire import TROUBLE, Redis, read, send

LONGEST_WAIT = 1.0  # seconds between two attempts to connect
SETTLE = 0.05  # what lies in the socket already is read before Redis is given up

Heard = Callable[[str, bytes], None]


class Ear:
    """Listens; says whether it does; begins anew where the connection was lost."""

    def __init__(
        self, redis: Redis, tally: Tally, hear: Heard, on_change: Callable[[bool], None]
    ) -> None:
        self._redis = redis
        self._tally = tally
        self._hear = hear
        self._on_change = on_change
        self._channels: set[str] = set()
        self._asked: dict[bytes, deque[asyncio.Future[None]]] = {}  # not yet confirmed
        self._to_say: list[Command] = []
        self._wake = asyncio.Event()
        self._heard_at = 0.0
        self._connected = False  # what is asked goes out at once
        self.backoff = Backoff("redis", LONGEST_WAIT)
        self.is_up = False  # every channel is confirmed

    async def listen(self, channel: str) -> None:
        """Returns when Redis has confirmed it, or at once while Redis is gone."""
        if channel not in self._channels:
            self._channels.add(channel)
            if self._connected:
                self._ask(channel)
        if self.is_up and (asked := self._asked.get(channel.encode())):
            await asyncio.shield(asked[-1])

    def leave(self, channel: str) -> None:
        """Listen to it no more."""
        if channel in self._channels:
            self._channels.remove(channel)
            if self._connected:
                self._to_say.append(("SUNSUBSCRIBE", channel))
                self._wake.set()

    def _ask(self, channel: str) -> None:
        future = asyncio.get_running_loop().create_future()
        self._asked.setdefault(channel.encode(), deque()).append(future)
        self._to_say.append(("SSUBSCRIBE", channel))
        self._wake.set()

    async def run(self) -> None:
        """Keep listening until it is ended."""
        while True:
            try:
                async with self._redis.connected() as connection:
                    await self._converse(connection)
            except Exception as trouble:
                self.backoff.note(trouble, TROUBLE)
            finally:
                self._lost()
            self._tally.reconnects += 1
            await self.backoff.wait()

    async def _converse(self, connection: AbstractConnection) -> None:
        """Returns never; raises what ends it."""
        self._heard_at = asyncio.get_running_loop().time()
        self._connected = True
        for channel in self._channels:
            self._ask(channel)
        parts = (self._read(connection), self._speak(connection), self._confirm_all())
        tasks = [asyncio.get_running_loop().create_task(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        raise next(end for end in ended if isinstance(end, Exception))

    async def _confirm_all(self) -> None:
        """Listening to all of them is confirmed."""
        while asked := [futures[-1] for futures in self._asked.values()]:
            await asyncio.wait(asked)
        self.is_up = True
        self.backoff.rest()
        self._on_change(True)

    def _lost(self) -> None:
        """Nobody waits any longer for what Redis will not say."""
        was_up, self.is_up, self._connected = self.is_up, False, False
        asked, self._asked = self._asked, {}
        self._to_say.clear()
        for future in [future for futures in asked.values() for future in futures]:
            if not future.done():
                future.set_result(None)
        if was_up:
            self._on_change(False)

    async def _read(self, connection: AbstractConnection) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            said: Any = await read(connection)
            self._heard_at = clock()
            if said[0] == b"smessage":
                self._hear(said[1].decode(), said[2])
            elif said[0] == b"ssubscribe":
                self._confirmed(said[1])

    def _confirmed(self, channel: bytes) -> None:
        futures = self._asked[channel]
        future = futures.popleft()
        if not futures:
            del self._asked[channel]
        if not future.done():
            future.set_result(None)

    async def _speak(self, connection: AbstractConnection) -> None:
        """Send what is asked, and now and then a ping that must be heard of."""
        clock = asyncio.get_running_loop().time
        patience = self._redis.patience
        asked_at = self._heard_at
        while True:
            await woken(self._wake, patience / 4)
            waits = asked_at > self._heard_at
            if waits and clock() - asked_at > patience / 2:
                await asyncio.sleep(SETTLE)
                if asked_at > self._heard_at:
                    raise TimeoutError
            if not self._to_say and not waits:
                self._to_say.append(("PING",))
            if self._to_say:
                commands, self._to_say = self._to_say, []
                asked_at = asked_at if waits else clock()
                async with asyncio.timeout(patience):
                    await send(connection, commands)
