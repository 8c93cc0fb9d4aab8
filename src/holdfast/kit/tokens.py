"""Random names for things: session tokens, of which only a hash is kept, and ids."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256


def make_token() -> str:
    """A new token, 43 letters."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What is kept of a token. 256 random bits need no stretching."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def random_bytes_id() -> bytes:
    """128 random bits: says nothing about when, where or by whom."""
    return secrets.token_bytes(16)


def random_handle() -> str:
    """128 random bits as 22 letters, for ids that are shown to others."""
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii")
