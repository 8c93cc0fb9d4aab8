"""Events as bytes and back: how what happened in one process is told to another.

An event's fields are what they say they are. Whoever reads may be older or newer than whoever
wrote: what is not known is left out, and an event that lacks something, or that nobody here has
heard of, is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec import DecodeError
from msgspec.json import Decoder, encode

from holdfast.kit.work import Event


class NotOurs(Exception):
    """Somebody newer wrote this: it cannot be understood here."""


def as_bytes(event: Event) -> bytes:
    """An event as JSON."""
    return encode(event)


def from_bytes(kind: str, body: bytes) -> Event:
    """The event again. Raises `NotOurs` where this process does not know it."""
    told = kinds().get(kind) or _kinds_anew().get(kind)
    if told is None:
        raise NotOurs
    try:
        return _reader(told).decode(body)
    except DecodeError as no:
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
