"""What happened to what was to be erased."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.work import Event


@dataclass(frozen=True)
class ErasureBegun(Event):
    """Something is out of sight; what is left to do is done now."""

    erasure_id: int
