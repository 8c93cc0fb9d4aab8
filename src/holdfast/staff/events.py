"""Facts about staff: what ends something elsewhere, and what changes who is here."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class StaffSessionEnded(Event):
    """Signed out, or removed: nothing more is delivered to this session."""

    session: SessionId


@dataclass(frozen=True)
class RotaChanged(Event):
    """Someone came or went, or the plan is another: what rooms may be is looked at again."""

    staff_id: StaffId
