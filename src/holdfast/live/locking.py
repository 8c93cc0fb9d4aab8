"""Lines of a session that locks itself: closed when it does, unless somebody comes back first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from holdfast.kit.clock import Clock
from holdfast.kit.ids import SessionId
from holdfast.live.actors import is_session
from holdfast.members.events import SessionEnded, SessionLocked, SessionSeen
from holdfast.rights.rules import Actor


class Locks:
    """One timer for each session that nobody looks at just now."""

    def __init__(self, clock: Clock, sign_out: Callable[[Callable[[Actor], bool]], None]) -> None:
        self._clock, self._sign_out = clock, sign_out
        self._waiting: dict[SessionId, asyncio.TimerHandle] = {}

    def hear(self, event: SessionEnded | SessionLocked | SessionSeen) -> None:
        """A session is over, or locked, now or soon; or somebody is there again."""
        if (before := self._waiting.pop(event.session, None)) is not None:
            before.cancel()
        if isinstance(event, SessionSeen):
            return
        now = self._clock.now()
        left = 0.0 if isinstance(event, SessionEnded) else (event.at - now).total_seconds()
        if left <= 0:
            self._over(event.session)
            return
        timer = asyncio.get_running_loop().call_later(left, self._over, event.session)
        self._waiting[event.session] = timer

    def _over(self, session: SessionId) -> None:
        self._waiting.pop(session, None)
        self._sign_out(lambda actor: is_session(actor, session))
