"""WebSocket frames made by hand, for what no well-behaved client would ever send."""

from __future__ import annotations

import os
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0x0, 0x1, 0x2, 0x8, 0x9


def frame(
    opcode: int, payload: bytes, *, final: bool = True, reserved: int = 0, masked: bool = True
) -> bytes:
    """One frame as RFC 6455 draws it; `reserved` are the bits RSV1-3 as a number 0-7."""
    first = (0x80 if final else 0) | (reserved << 4) | opcode
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first, mask_bit | len(payload))
    elif len(payload) < 65_536:
        head = struct.pack("!BBH", first, mask_bit | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, len(payload))
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def claim_of_length(length: int) -> bytes:
    """The head of a text frame that says it will be `length` bytes long, and nothing after it."""
    return struct.pack("!BBQ", 0x80 | TEXT, 0x80 | 127, length) + os.urandom(4)
