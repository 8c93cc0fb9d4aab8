"""Facts about what people may do."""

from __future__ import annotations

from holdfast.kit.ids import MemberId, RightId
from holdfast.kit.work import Event


class RightGranted(Event, frozen=True):
    """Somebody may do this from now on."""

    id: RightId
    member_id: MemberId | None
    role: str


class RightStopped(Event, frozen=True):
    """Frozen or ended: from now on they may not; what they had begun is seen to."""

    id: RightId
    member_id: MemberId | None
    role: str
    how: str  # frozen | ended


class RightGoesOn(Event, frozen=True):
    """It was frozen, and is no more."""

    id: RightId
    member_id: MemberId | None
    role: str


class OwnKeyRenewed(Event, frozen=True):
    """A member's own key is another one: what any line of theirs holds of the old opens no more."""

    member_id: MemberId
