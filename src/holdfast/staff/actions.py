"""What can be done with staff accounts: so far, making one from the keyboard of the machine."""

from __future__ import annotations

from datetime import timedelta

from holdfast.kit.errors import NotPermitted
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Role, System
from holdfast.staff.tables import StaffRow, StaffSessionRow

TOKEN_LASTS = timedelta(hours=12)


async def make_staff_token(work: Work, actor: Actor, *, role: Role) -> str:
    """Make a staff account with a bearer token, for the person who has the machine's keyboard."""
    if not isinstance(actor, System) or role is Role.MEMBER:
        raise NotPermitted
    staff = StaffRow(role=role)
    work.db.add(staff)
    await work.db.flush()
    token = make_token()
    ends_at = work.clock.now() + TOKEN_LASTS
    work.db.add(StaffSessionRow(staff_id=staff.id, token_hash=hash_of(token), ends_at=ends_at))
    return token
