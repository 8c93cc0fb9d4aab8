"""Whose token this is: a member's, a staff person's, or nobody's."""

from __future__ import annotations

from datetime import datetime

from holdfast.kit.clock import Clock
from holdfast.kit.glances import Glances
from holdfast.kit.ids import MemberId, SessionId
from holdfast.members.access import member_by_token
from holdfast.rights.rules import Actor, Guest, Member, Staff
from holdfast.staff.access import staff_by_token


async def actor_by_token(glances: Glances, token: str, clock: Clock) -> Member | Staff | Guest:
    """The actor that a session token stands for; a guest where it stands for nobody."""
    if not token:
        return Guest()
    now = clock.now()
    member = await member_by_token(glances, token, now)
    return member or await staff_by_token(glances, token, now) or Guest()


async def listener_by_token(glances: Glances, token: str, clock: Clock) -> Member | Staff | Guest:
    """The same for a line: behind a PIN nobody listens."""
    actor = await actor_by_token(glances, token, clock)
    return Guest() if isinstance(actor, Member) and actor.locked else actor


def is_over(actor: Actor, now: datetime) -> bool:
    """Whether the session may have ended by itself, as far as was known when it was looked up."""
    until = actor.until if isinstance(actor, Member | Staff) else None
    return until is not None and until <= now


def is_session(actor: Actor, session: SessionId) -> bool:
    return isinstance(actor, Member) and actor.session == session


def is_duty(actor: Actor, session: SessionId) -> bool:
    return isinstance(actor, Staff) and actor.session == session


def is_member(actor: Actor, member_id: MemberId) -> bool:
    return isinstance(actor, Member) and actor.id == member_id
