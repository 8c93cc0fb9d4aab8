"""Facts about members that end something elsewhere."""

from __future__ import annotations

from datetime import datetime

from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.work import Event


class SessionEnded(Event, frozen=True):
    """Signed out: nothing more is delivered to this session."""

    session: SessionId
    member_id: MemberId


class SessionLocked(Event, frozen=True):
    """From that moment on nothing is delivered to this session until its PIN is typed."""

    session: SessionId
    member_id: MemberId
    at: datetime


class SessionSeen(Event, frozen=True):
    """Somebody came back before a session locked itself, or unlocked it."""

    session: SessionId
    member_id: MemberId


class MemberErased(Event, frozen=True):
    """Gone, with everything kept about them."""

    member_id: MemberId


class MemberFrozen(Event, frozen=True):
    """What they said and what is known of them is kept and not used from now on."""

    member_id: MemberId


class MemberThawed(Event, frozen=True):
    """They took that back: it may be used as before."""

    member_id: MemberId


class MemberCameIn(Event, frozen=True):
    """Somebody came through the door; `invited`, with an invitation."""

    member_id: MemberId
    invited: bool


class MembersSettled(Event, frozen=True):
    """These have been here long enough to be newcomers no longer."""

    members: tuple[MemberId, ...]
