"""Envelopes: what goes from process to process, sealed so that nobody between them reads it.

Each process seals with a key of its own, made from the root key and its name, and counts what it
seals: no nonce comes twice, a name cannot be borrowed, and what is sent again is not opened again.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdfast.kit.cipher import RootKey

SUITE = b"\x01"  # AES-256-GCM, a key for each sender, a counter as the nonce
NODE_LETTERS = 22
COUNT_BYTES = 8
HEADING = len(SUITE) + NODE_LETTERS + COUNT_BYTES
SENDERS = 1_024  # processes remembered; one place has far fewer at a time


class Sender:
    """Another process: its key, and how far it had counted."""

    __slots__ = ("aead", "count")

    def __init__(self, key: bytes) -> None:
        self.aead = AESGCM(key)
        self.count = -1


class Envelopes:
    """Seals what this process tells, and opens what others tell."""

    def __init__(self, root: RootKey, node: str) -> None:
        self._root = root.derive(b"bus envelopes")
        self._node = node.encode("ascii")
        self._own = Sender(self._key_of(self._node))
        self._senders: OrderedDict[bytes, Sender] = OrderedDict()

    def _key_of(self, node: bytes) -> bytes:
        return hmac.digest(self._root, node, sha256)

    def seal(self, channel: str, kind: str, body: bytes) -> bytes:
        """An envelope that opens only as what it is: from us, on this channel, the once."""
        self._own.count += 1
        count = self._own.count.to_bytes(COUNT_BYTES, "big")
        heading = SUITE + self._node + count
        named = kind.encode("ascii")
        plain = bytes((len(named),)) + named + body
        return heading + self._own.aead.encrypt(nonce(count), plain, heading + channel.encode())

    def is_own(self, envelope: bytes) -> bool:
        """Whether this process says that it sealed it."""
        return envelope[len(SUITE) : len(SUITE) + NODE_LETTERS] == self._node

    def open(self, channel: str, envelope: bytes) -> tuple[str, bytes] | None:
        """The kind and the body; None for what is not from another process of this place."""
        opened = self.open_again(channel, envelope)
        if opened is None:
            return None
        node, count = envelope[1 : HEADING - COUNT_BYTES], envelope[HEADING - COUNT_BYTES : HEADING]
        sender, number = self._sender(node), int.from_bytes(count, "big")
        if number <= sender.count:
            return None  # somebody sends again what was told before
        sender.count = number
        self._remember(node, sender)
        return opened

    def open_again(self, name: str, envelope: bytes) -> tuple[str, bytes] | None:
        """The same for what is kept under a name, and read more than once."""
        heading, sealed = envelope[:HEADING], envelope[HEADING:]
        if heading[:1] != SUITE or len(heading) < HEADING:
            return None
        node, count = heading[1:-COUNT_BYTES], heading[-COUNT_BYTES:]
        try:
            plain = self._sender(node).aead.decrypt(nonce(count), sealed, heading + name.encode())
        except (InvalidTag, ValueError):
            return None
        end = 1 + plain[0]
        return plain[1:end].decode("ascii"), plain[end:]

    def _sender(self, node: bytes) -> Sender:
        return self._senders.get(node) or Sender(self._key_of(node))

    def _remember(self, node: bytes, sender: Sender) -> None:
        self._senders[node] = sender
        self._senders.move_to_end(node)
        if len(self._senders) > SENDERS:
            self._senders.popitem(last=False)


def nonce(count: bytes) -> bytes:
    """The 12 bytes of AES-GCM's nonce."""
    return b"\0\0\0\0" + count
