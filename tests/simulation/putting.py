"""Putting something else in a place, and the old thing back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Put = tuple[Any, str, Any]  # where, which name, what comes there


@contextmanager
def put(*places: tuple[Any, str, Any]) -> Iterator[None]:
    """Other things in the place of the product's own, for a while."""
    before = [(place, name, getattr(place, name)) for place, name, _ in places]
    try:
        for place, name, ours in places:
            setattr(place, name, ours)
        yield
    finally:
        for place, name, theirs in before:
            setattr(place, name, theirs)
