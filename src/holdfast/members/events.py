"""Facts about members that end something elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class SessionEnded(Event):
    """Signed out: nothing more is delivered to this session."""

    session: SessionId
    member_id: MemberId


@dataclass(frozen=True)
class SessionLocked(Event):
    """From that moment on nothing is delivered to this session until its PIN is typed."""

    session: SessionId
    member_id: MemberId
    at: datetime


@dataclass(frozen=True)
class SessionSeen(Event):
    """Somebody came back before a session locked itself, or unlocked it."""

    session: SessionId
    member_id: MemberId


@dataclass(frozen=True)
class MemberErased(Event):
    """Gone, with everything kept about them."""

    member_id: MemberId


@dataclass(frozen=True)
class MemberFrozen(Event):
    """What they said and what is known of them is kept and not used from now on."""

    member_id: MemberId


@dataclass(frozen=True)
class MemberThawed(Event):
    """They took that back: it may be used as before."""

    member_id: MemberId


@dataclass(frozen=True)
class MemberCameIn(Event):
    """Somebody came through the door; `invited`, with an invitation."""

    member_id: MemberId
    invited: bool


@dataclass(frozen=True)
class MembersSettled(Event):
    """These have been here long enough to be newcomers no longer."""

    members: tuple[MemberId, ...]
