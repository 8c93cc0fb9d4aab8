"""A PIN for this device: setting it, locking, unlocking, and five tries."""

from __future__ import annotations

import hmac
from datetime import datetime

from msgspec import Struct
from sqlalchemy import update

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Malformed, NotFound
from holdfast.kit.ids import SessionId
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import own_session
from holdfast.members.actions.own_keys import turn_own_key
from holdfast.members.actions.people import end_session
from holdfast.members.events import SessionLocked, SessionSeen
from holdfast.members.rules.staying import (
    HIDDEN_FOR,
    PIN_TRIES,
    SHARED_CLOSED,
    SHARED_UNUSED,
    is_locked,
    is_pin,
    is_use_to_note,
)
from holdfast.members.tables import SessionRow
from holdfast.rights.rules import Member

NO_PIN = N_("A PIN has four to eight digits.")
OTHER_PIN = N_("These two are not the same. Please type it twice.")


class Tried(Struct, frozen=True):
    """What came of a PIN: another token for the session where it was right, else tries left."""

    token: str = ""
    left: int = 0


def pin_lookup(root: RootKey, session: SessionId, pin: str) -> bytes:
    """What is kept of a PIN: a keyed hash that says nothing without the root key."""
    return root.lookup(f"pin:{session}:{pin}")


async def turn_token(work: Work, actor: Member) -> str:
    """Another token for this session; the one before is worth nothing from now on."""
    row = await own_session(work, actor.id, actor.session)
    token = make_token()
    row.token_hash = hash_of(token)
    await turn_own_key(work, actor, token=token)
    return token


async def set_pin(work: Work, actor: Member, *, root: RootKey, pin: str, again: str) -> str:
    """Lock this device with a PIN from now on; the session has another token. Raises `Malformed`.

    Whoever is in may set another one: the page is not locked.
    """
    if not is_pin(pin):
        raise Malformed(NO_PIN)
    if pin != again:
        raise Malformed(OTHER_PIN)
    row = await own_session(work, actor.id, actor.session)
    row.pin, row.pin_tries, row.locks_at = pin_lookup(root, row.id, pin), 0, None
    return await turn_token(work, actor)


async def drop_pin(work: Work, actor: Member, *, root: RootKey, pin: str) -> Tried:
    """No PIN on this device any longer, if this is it. A wrong one is counted."""
    tried = await unlock(work, actor, root=root, pin=pin)
    if tried.token:
        (await own_session(work, actor.id, actor.session)).pin = None
    return tried


async def lock(work: Work, actor: Member) -> bool:
    """Cover everything until the PIN is typed; nothing happens where there is none."""
    return await _lock_at(work, actor, work.clock.now())


async def lock_soon(work: Work, actor: Member) -> bool:
    """The page is out of sight: it is locked in a minute, unless somebody comes back to it."""
    return await _lock_at(work, actor, work.clock.now() + HIDDEN_FOR)


async def _lock_at(work: Work, actor: Member, moment: datetime) -> bool:
    row = await own_session(work, actor.id, actor.session)
    if row.pin is None:
        return False
    if not is_locked(row.locks_at, work.clock.now()):
        row.locks_at = moment
        work.announce(SessionLocked(row.id, row.member_id, moment))
    return True


async def come_back(work: Work, actor: Member) -> None:
    """Somebody is at the page, or at it again: it is not locked, and its use is noted."""
    row, now = await own_session(work, actor.id, actor.session), work.clock.now()
    if row.locks_at is not None and not is_locked(row.locks_at, now):
        row.locks_at = None
        work.announce(SessionSeen(row.id, row.member_id))
    if row.used_at is not None:
        row.used_at = now


async def note_use(work: Work, actor: Member) -> None:
    """A device that others use was used just now."""
    row = await own_session(work, actor.id, actor.session)
    if is_use_to_note(row.used_at, work.clock.now()):
        row.used_at = work.clock.now()


async def close_page(work: Work, actor: Member) -> None:
    """The last page may have been closed: on a shared device the session ends in half a minute."""
    row = await own_session(work, actor.id, actor.session)
    if row.used_at is not None:
        closed = work.clock.now() - SHARED_UNUSED + SHARED_CLOSED
        row.used_at = min(row.used_at, closed)


async def unlock(work: Work, actor: Member, *, root: RootKey, pin: str) -> Tried:
    """Open it again, if this is the PIN; five wrong ones in a row end the session.

    Each try is counted before it is weighed, in a row that is held: many at once are many.
    """
    mine = SessionRow.id == actor.session, SessionRow.pin.is_not(None)
    counted = update(SessionRow).where(*mine).values(pin_tries=SessionRow.pin_tries + 1)
    await work.db.execute(counted)
    row = await own_session(work, actor.id, actor.session)
    await work.db.refresh(row)
    if row.pin is None:
        raise NotFound
    if not hmac.compare_digest(row.pin, pin_lookup(root, row.id, pin)):
        if row.pin_tries >= PIN_TRIES:
            await end_session(work, actor, session=row.id)
        return Tried(left=max(0, PIN_TRIES - row.pin_tries))
    row.locks_at, row.pin_tries = None, 0
    if row.used_at is not None:
        row.used_at = work.clock.now()
    work.announce(SessionSeen(row.id, row.member_id))
    return Tried(await turn_token(work, actor))
