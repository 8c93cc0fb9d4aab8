"""A connection to Redis as the bus uses it: opened in time or not at all, closed at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import RedisError

from holdfast.kit.bus import Command

TROUBLE = (OSError, TimeoutError, RedisError)


class Redis:
    """Where Redis is, and how long it is waited for."""

    def __init__(self, url: str, patience: float) -> None:
        self.patience = patience
        self._pool = ConnectionPool.from_url(
            url, protocol=2, driver_info=None, socket_timeout=None, socket_connect_timeout=patience
        )

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AbstractConnection]:
        """A connection of its own, for as long as this lasts. Raises what is in `TROUBLE`."""
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(self.patience):
                await connection.connect()  # type: ignore[no-untyped-call]
            yield connection
        finally:
            await connection.disconnect(nowait=True)


async def send(connection: AbstractConnection, commands: list[Command]) -> None:
    """Send all of them in one write."""
    await connection.send_packed_command(connection.pack_commands(commands), check_health=False)


async def read(connection: AbstractConnection) -> Any:
    """The next thing that Redis says, whenever that is."""
    return await connection.read_response(timeout=math.inf)
