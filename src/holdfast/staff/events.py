"""Facts about staff that end something elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import SessionId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class StaffSessionEnded(Event):
    """Signed out, or removed: nothing more is delivered to this session."""

    session: SessionId
