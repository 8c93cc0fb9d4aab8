"""Facts about staff: what ends something elsewhere, and what changes who is here."""

from __future__ import annotations

from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.work import Event


class StaffSessionEnded(Event, frozen=True):
    """Signed out, or removed: nothing more is delivered to this session."""

    session: SessionId


class RotaChanged(Event, frozen=True):
    """Someone came or went, or the plan is another: what rooms may be is looked at again."""

    staff_id: StaffId
