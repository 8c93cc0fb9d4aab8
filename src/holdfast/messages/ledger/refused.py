"""Which refused words are the same words sent again, and which are others under the same nonce.

In memory only, and never the words: what tells them apart is made with a key that this process
forgets when it ends.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from hashlib import blake2b

from holdfast.kit.ids import SeatId

MOST = 5_000  # nonces remembered; that which was refused longest ago is forgotten first
MOST_OTHERS = 32  # other words that came under one nonce
LONGEST = 56  # letters of a nonce that stay, so that a number has its place behind them


class Refused:
    """What was refused lately, by who said it and under which nonce."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[tuple[SeatId, str], list[bytes]] = OrderedDict()

    def named(self, seat: SeatId, nonce: str, meaning: str) -> str:
        """The nonce by which this try is known: other words under the same one are another."""
        mark = blake2b(meaning.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
        seen = self._seen.pop((seat, nonce), [])
        if mark not in seen and len(seen) < MOST_OTHERS:
            seen.append(mark)
        self._seen[seat, nonce] = seen
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)
        number = seen.index(mark) if mark in seen else MOST_OTHERS
        return nonce if number == 0 else f"{nonce[:LONGEST]}~{number}"
