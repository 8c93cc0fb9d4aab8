"""Facts about circles and those who wait for one."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import MemberId, ProposalId, RoomId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class CircleProposed(Event):
    """Some who wait are asked whether they would like to begin, or to take a free seat."""

    proposal_id: ProposalId
    members: tuple[MemberId, ...]


@dataclass(frozen=True)
class CircleBegun(Event):
    """A circle began: these sit there."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


@dataclass(frozen=True)
class CircleEnding(Event):
    """A circle ends in some days: these sit there."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


@dataclass(frozen=True)
class CircleEnded(Event):
    """A circle ended: it can be read for two more weeks."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


@dataclass(frozen=True)
class CircleChanged(Event):
    """Who sits there, the theme or the host is another: those who are there look again."""

    room_id: RoomId


@dataclass(frozen=True)
class HelpCalled(Event):
    """Somebody of a circle, or its host, called for somebody of the staff."""

    room_id: RoomId
    slug: str
