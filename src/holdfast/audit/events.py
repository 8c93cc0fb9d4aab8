"""What happened to the record."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.work import Event


@dataclass(frozen=True)
class Recorded(Event):
    """Something was added to the record, up to this place."""

    seq: int
