"""Keys, and what is done with them: AES-256-GCM from `cryptography`, never our own.

A root key (a file beside the data) wraps data keys; a data key seals words. Every sealed value
starts with one byte that names the suite, so that a later suite can stand beside this one.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdfast.kit.ids import KeyId
from holdfast.kit.tokens import CHANCE

SUITE = b"\x01"  # AES-256-GCM, 96-bit random nonce, 128-bit tag
KEY_BYTES = 32
NONCE_BYTES = 12
CHECK_WORDS = b"holdfast root key check"


class WrongKey(Exception):
    """The key does not open this: another key sealed it, or it was changed."""


class DataKey:
    """The key for one author's words in one room on one day."""

    __slots__ = ("_aead", "_mac_key", "id", "wrapped")

    def __init__(self, key_id: KeyId, key: bytes, wrapped: bytes) -> None:
        self.id = key_id
        self.wrapped = wrapped
        self._aead = AESGCM(key)
        self._mac_key = hmac.digest(key, b"holdfast same words", sha256)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Sealed bytes that open only with this key and in this place."""
        nonce = CHANCE.take(NONCE_BYTES)
        return SUITE + nonce + self._aead.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes. Raises `WrongKey` if key, place or bytes do not fit together."""
        if sealed[:1] != SUITE:
            raise WrongKey
        try:
            return self._aead.decrypt(sealed[1:13], sealed[13:], place)
        except (InvalidTag, ValueError):
            raise WrongKey from None

    def mac(self, plain: bytes) -> bytes:
        """16 bytes that are the same only for the same words under the same key."""
        return hmac.digest(self._mac_key, plain, "sha256")[:16]


class Apart(Protocol):
    """Where keys lie that this process does not keep beside what they seal."""

    async def make(self, now: datetime) -> DataKey: ...

    async def find(self, ids: Iterable[KeyId]) -> dict[KeyId, DataKey]: ...


class RootKey:
    """The key that wraps the data keys.

    What is derived for good (look-ups, purposes) hangs on the secret of the place, which stays the
    same when another root key takes this one's place. Until it is known, it is made from this key:
    that is what it was before there was a keystore to keep it.
    """

    def __init__(self, key: bytes) -> None:
        self._known: dict[bytes, AESGCM] = {}
        self.learn(key)
        self._check = check_of(key)
        self._lookup = hmac.digest(key, b"holdfast lookups", sha256)
        self._purposes = hmac.digest(key, b"holdfast purposes", sha256)
        self.look_again: Callable[[], Iterable[bytes]] = tuple  # for keys that another wrapped
        self.apart: Apart | None = None  # the keystore's keys of one person: `kit/apart.py`

    def learn(self, key: bytes) -> None:
        """Another root key of this place, which may have wrapped some keys."""
        self._known.setdefault(check_of(key), AESGCM(key))

    def turn_to(self, check: bytes) -> bool:
        """Wrap with another root key from now on; False where that is not to be found."""
        if check not in self._known:
            self._look_again()
        if check in self._known:
            self._check = check
        return check in self._known

    def _look_again(self) -> None:
        for key in self.look_again():
            self.learn(key)

    @property
    def place(self) -> bytes:
        """The secret of the place."""
        return self._lookup + self._purposes

    @place.setter
    def place(self, secret: bytes) -> None:
        self._lookup, self._purposes = secret[:KEY_BYTES], secret[KEY_BYTES:]

    def make_data_key(self, scope: bytes) -> DataKey:
        """A new data key for what `scope` names."""
        key, key_id = secrets.token_bytes(KEY_BYTES), KeyId(secrets.token_bytes(16))
        return DataKey(key_id, key, self.wrap(key, key_id + scope))

    def unwrap(self, key_id: KeyId, wrapped: bytes, scope: bytes) -> DataKey:
        """The data key again. Raises `WrongKey` when the root key is another one."""
        return DataKey(key_id, self.unwrap_secret(wrapped, key_id + scope), wrapped)

    def wrap(self, secret: bytes, scope: bytes) -> bytes:
        """A secret as it may lie on disk."""
        nonce = os.urandom(NONCE_BYTES)
        return SUITE + nonce + self._known[self._check].encrypt(nonce, secret, scope)

    def unwrap_secret(self, wrapped: bytes, scope: bytes) -> bytes:
        """The secret again. Raises `WrongKey` when the root key is another one."""
        for _ in range(2):
            for aead in (self._known[self._check], *self._known.values()):
                if (secret := _opened(aead, wrapped, scope)) is not None:
                    return secret
            self._look_again()
        raise WrongKey

    def wrapped_anew(self, wrapped: bytes, scope: bytes) -> bytes | None:
        """The same secret, wrapped by the root key of now; nothing where it is so already."""
        if _opened(self._known[self._check], wrapped, scope) is not None:
            return None
        return self.wrap(self.unwrap_secret(wrapped, scope), scope)

    def lookup(self, secret: str) -> bytes:
        """32 bytes by which a secret of ≥ 90 random bits is found again, never read back."""
        return hmac.digest(self._lookup, secret.encode(), sha256)

    def derive(self, purpose: bytes) -> bytes:
        """32 secret bytes for one purpose: the same each time, and of no use for any other."""
        return hmac.digest(self._purposes, purpose, sha256)

    def check(self) -> bytes:
        """What the database keeps in order to know this key again."""
        return self._check

    def check_of_place(self) -> bytes:
        """What the database keeps in order to know its keystore again."""
        return hmac.digest(self.place, b"holdfast keystore check", sha256)


def check_of(key: bytes) -> bytes:
    """By what a root key is known again."""
    return hmac.digest(key, CHECK_WORDS, sha256)


def _opened(aead: AESGCM, wrapped: bytes, scope: bytes) -> bytes | None:
    if wrapped[:1] != SUITE:
        return None
    try:
        return aead.decrypt(wrapped[1:13], wrapped[13:], scope)
    except (InvalidTag, ValueError):
        return None
