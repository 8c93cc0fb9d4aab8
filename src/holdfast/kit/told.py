"""Events as bytes and back: how what happened in one process is told to another.

An event's fields are what they say they are. Whoever reads may be older or newer than whoever
wrote: what is not known is left out, and an event that lacks something, or that nobody here has
heard of, is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

from holdfast.kit.work import Event


class NotOurs(Exception):
    """Somebody newer wrote this: it cannot be understood here."""


def as_bytes(event: Event) -> bytes:
    """An event as JSON."""
    return WRITER.encode(event)


def from_bytes(kind: str, body: bytes) -> Event:
    """The event again. Raises `NotOurs` where this process does not know it."""
    told = kinds().get(kind) or _kinds_anew().get(kind)
    if told is None:
        raise NotOurs
    try:
        return _reader(told).decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError) as no:
        raise NotOurs from no


@cache
def kinds() -> Mapping[str, type[Event]]:
    """Every kind of event that was imported until now, by its name."""
    return {kind.__name__: kind for kind in _below(Event)}


def _kinds_anew() -> Mapping[str, type[Event]]:
    kinds.cache_clear()
    return kinds()


def _below(kind: type[Event]) -> list[type[Event]]:
    return [found for each in kind.__subclasses__() for found in (each, *_below(each))]


@cache
def _reader(kind: type[Event]) -> Decoder[Event]:
    return Decoder(kind)


def _plain(value: object) -> Any:
    """Words, numbers and mappings of a kind of our own, such as words with their context."""
    match value:
        case str():
            return str(value)
        case int():
            return int(value)
        case Mapping():
            return dict(value)
    raise TypeError(f"an event cannot tell what is a {type(value).__name__}")


WRITER = Encoder(enc_hook=_plain)
