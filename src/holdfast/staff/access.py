"""The only door to a staff account, by a token that came from outside."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff
from holdfast.staff.tables import StaffRow, StaffSessionRow


async def staff_by_token(work: Work, token: str) -> Staff | None:
    """The staff person whose living session this is, or nobody."""
    query = (
        select(StaffSessionRow.id, StaffRow.id, StaffRow.role)
        .join(StaffRow, StaffRow.id == StaffSessionRow.staff_id)
        .where(
            StaffSessionRow.token_hash == hash_of(token),
            StaffSessionRow.ends_at > work.clock.now(),
        )
    )
    found = (await work.db.execute(query)).tuples().one_or_none()
    return None if found is None else Staff(found[1], found[0], found[2])
