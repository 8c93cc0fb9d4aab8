"""Keys, and what is done with them: AES-256-GCM from `cryptography`, never our own.

A root key (a file beside the data) wraps data keys; a data key seals words. Every sealed value
starts with one byte that names the suite, so that a later suite can stand beside this one.
"""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

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


class RootKey:
    """The key that wraps the data keys.

    What is derived for good (look-ups, purposes) hangs on the secret of the place, which stays the
    same when another root key takes this one's place. Until it is known, it is made from this key:
    that is what it was before there was a keystore to keep it.
    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._check = hmac.digest(key, CHECK_WORDS, sha256)
        self._lookup = hmac.digest(key, b"holdfast lookups", sha256)
        self._purposes = hmac.digest(key, b"holdfast purposes", sha256)

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
        return SUITE + nonce + self._aead.encrypt(nonce, secret, scope)

    def unwrap_secret(self, wrapped: bytes, scope: bytes) -> bytes:
        """The secret again. Raises `WrongKey` when the root key is another one."""
        if wrapped[:1] != SUITE:
            raise WrongKey
        try:
            return self._aead.decrypt(wrapped[1:13], wrapped[13:], scope)
        except (InvalidTag, ValueError):
            raise WrongKey from None

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


def read_root_key(path: Path) -> RootKey | None:
    """The root key from its file, or None where there is no such file."""
    try:
        written = path.read_text("ascii").strip()
        key = bytes.fromhex(written)
    except FileNotFoundError:
        return None
    except ValueError:
        raise WrongKey from None
    if len(key) != KEY_BYTES:
        raise WrongKey
    return RootKey(key)


def write_root_key(path: Path) -> RootKey:
    """Make a root key and put it on disk, whole or not at all, before it is used."""
    key = secrets.token_bytes(KEY_BYTES)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, key.hex().encode() + b"\n")
        os.fsync(file)
    finally:
        os.close(file)
    os.link(draft, path)  # never over a key that is there
    draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return RootKey(key)
