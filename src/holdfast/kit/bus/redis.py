"""The bus by Redis: a channel for each room, and the database's bus wherever Redis is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from holdfast.kit.bus import BusState, Command
from holdfast.kit.bus.ear import Ear
from holdfast.kit.bus.envelope import Envelopes
from holdfast.kit.bus.postgresql import FAREWELL, PostgresBus
from holdfast.kit.bus.shared import log
from holdfast.kit.bus.voice import Errand, Voice
from holdfast.kit.bus.wire import Redis
from holdfast.kit.cipher import RootKey

PATIENCE = 0.8  # seconds that Redis may keep silent
LOOK_EVERY = 2.0  # seconds between two looks at the heads while Redis is well


class RedisBus(PostgresBus):
    """Hears by sharded pub/sub. Channels say a room's number, and nothing else in the clear."""

    def __init__(
        self,
        url: str,
        dsn: str,
        root: RootKey,
        *,
        patience: float = PATIENCE,
        look_every: float = 0.5,
    ) -> None:
        super().__init__(dsn, look_every=look_every)
        self.place = root.derive(b"bus place").hex()[:16]
        self._envelopes = Envelopes(root, self.node)
        self._bell = f"holdfast:{{bell}}:{self.place}"
        self._rooms: dict[str, int] = {}
        self._told_state = BusState.FALLBACK
        redis = Redis(url, patience)
        self._ear = Ear(redis, self, self._on_envelope, self._on_change)
        self._voice = Voice(redis, self, self._on_change)
        self._is_closing = False
        self._running: list[asyncio.Task[None]] = []

    @property
    def state(self) -> BusState:
        return BusState.READY if self._ear.is_up and self._voice.is_up else BusState.FALLBACK

    async def open(self) -> None:
        """Begin; a Redis that is not there is waited for behind this."""
        await super().open()
        self._running = [asyncio.create_task(self._ear.run())]
        self._running.append(asyncio.create_task(self._voice.run()))
        await self._ear.listen(self._bell)

    async def close(self) -> None:
        self._is_closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._voice.said()
        backoffs = (self._ear.backoff, self._voice.backoff)
        for backoff, task in zip(backoffs, self._running, strict=False):
            await backoff.end(task)
        await super().close()

    # -- telling ------------------------------------------------------------------------------

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        self.told += 1
        channel = self._name_of(room_id)
        again = partial(self.tell_head, room_id, head)
        if not self._voice.is_up:
            again()
            return
        envelope = self._envelopes.seal(channel, kind, body)
        self._voice.say(Errand(("SPUBLISH", channel, envelope), lost=again))

    def ring(self) -> None:
        self.told += 1
        if not self._voice.is_up:
            self.ring_by_notice()
            return
        envelope = self._envelopes.seal(self._bell, "bell", b"")
        self._voice.say(Errand(("SPUBLISH", self._bell, envelope), lost=self.ring_by_notice))

    # -- what is kept for a while --------------------------------------------------------------

    def learn(self, script: str) -> str:
        """Have Redis know a script, now and after each loss; the name by which it is run."""
        return self._voice.learn(script)

    def jot(
        self,
        command: Command | Callable[[], Command | None],
        answered: Callable[[Any], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> bool:
        """Ask something of Redis behind everything else. False where Redis is gone."""
        return self._voice.say(Errand(command, answered, lost))

    def seal(self, name: str, body: bytes) -> bytes:
        """Sealed for keeping under this name."""
        return self._envelopes.seal(name, "kept", body)

    def unseal(self, name: str, sealed: bytes) -> bytes | None:
        """What a process of this place keeps under this name; None: it is not from one."""
        opened = self._envelopes.open_again(name, sealed)
        if opened is None:
            self.not_opened += 1
            return None
        return opened[1]

    # -- listening ----------------------------------------------------------------------------

    async def listen(self, room_id: int) -> None:
        self.held.add(room_id)
        channel = self._name_of(room_id)
        self._rooms[channel] = room_id
        await self._ear.listen(channel)

    def leave(self, room_id: int) -> None:
        self.held.discard(room_id)
        channel = self._name_of(room_id)
        self._rooms.pop(channel, None)
        self._ear.leave(channel)

    def look_every(self) -> float:
        return LOOK_EVERY if self.state is BusState.READY else super().look_every()

    def _on_envelope(self, channel: str, envelope: bytes) -> None:
        if self._envelopes.is_own(envelope):
            return
        opened = self._envelopes.open(channel, envelope)
        if opened is None:
            self.not_opened += 1
            return
        self.heard += 1
        if channel == self._bell:
            self.heed(self.hear_bell)
        elif (room_id := self._rooms.get(channel)) is not None:
            self.heed(self.hear_room, room_id, *opened)

    def _on_change(self, is_up: bool) -> None:
        """Redis came, or went: whatever was said meanwhile is looked for."""
        if self.state is not self._told_state and not self._is_closing:
            self._told_state = self.state
            log.warning(f"bus.{self.state.value}")
        self.look()
        if is_up:
            self.heed(self.hear_bell)

    def _name_of(self, room_id: int) -> str:
        return f"holdfast:{{room:{room_id}}}:{self.place}"
