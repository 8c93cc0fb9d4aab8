"""Facts about circles and those who wait for one."""

from __future__ import annotations

from holdfast.kit.ids import MemberId, ProposalId, RoomId
from holdfast.kit.work import Event


class CircleProposed(Event, frozen=True):
    """Some who wait are asked whether they would like to begin, or to take a free seat."""

    proposal_id: ProposalId
    members: tuple[MemberId, ...]


class CircleBegun(Event, frozen=True):
    """A circle began: these sit there."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


class CircleEnding(Event, frozen=True):
    """A circle ends in some days: these sit there."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


class CircleEnded(Event, frozen=True):
    """A circle ended: it can be read for two more weeks."""

    room_id: RoomId
    slug: str
    members: tuple[MemberId, ...]


class CircleChanged(Event, frozen=True):
    """Who sits there, the theme or the host is another: those who are there look again."""

    room_id: RoomId


class HelpCalled(Event, frozen=True):
    """Somebody of a circle, or its host, called for somebody of the staff."""

    room_id: RoomId
    slug: str
