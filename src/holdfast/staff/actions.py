"""What can be done with staff accounts: made from the machine's keyboard, signed in and out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from holdfast.kit.errors import NotPermitted
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Role, Staff, System
from holdfast.staff.access import link_hash, staff_behind_link
from holdfast.staff.tables import StaffRow, StaffSessionRow

TOKEN_LASTS = timedelta(hours=12)


async def make_staff_token(work: Work, actor: Actor, *, role: Role) -> str:
    """Make a staff account with a bearer token, for the person who has the machine's keyboard."""
    token = make_token()
    await _make_staff(work, actor, role=role, token_hash=hash_of(token))
    return token


async def make_staff_link(work: Work, actor: Actor, *, role: Role) -> str:
    """Make a staff account with a key that signs in as it until it ends, as often as one likes."""
    key = make_token()
    await _make_staff(work, actor, role=role, token_hash=link_hash(key))
    return key


async def _make_staff(work: Work, actor: Actor, *, role: Role, token_hash: bytes) -> None:
    if not isinstance(actor, System) or role is Role.MEMBER:
        raise NotPermitted
    staff = StaffRow(role=role)
    work.db.add(staff)
    await work.db.flush()
    ends_at = work.clock.now() + TOKEN_LASTS
    work.db.add(StaffSessionRow(staff_id=staff.id, token_hash=token_hash, ends_at=ends_at))


async def sign_in_staff_by_link(work: Work, actor: Actor, *, key: str) -> str | None:
    """A session that ends when this link does; nothing where there is no such link."""
    del actor
    link = await staff_behind_link(work, key)
    if link is None:
        return None
    token = make_token()
    staff_id, ends_at = link.staff_id, link.ends_at
    work.db.add(StaffSessionRow(staff_id=staff_id, token_hash=hash_of(token), ends_at=ends_at))
    return token


async def end_staff_session(work: Work, actor: Staff) -> None:
    """End this session; its token is worth nothing from now on."""
    await work.db.execute(delete(StaffSessionRow).where(StaffSessionRow.id == actor.session))
