"""The only door to a staff account, by a token that came from outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from holdfast.kit.glances import Glances
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.rights.rules import Role, Staff
from holdfast.staff.tables import StaffSessionRow

SESSION_BEHIND = (
    "SELECT s.id, t.id, t.role FROM staff_sessions s JOIN staff t ON t.id = s.staff_id"
    " WHERE s.token_hash = ? AND s.ends_at > ?"
)
LINK = "link:"


async def staff_by_token(glances: Glances, token: str, now: datetime) -> Staff | None:
    """The staff person whose living session this is, or nobody."""
    found = await glances.rows(SESSION_BEHIND, hash_of(token), to_millis(now))
    return Staff(found[0][1], found[0][0], Role(found[0][2])) if found else None


def link_hash(key: str) -> bytes:
    """What is kept of a link's key. No bearer token has it, so a link is never a session."""
    return hash_of(LINK + key)


async def staff_behind_link(work: Work, key: str) -> StaffSessionRow | None:
    """The living link this key belongs to, or nothing."""
    mine = StaffSessionRow.token_hash == link_hash(key), StaffSessionRow.ends_at > work.clock.now()
    found: StaffSessionRow | None = await work.db.scalar(select(StaffSessionRow).where(*mine))
    return found
