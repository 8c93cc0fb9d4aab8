"""Facts about listening. None carries words."""

from __future__ import annotations

from holdfast.kit.ids import AskId, HandId, ListeningId, MemberId, OfferId, RoomId
from holdfast.kit.work import Event


class AskChanged(Event, frozen=True):
    """Somebody asked, or their ask is over: `what` is asked, withdrawn, ended, matched."""

    id: AskId
    member_id: MemberId
    what: str


class DutyChanged(Event, frozen=True):
    """A listener is on duty now, or no more."""

    member_id: MemberId
    on: bool


class OfferChanged(Event, frozen=True):
    """An ask lies before a listener: `what` is offered, or gone."""

    id: OfferId
    member_id: MemberId
    what: str


class ListeningBegan(Event, frozen=True):
    """Two were put together: they sit in a room now."""

    id: ListeningId
    room_id: RoomId
    slug: str
    asker_id: MemberId
    listener_id: MemberId


class ListeningChanged(Event, frozen=True):
    """Something about a session is new: both sides, and who was called, look again.

    `what`: paused, went_on, soon, ended, hand, came, earlier, hand_over, guard, decided, again.
    """

    id: ListeningId
    room_id: RoomId
    slug: str
    people: tuple[MemberId, ...]
    what: str


class HandRaised(Event, frozen=True):
    """Somebody of the staff is called into a session."""

    id: HandId
    version: int = 0


class HandDown(Event, frozen=True):
    """A hand is no longer up: somebody came, or it was taken down."""

    id: HandId
    version: int = 1


class SomebodyCame(Event, frozen=True):
    """A staff person sat down in a listening room: from here on it is said to them as well."""

    id: ListeningId
    room_id: RoomId


class GuardCalled(Event, frozen=True):
    """A listener tried twice to pass on a way to be reached: a person decides within the hour."""

    id: ListeningId
    room_id: RoomId
