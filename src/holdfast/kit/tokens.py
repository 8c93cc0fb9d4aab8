"""Random names for things: session tokens, of which only a hash is kept, and ids."""

from __future__ import annotations

import os
import secrets
import threading
from base64 import urlsafe_b64encode
from hashlib import sha256


def make_token() -> str:
    """A new token, 43 letters."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What is kept of a token. 256 random bits need no stretching."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


class Chance(threading.local):
    """Random bytes of the system, fetched many at a time; each is handed out once.

    Each thread has a stock of its own, and a forked child throws away what it was born with.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._left, self._at = b"", 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        at = self._at
        if at + count > len(self._left):
            self._left, at = os.urandom(STOCK), 0
        self._at = at + count
        return self._left[at : self._at]


STOCK = 4_096
CHANCE = Chance()
os.register_at_fork(after_in_child=CHANCE.forget)


def random_bytes_id() -> bytes:
    """128 random bits: says nothing about when, where or by whom."""
    return CHANCE.take(16)


def random_handle() -> str:
    """128 random bits as 22 letters, for ids that are shown to others."""
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii")
