"""Whose token this is: a member's, a staff person's, or nobody's."""

from __future__ import annotations

from holdfast.kit.work import Work
from holdfast.members.access import member_by_token
from holdfast.rights.rules import Guest, Member, Staff
from holdfast.staff.access import staff_by_token


async def actor_by_token(work: Work, token: str) -> Member | Staff | Guest:
    """The actor that a session token stands for; a guest where it stands for nobody."""
    if not token:
        return Guest()
    return await member_by_token(work, token) or await staff_by_token(work, token) or Guest()
