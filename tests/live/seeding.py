"""The list of seeded faults, by the promise that each of them breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FAULTS: dict[str, Callable[[], None]] = {"none": lambda: None}


def fault(make: Callable[[], None]) -> Callable[[], None]:
    """Register a fault under the promise that it breaks."""
    FAULTS[make.__name__.replace("_", "-")] = make
    return make


def put(place: Any, name: str, broken: Any) -> None:
    """Put something broken in the place of something whole, which must be there."""
    assert hasattr(place, name), f"{name} has gone elsewhere"
    setattr(place, name, broken)
