"""A canary in every dress it could lie in: letters, wide letters, base64, hex, address bytes."""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

LEAST = 6  # bytes: a shorter needle is found in any large heap
PAIR = 3  # bytes that base64 writes as four letters


@dataclass(frozen=True)
class Needle:
    """Bytes to look for, and what they would mean."""

    dress: str
    value: bytes
    any_case: bool = False


def needles(canary: str) -> list[Needle]:
    """Everything by which this canary would be known."""
    found: dict[bytes, Needle] = {}
    for needle in _dressed(canary):
        found.setdefault(needle.value, needle)
    return [needle for needle in found.values() if len(needle.value) >= LEAST]


def _dressed(canary: str) -> Iterator[Needle]:
    plain = canary.encode()
    yield Needle("UTF-8", plain.lower(), any_case=True)
    for name in ("UTF-16-LE", "UTF-16-BE"):
        yield Needle(name, canary.lower().encode(name), any_case=True)
    yield Needle("hex", plain.hex().encode(), any_case=True)
    for name, wide in (("", plain), ("UTF-16 ", canary.encode("utf-16-le"))):
        for shift in range(PAIR):
            yield from _in_base64(f"{name}base64+{shift}", wide, shift)
    for name, written in (("URL", quote(canary, safe="")), ("form", quote_plus(canary))):
        yield Needle(name, written.encode().lower(), any_case=True)
    yield Needle("JSON", json.dumps(canary)[1:-1].encode().lower(), any_case=True)
    yield from _as_address(canary)


def _in_base64(dress: str, plain: bytes, shift: int) -> Iterator[Needle]:
    """The letters that depend on nothing but the canary, wherever it begins."""
    written = base64.b64encode(bytes(shift) + plain)
    first = -(-shift * 8 // 6)
    last = (shift + len(plain)) * 8 // 6
    inner = written[first:last]
    yield Needle(dress, inner)
    yield Needle(f"{dress} for URLs", inner.replace(b"+", b"-").replace(b"/", b"_"))


def _as_address(canary: str) -> Iterator[Needle]:
    try:
        address = ipaddress.ip_address(canary)
    except ValueError:
        return
    if address.version == 4:
        yield Needle("mapped", b"\xff\xff" + address.packed)
        yield Needle("mapped, in words", f"::ffff:{address.packed.hex()[:4]}".encode())
    else:
        yield Needle("packed", address.packed)
        yield Needle("network", address.packed[:7])
        yield Needle("whole", address.exploded.encode(), any_case=True)
