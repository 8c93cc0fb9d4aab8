"""Text frames as a WebSocket server sends them: header and payload, made once."""

from __future__ import annotations


def text_frame(payload: bytes) -> bytes:
    """One final, unmasked, uncompressed text frame (RFC 6455 §5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def payload_of(frame: bytes) -> bytes:
    """The payload of one whole frame made here."""
    size = frame[1]
    return frame[2 if size < 126 else 4 if size == 126 else 10 :]
