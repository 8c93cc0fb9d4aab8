"""Many who wait for the disk at once share one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from holdfast.sealing.keystore import KeptKey

Write = Callable[[Sequence[KeptKey]], Awaitable[list[KeptKey]]]


class Waiting(Struct):
    """New keys, and who waits until they are on disk."""

    keys: Sequence[KeptKey]
    answer: asyncio.Future[list[KeptKey]]


class Together:
    """One commit is under way at a time; who comes meanwhile goes together with the next."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self.commits = 0

    async def keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        """Wait until these are on disk; what stands for each of them there."""
        mine = Waiting(keys, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        return await mine.answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting, []
                await self._write_some(some)
        finally:
            self._writer = None

    async def _write_some(self, some: list[Waiting]) -> None:
        try:
            found = await self._write([key for one in some for key in one.keys])
        except Exception as no:
            for one in some:
                if not one.answer.done():
                    one.answer.set_exception(no)
            return
        self.commits += 1
        for one in some:
            mine, found = found[: len(one.keys)], found[len(one.keys) :]
            if not one.answer.done():  # else whoever waited went away
                one.answer.set_result(mine)

    async def settled(self) -> None:
        """Wait until nobody waits any more."""
        while self._writer is not None:
            await asyncio.wait([self._writer])
