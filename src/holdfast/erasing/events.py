"""What happened to what was to be erased."""

from __future__ import annotations

from holdfast.kit.work import Event


class ErasureBegun(Event, frozen=True):
    """Something is out of sight; what is left to do is done now."""

    erasure_id: int
