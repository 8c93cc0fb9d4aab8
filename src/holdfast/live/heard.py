"""One room that this process hears from the others: its order, and who waits for what."""

from __future__ import annotations

import asyncio
from functools import partial

from holdfast.kit.errors import HoldfastError, NotKept
from holdfast.kit.glances import NOT_READ, Glances
from holdfast.kit.ids import RoomId
from holdfast.kit.order import Order
from holdfast.kit.topics import Topic
from holdfast.messages.events import Skipped
from holdfast.rooms.queries import newest_seq


class Heard:
    """What `hearing` keeps of one room."""

    __slots__ = (
        *("_answer", "_answered", "_asked", "_asking", "_waiting", "is_over", "listening"),
        *("order", "own", "rest", "room_id", "timer", "topic"),
    )

    def __init__(self, room_id: RoomId, topic: Topic) -> None:
        self.room_id = room_id
        self.topic = topic
        self.order = Order(partial(Skipped, room_id))
        self.own: set[int] = set()  # seqs committed here that wait for their elders
        self.listening: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.rest: asyncio.TimerHandle | None = None
        self.is_over = False
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []  # who wants how much told
        self._asking = asyncio.Lock()
        self._asked = self._answered = 0  # how often the head was asked for, and of that answered
        self._answer: int | HoldfastError = 0

    async def newest(self, glances: Glances) -> int:
        """The newest seq. Those who ask in the same moment share one answer, and never an older."""
        self._asked += 1
        mine = self._asked
        async with self._asking:
            if self._answered < mine:
                asked = self._asked
                try:
                    self._answer = await newest_seq(glances, self.room_id)
                except HoldfastError as no:
                    self._answer = no
                self._answered = asked
            answer = self._answer
        if isinstance(answer, HoldfastError):
            raise answer
        return answer

    async def told(self, seq: int) -> None:
        """Returns when everything up to this place is told. Raises `NotKept`."""
        if seq > self.order.head and not self.is_over:
            told = asyncio.get_running_loop().create_future()
            self._waiting.append((seq, told))
            await told

    def wake(self) -> None:
        """Those who waited for what has been told by now wait no longer."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for seq, future in waiting:
            if seq > self.order.head:
                self._waiting.append((seq, future))
            elif not future.done():
                future.set_result(None)

    def end_rest(self) -> None:
        """It does not end when it would have, or at all."""
        if self.rest is not None:
            self.rest.cancel()
            self.rest = None

    def end(self) -> None:
        """Nothing more of it is told here."""
        self.is_over = True
        self.end_rest()
        if self.timer is not None:
            self.timer.cancel()
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(NotKept(NOT_READ, code="not_read"))
