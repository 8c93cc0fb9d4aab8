"""Facts about what people may do."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import MemberId, RightId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class RightGranted(Event):
    """Somebody may do this from now on."""

    id: RightId
    member_id: MemberId | None
    role: str


@dataclass(frozen=True)
class RightStopped(Event):
    """Frozen or ended: from now on they may not; what they had begun is seen to."""

    id: RightId
    member_id: MemberId | None
    role: str
    how: str  # frozen | ended


@dataclass(frozen=True)
class RightGoesOn(Event):
    """It was frozen, and is no more."""

    id: RightId
    member_id: MemberId | None
    role: str


@dataclass(frozen=True)
class OwnKeyRenewed(Event):
    """A member's own key is another one: what any line of theirs holds of the old opens no more."""

    member_id: MemberId
