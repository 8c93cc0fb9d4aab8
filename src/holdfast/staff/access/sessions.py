"""The only door to a staff account, by a token that came from outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.glances import Glances
from holdfast.kit.ids import SessionId
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.tokens import hash_of
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Actor, Role, Staff
from holdfast.staff.rules.sessions import is_fresh, session_until, was_set_back
from holdfast.staff.tables import StaffSessionKind, StaffSessionRow

SESSION_BEHIND = (
    "SELECT s.id, t.id, t.role, t.name, s.kind, k.public, k.wrapped, s.seen_at, s.fresh_at,"
    " s.ends_at FROM staff_sessions s JOIN staff t ON t.id = s.staff_id"
    " LEFT JOIN staff_session_keys k ON k.session_id = s.id"
    " WHERE s.token_hash = ? AND t.removed_at IS NULL"
)
REMOVED_BEHIND = (
    "SELECT s.id, t.id, t.role FROM staff_sessions s JOIN staff t ON t.id = s.staff_id"
    " WHERE s.token_hash = ? AND t.removed_at IS NOT NULL"
)
LINK = "link:"


class FreshSignInNeeded(NotPermitted):
    """Something that weighs much, and the last sign-in was too long ago for it."""

    code = "fresh_sign_in_needed"
    words = N_("Before this, please show once more that it is you.")
    way = "/staff/again"


async def staff_by_token(glances: Glances, token: str, now: datetime) -> Staff | None:
    """The staff person whose living session this is, or nobody."""
    found = await glances.rows(SESSION_BEHIND, hash_of(token))
    if not found:
        return None
    session, staff, role, name, kind, public, wrapped, *times = found[0]
    seen_at, fresh_at, ends_at = (from_millis(millis) for millis in times)
    may_rest = kind != StaffSessionKind.BROWSER
    until = session_until(ends_at, seen_at, may_rest=may_rest)
    if to_millis(now) >= to_millis(until) or was_set_back(seen_at, now, may_rest=may_rest):
        return None
    return Staff(
        staff,
        session,
        Role(role),
        until=until,
        name=name,
        fresh_at=fresh_at,
        seen_at=None if may_rest else seen_at,
        own=OwnKey(token, public, wrapped),
    )


async def removed_staff_by_token(glances: Glances, token: str) -> Staff | None:
    """Who had this token until they were removed. For the record alone: they may do nothing."""
    found = await glances.rows(REMOVED_BEHIND, hash_of(token))
    return Staff(found[0][1], found[0][0], Role(found[0][2])) if found else None


def fresh_staff(work: Work, actor: Actor) -> Staff:
    """The staff person, if they showed who they are a moment ago. For what weighs much.

    Raises `NotPermitted` for anyone else, `FreshSignInNeeded` where it was too long ago.
    """
    if not isinstance(actor, Staff):
        raise NotPermitted
    if not is_fresh(actor.fresh_at, work.clock.now()):
        raise FreshSignInNeeded
    return actor


def link_hash(key: str) -> bytes:
    """What is kept of a link's key. No bearer token has it, so a link is never a session."""
    return hash_of(LINK + key)


async def staff_behind_link(work: Work, key: str) -> StaffSessionRow | None:
    """The living link this key belongs to, or nothing."""
    mine = StaffSessionRow.token_hash == link_hash(key), StaffSessionRow.ends_at > work.clock.now()
    found: StaffSessionRow | None = await work.db.scalar(select(StaffSessionRow).where(*mine))
    return found


async def own_session(work: Work, actor: Staff, session: SessionId) -> StaffSessionRow:
    """One of my own sessions. Raises `NotFound`."""
    row = await work.db.get(StaffSessionRow, session)
    if row is None or row.staff_id != actor.id:
        raise NotFound
    return row
