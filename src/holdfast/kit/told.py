"""Events as bytes and back: how what happened in one process is told to another.

An event is a frozen dataclass; its fields are what they say they are. Whoever reads may be older or
newer than whoever wrote: what is not known is left out, and an event that lacks something, or that
nobody here has heard of, is nothing.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from holdfast.kit.work import Event


class NotOurs(Exception):
    """Somebody newer wrote this: it cannot be understood here."""


def as_bytes(event: Event) -> bytes:
    """An event as JSON."""
    return orjson.dumps(_plain(event))


def from_bytes(kind: str, body: bytes) -> Event:
    """The event again. Raises `NotOurs` where this process does not know it."""
    told = kinds().get(kind) or _kinds_anew().get(kind)
    if told is None:
        raise NotOurs
    try:
        event: Event = _shaped(told, orjson.loads(body))
    except (ValueError, TypeError, KeyError) as no:
        raise NotOurs from no
    return event


@cache
def kinds() -> Mapping[str, type[Event]]:
    """Every kind of event that was imported until now, by its name."""
    return {kind.__name__: kind for kind in _below(Event)}


def _kinds_anew() -> Mapping[str, type[Event]]:
    kinds.cache_clear()
    return kinds()


def _below(kind: type[Event]) -> list[type[Event]]:
    return [found for each in kind.__subclasses__() for found in (each, *_below(each))]


# ---------------------------------------------------------------- there


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    match value:
        case Enum():
            return value.value
        case bytes():
            return b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case tuple() | list() | set() | frozenset():
            return [_plain(one) for one in value]
    return value


# ---------------------------------------------------------------- and back


def _shaped(kind: Any, value: Any) -> Any:
    """`value` as what `kind` says: a type, an id, a union with nothing, a tuple of something."""
    kind = getattr(kind, "__supertype__", kind)  # an id is what it is made of
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _one_of(get_args(kind), value)
    if origin is not None:
        return _many(origin, get_args(kind), value)
    if kind is Any:
        return value
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**_fields(kind, value))
    return _simple(kind, value)


def _simple(kind: Any, value: Any) -> Any:
    match kind:
        case type() if issubclass(kind, Enum):
            return kind(value)
        case type() if kind is datetime:
            return datetime.fromisoformat(value)
        case type() if kind is bytes:
            return b64decode(value, validate=True)
    if not isinstance(value, kind):
        raise TypeError
    return value


def _one_of(kinds_of_it: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in kinds_of_it:
        return None
    (kind,) = [each for each in kinds_of_it if each is not NoneType]
    return _shaped(kind, value)


def _many(origin: Any, inner: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        return {str(key): _shaped(inner[1], one) for key, one in value.items()}
    make: Callable[[list[Any]], Any] = origin
    if origin is tuple and inner[-1] is not Ellipsis:
        return make([_shaped(kind, one) for kind, one in zip(inner, value, strict=True)])
    return make([_shaped(inner[0], one) for one in value])


def _fields(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)
    told = {name: _shaped(hint, value[name]) for name, hint in hints.items() if name in value}
    for each in fields(kind):
        if each.name not in told and each.default is MISSING and each.default_factory is MISSING:
            raise KeyError(each.name)
    return told


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
