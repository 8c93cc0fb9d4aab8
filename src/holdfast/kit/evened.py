"""Limits evened out between processes: what one lets through, the others count too.

Behind the answer, and never waited for: Redis adds up what all of them took, and says how much
there is to wait off. It holds no ids, and forgets each bucket as soon as it is full again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import NamedTuple

from holdfast.kit.bus import Command, Jots

AT_ONCE = 500  # buckets in one question
ONLY_HERE = ("line",)  # what is counted for something that no other process can know

ADD_UP = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local left = {}
for i, key in ipairs(KEYS) do
  local taken, ours, longest = ARGV[3 * i - 2], ARGV[3 * i - 1], tonumber(ARGV[3 * i])
  local kept = redis.call('GET', key)
  local due = now + ours
  if kept then
    due = math.max(tonumber(kept) or 0, now) + taken
  end
  if longest > 0 then
    due = math.min(due, now + longest)
  end
  left[i] = math.max(1, math.ceil(due - now))
  redis.call('SET', key, string.format('%.3f', due), 'PX', left[i])
end
return left
"""


class Taken(NamedTuple):
    """What was taken from one bucket since it was last told, in seconds."""

    seconds: float
    longest: float  # no bucket of this kind is ever further behind; 0: however far


class Evened:
    """Tells Redis what was taken here, and the limits how much was taken everywhere."""

    def __init__(
        self,
        bus: Jots,
        secret: bytes,
        left: Callable[[Hashable], float],
        raise_to: Callable[[Hashable, float], None],
    ) -> None:
        self._bus = bus
        self._secret = secret
        self._left = left
        self._raise_to = raise_to
        self._script = bus.learn(ADD_UP)
        self._taken: dict[Hashable, Taken] = {}
        self._asked: list[Hashable] = []
        self._is_asking = False

    def took(self, key: Hashable, seconds: float, longest: float = 0.0) -> None:
        """Something was taken here."""
        if isinstance(key, tuple) and key[0] in ONLY_HERE:
            return
        before = self._taken.get(key)
        self._taken[key] = Taken(seconds + (before.seconds if before else 0.0), longest)
        if not self._is_asking:
            self._ask()

    def _ask(self) -> None:
        self._is_asking = self._bus.jot(self._question, self._answered, self._lost)
        if not self._is_asking:
            self._taken.clear()  # Redis is gone: each process for itself

    def _question(self) -> Command:
        """Made at the last moment: one question for all that was taken meanwhile."""
        self._asked = list(self._taken)[:AT_ONCE]
        told: list[str] = []
        for key in self._asked:
            taken = self._taken.pop(key)
            told += [in_ms(taken.seconds), in_ms(self._left(key)), in_ms(taken.longest)]
        names = [self._name_of(key) for key in self._asked]
        return ("EVALSHA", self._script, len(names), *names, *told)

    def _name_of(self, key: Hashable) -> str:
        sealed = hmac.digest(self._secret, repr(key).encode(), sha256)[:16]
        return f"holdfast:{{limits}}:{self._bus.place}:{sealed.hex()}"

    def _answered(self, left: list[int]) -> None:
        for key, milliseconds in zip(self._asked, left, strict=True):
            self._raise_to(key, milliseconds / 1000)
        self._asked = []
        self._is_asking = False
        if self._taken:
            self._ask()

    def _lost(self) -> None:
        self._taken.clear()
        self._asked = []
        self._is_asking = False


def in_ms(seconds: float) -> str:
    """Milliseconds, as Redis is told them."""
    return f"{max(0.0, seconds) * 1000:.3f}"
