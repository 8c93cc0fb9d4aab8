"""Text frames as a WebSocket server sends them: header and payload, made once, of few sizes."""

from __future__ import annotations

STEP = 256
"""A frame's size with its header is a multiple of this: who sees sizes learns no words by them."""


def padded_frame(payload: bytes) -> bytes:
    """A frame of JSON, filled up with spaces to the next step; a reader of JSON skips them."""
    size = ((len(payload) + 4 + STEP - 1) & -STEP) - 4
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload.ljust(size)
    return text_frame(payload.ljust(((len(payload) + 10 + STEP - 1) & -STEP) - 10))


def text_frame(payload: bytes) -> bytes:
    """One final, unmasked, uncompressed text frame (RFC 6455 §5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def payload_of(frame: bytes) -> bytes:
    """What one whole frame of JSON made here says, without what fills it up."""
    size = frame[1]
    return frame[2 if size < 126 else 4 if size == 126 else 10 : frame.rindex(b"}") + 1]
