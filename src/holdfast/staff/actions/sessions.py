"""Signing in and out: sessions, and the tokens and links the machine's keyboard makes."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Role, Staff, System
from holdfast.staff.access.sessions import link_hash, own_session, staff_behind_link
from holdfast.staff.actions.shifts import end_shift_of
from holdfast.staff.events import StaffSessionEnded
from holdfast.staff.rules.names import is_name, name_key, tidied
from holdfast.staff.rules.sessions import LASTS, NOTED_EVERY
from holdfast.staff.tables import StaffRow, StaffSessionKind, StaffSessionRow, StaffWay

ANOTHER_ROLE = N_("Somebody by that name is here already, with another role.")
NOBODY = N_("Nobody by that name is here.")
NO_NAME = N_("A name has between 1 and 40 letters, and begins with one.")


async def make_staff_token(work: Work, actor: Actor, *, role: Role, name: str = "") -> str:
    """A bearer token for a staff account, for the person who has the machine's keyboard.

    Raises `Conflict` where somebody has that name and another role.
    """
    staff = await _at_the_keyboard(work, actor, role, name)
    return open_staff_session(work, staff.id, kind=StaffSessionKind.TOKEN, way=StaffWay.CONSOLE)


async def make_staff_link(work: Work, actor: Actor, *, role: Role, name: str = "") -> str:
    """A key that signs in as a staff account until it ends, as often as one likes."""
    staff = await _at_the_keyboard(work, actor, role, name)
    return open_staff_session(work, staff.id, kind=StaffSessionKind.LINK, way=StaffWay.CONSOLE)


async def _at_the_keyboard(work: Work, actor: Actor, role: Role, name: str) -> StaffRow:
    """Whom the keyboard means: somebody who is here by that name, or a new account."""
    if not isinstance(actor, System) or role is Role.MEMBER:
        raise NotPermitted
    if not name:
        staff = new_staff(work, role=role, name=f"{role} {secrets.token_hex(4)}")
        await work.db.flush()
        staff.name = f"{role.replace('-', ' ').capitalize()} {staff.id}"
        staff.name_key = name_key(staff.name)
        return staff
    known = await work.db.scalar(select(StaffRow).where(StaffRow.name_key == name_key(name)))
    if known is None:
        known = new_staff(work, role=role, name=name)
        await work.db.flush()
    if known.role is not role:
        raise Conflict(ANOTHER_ROLE)
    return known


def new_staff(
    work: Work, *, role: Role, name: str, languages: tuple[str, ...] = ("en",)
) -> StaffRow:
    """A new account. Raises `Malformed` for what is no name."""
    if not is_name(tidied(name)):
        raise Malformed(NO_NAME)
    row = StaffRow(
        role=role,
        name=tidied(name),
        name_key=name_key(name),
        handle=secrets.token_bytes(32),
        languages=languages,
        made_at=work.clock.now(),
    )
    work.db.add(row)
    return row


def open_staff_session(
    work: Work,
    staff_id: StaffId,
    *,
    kind: StaffSessionKind = StaffSessionKind.BROWSER,
    way: StaffWay,
    fresh_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> str:
    """A new session; its token is told once."""
    token, now = make_token(), work.clock.now()
    row = StaffSessionRow(
        staff_id=staff_id,
        token_hash=link_hash(token) if kind is StaffSessionKind.LINK else hash_of(token),
        kind=kind,
        way=way,
        opened_at=now,
        seen_at=now,
        fresh_at=fresh_at or now,
        ends_at=ends_at or now + LASTS,
    )
    work.db.add(row)
    return token


async def sign_in_staff_by_link(work: Work, actor: Actor, *, key: str) -> str | None:
    """A session that ends when this link does; nothing where there is no such link."""
    del actor
    link = await staff_behind_link(work, key)
    if link is None:
        return None
    return open_staff_session(work, link.staff_id, way=StaffWay.CONSOLE, ends_at=link.ends_at)


async def note_use(work: Work, actor: Staff) -> None:
    """Somebody uses this session: it does not end for want of it."""
    now = work.clock.now()
    due = StaffSessionRow.id == actor.session, StaffSessionRow.seen_at <= now - NOTED_EVERY
    await work.db.execute(update(StaffSessionRow).where(*due).values(seen_at=now))


async def end_staff_session(work: Work, actor: Staff, *, session: SessionId | None = None) -> None:
    """End this session, or another of mine. Raises `NotFound` for one that is not mine."""
    if session is not None and session != actor.session:
        await own_session(work, actor, session)
    await _end(work, session or actor.session)


async def end_staff_sessions(work: Work, actor: Staff, *, staff_id: StaffId) -> None:
    """End all sessions of one staff person: one's own, or someone's who goes or changes roles."""
    del actor
    theirs = StaffSessionRow.staff_id == staff_id
    for session in (await work.db.scalars(select(StaffSessionRow.id).where(theirs))).all():
        await _end(work, session)


async def sign_out_by_name(work: Work, actor: Actor, *, name: str) -> int:
    """Sign somebody out everywhere, from the keyboard: for a lost phone. How many sessions ended.

    Their shift ends, too: whoever cannot be reached must not keep rooms open. They check in again
    when they are back. Raises `Conflict` where nobody has that name.
    """
    if not isinstance(actor, System):
        raise NotPermitted
    known = await work.db.scalar(select(StaffRow.id).where(StaffRow.name_key == name_key(name)))
    if known is None:
        raise Conflict(NOBODY)
    await record(work, actor, what="staff:signed_out", about=f"staff:{known}")
    theirs = StaffSessionRow.staff_id == known
    sessions = (await work.db.scalars(select(StaffSessionRow.id).where(theirs))).all()
    for session in sessions:
        await _end(work, session)
    await end_shift_of(work, actor, staff_id=known)
    return len(sessions)


async def close_staff_sessions(work: Work, actor: Staff, *, staff_id: StaffId) -> None:
    """End all lines of somebody who was removed.

    The hashes of their tokens stay: they open nothing now, and whoever still comes with one is
    known for who that was.
    """
    del actor
    theirs = StaffSessionRow.staff_id == staff_id
    for session in (await work.db.scalars(select(StaffSessionRow.id).where(theirs))).all():
        work.announce(StaffSessionEnded(session))


async def _end(work: Work, session: SessionId) -> None:
    await work.db.execute(delete(StaffSessionRow).where(StaffSessionRow.id == session))
    work.announce(StaffSessionEnded(session))
