"""Facts about concerns and escalations. None carries words."""

from __future__ import annotations

from holdfast.kit.ids import EscalationId, MemberId
from holdfast.kit.work import Event


class EscalationChanged(Event, frozen=True):
    """Something about an escalation is new: raised, taken, joined, handed over, closed."""

    id: EscalationId
    version: int
    what: str


class ConcernRaised(Event, frozen=True):
    """Someone may be in danger, or in more than before."""

    id: EscalationId
    member_id: MemberId
    concern: int
    held: bool


class CareOffered(Event, frozen=True):
    """What a member is told of those who look after them, wherever they are."""

    member_id: MemberId
    level: str  # watch | high | immediate | over
    side_space: str | None = None
    person: str | None = None


class CareEnded(Event, frozen=True):
    """Nobody needs to be with this member any more: their words go to the room again."""

    member_id: MemberId
