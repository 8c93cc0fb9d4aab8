"""Boxes that only one key pair opens, and secrets locked under other secrets.

X25519, HKDF-SHA256 and AES-256-GCM from `cryptography`, never our own. A box is made with a pair
that is used once and forgotten: whoever made it cannot open it again.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from holdfast.kit.cipher import KEY_BYTES, NONCE_BYTES, SUITE, WrongKey
from holdfast.kit.tokens import CHANCE

BOX, LOCK = b"holdfast box", b"holdfast lock "


class Pair(NamedTuple):
    """A key pair: what is boxed to the public half opens with the private one."""

    public: bytes
    private: bytes


def make_pair() -> Pair:
    """A new pair, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return Pair(private.public_key().public_bytes_raw(), private.private_bytes_raw())


def seal_to(public: bytes, plain: bytes, bound: bytes) -> bytes:
    """A box for whoever has the private half. It opens only for what it is `bound` to.

    Raises `WrongKey` for what is no public key.
    """
    once = X25519PrivateKey.generate()
    ours = once.public_key().public_bytes_raw()
    key, nonce = _agreed(once, public, ours + public)
    return SUITE + ours + AESGCM(key).encrypt(nonce, plain, bound)


def open_with(private: bytes, public: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What is in the box. Raises `WrongKey` if pair, bytes and binding do not fit together."""
    theirs = sealed[1 : 1 + KEY_BYTES]
    if sealed[:1] != SUITE:
        raise WrongKey
    try:
        key, nonce = _agreed(X25519PrivateKey.from_private_bytes(private), theirs, theirs + public)
        return AESGCM(key).decrypt(nonce, sealed[1 + KEY_BYTES :], bound)
    except (InvalidTag, ValueError):
        raise WrongKey from None


def _agreed(mine: X25519PrivateKey, theirs: bytes, publics: bytes) -> tuple[bytes, bytes]:
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError:
        raise WrongKey from None
    made = _derived(shared, publics, BOX, KEY_BYTES + NONCE_BYTES)
    return made[:KEY_BYTES], made[KEY_BYTES:]


def lock_under(secret: bytes, purpose: bytes, plain: bytes, bound: bytes = b"") -> bytes:
    """Something locked under a secret of ≥ 90 random bits, for one purpose."""
    nonce = CHANCE.take(NONCE_BYTES)
    return SUITE + nonce + _aead(secret, purpose).encrypt(nonce, plain, bound)


def unlock_with(secret: bytes, purpose: bytes, locked: bytes, bound: bytes = b"") -> bytes:
    """The same again. Raises `WrongKey`."""
    if locked[:1] != SUITE:
        raise WrongKey
    try:
        return _aead(secret, purpose).decrypt(locked[1:13], locked[13:], bound)
    except (InvalidTag, ValueError):
        raise WrongKey from None


def _aead(secret: bytes, purpose: bytes) -> AESGCM:
    return AESGCM(_derived(secret, b"", LOCK + purpose, KEY_BYTES))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
