"""The only door to a staff account, by a token that came from outside."""

from __future__ import annotations

from datetime import datetime

from holdfast.kit.glances import Glances
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import hash_of
from holdfast.rights.rules import Role, Staff

SESSION_BEHIND = (
    "SELECT s.id, t.id, t.role FROM staff_sessions s JOIN staff t ON t.id = s.staff_id"
    " WHERE s.token_hash = ? AND s.ends_at > ?"
)


async def staff_by_token(glances: Glances, token: str, now: datetime) -> Staff | None:
    """The staff person whose living session this is, or nobody."""
    found = await glances.rows(SESSION_BEHIND, hash_of(token), to_millis(now))
    return Staff(found[0][1], found[0][0], Role(found[0][2])) if found else None
