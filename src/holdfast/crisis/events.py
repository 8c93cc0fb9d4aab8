"""Facts about concerns and escalations. None carries words."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import EscalationId, MemberId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class EscalationChanged(Event):
    """Something about an escalation is new: raised, taken, joined, handed over, closed."""

    id: EscalationId
    version: int
    what: str


@dataclass(frozen=True)
class ConcernRaised(Event):
    """Someone may be in danger, or in more than before."""

    id: EscalationId
    member_id: MemberId
    concern: int
    held: bool


@dataclass(frozen=True)
class CareOffered(Event):
    """What a member is told of those who look after them, wherever they are."""

    member_id: MemberId
    level: str  # watch | high | immediate | over
    side_space: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class CareEnded(Event):
    """Nobody needs to be with this member any more: their words go to the room again."""

    member_id: MemberId
