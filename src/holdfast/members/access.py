"""The only door to a member or a session, by a secret that came from outside."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound, NotPermitted, SignedOut
from holdfast.kit.glances import Glances
from holdfast.kit.ids import BatchId, ConsentId, MemberId, MemberPasskeyId, SessionId
from holdfast.kit.looks import Looks
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.members.rules.phrases import normalise_phrase
from holdfast.members.rules.staying import shared_until
from holdfast.members.tables import (
    ConsentRow,
    DeviceLinkRow,
    DoorBatchRow,
    MemberPasskeyRow,
    MemberRow,
    SessionRow,
)
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Actor, Member, Permission, System, may

PHRASE, LINK, CODE = "member phrase:", "link:", "invitation:"
DEVICE = "another device:"
SESSION_BEHIND = (
    "SELECT s.id, s.ends_at, s.used_at, s.locks_at, s.pin IS NOT NULL, m.id,"
    " o.public, k.wrapped,"
    " m.language, m.theme, m.text_size, m.letters, m.time_zone, m.disguise"
    " FROM sessions s JOIN members m ON m.id = s.member_id"
    " LEFT JOIN own_keys o ON o.member_id = m.id"
    " LEFT JOIN session_keys k ON k.session_id = s.id WHERE s.token_hash = ?"
)


def phrase_lookup(root: RootKey, phrase: str) -> bytes:
    """What is kept of a recovery phrase: a keyed hash of its 90 random bits."""
    return root.lookup(PHRASE + normalise_phrase(phrase))


def code_lookup(root: RootKey, code: str) -> bytes:
    """What is kept of an invitation: a keyed hash of its 100 random bits."""
    return root.lookup(CODE + code)


@lru_cache(maxsize=1_024)
def same_looks(has_pin: bool, shared: bool, *chosen: str) -> Looks:
    """One object for all who chose alike: there are many readers and few ways to look."""
    locale, theme, text_size, letters, zone, disguise = chosen
    return Looks(
        locale=locale,
        theme=theme,
        text_size=text_size,
        letters=letters,
        zone=zone,
        disguise=disguise,
        has_pin=has_pin,
        shared=shared,
    )


async def member_by_token(glances: Glances, token: str, now: datetime) -> Member | None:
    """The member whose living session this is, or nobody."""
    found = await glances.rows(SESSION_BEHIND, hash_of(token))
    if not found:
        return None
    session, ends_at, used_at, locks_at, has_pin, member, public, wrapped, *looks = found[0]
    used = None if used_at is None else from_millis(used_at)
    until = shared_until(from_millis(ends_at), used)
    if to_millis(now) >= to_millis(until):
        return None
    *chosen, disguise = looks
    looks_like = same_looks(bool(has_pin), used is not None, *chosen, disguise or "")
    locked = locks_at is not None and locks_at <= to_millis(now)
    if locks_at is not None and not locked:
        until = min(until, from_millis(locks_at))
    own = OwnKey(token, public, wrapped)
    return Member(member, session, looks_like, until, locked=locked, used_at=used, own=own)


async def member_by_phrase(work: Work, root: RootKey, phrase: str) -> MemberRow:
    """Whose recovery phrase this is. Raises `NotFound`: a wrong one and an erased one alike."""
    lookup = phrase_lookup(root, phrase)
    row = await work.db.scalar(select(MemberRow).where(MemberRow.phrase_lookup == lookup))
    if row is None:
        raise NotFound
    return row


def link_hash(key: str) -> bytes:
    """What is kept of a link's key. No token of a session has it, so a link is never a session."""
    return hash_of(LINK + key)


async def member_behind_link(work: Work, key: str) -> MemberId | None:
    """Whom a living link was made for, or nobody."""
    mine = SessionRow.token_hash == link_hash(key), SessionRow.ends_at > work.clock.now()
    found: MemberId | None = await work.db.scalar(select(SessionRow.member_id).where(*mine))
    return found


async def myself(work: Work, actor: Actor) -> MemberRow:
    """My own row. Raises `SignedOut` for anyone who is not a member."""
    row = await work.db.get(MemberRow, actor.id) if isinstance(actor, Member) else None
    if row is None:
        raise SignedOut
    return row


async def own_session(work: Work, member_id: MemberId, session: SessionId) -> SessionRow:
    """One of my own sessions. Raises `NotFound`."""
    row = await work.db.get(SessionRow, session)
    if row is None or row.member_id != member_id:
        raise NotFound
    return row


async def own_member_passkey(
    work: Work, member_id: MemberId, passkey: MemberPasskeyId
) -> MemberPasskeyRow:
    """One of my own passkeys. Raises `NotFound`."""
    row = await work.db.get(MemberPasskeyRow, passkey)
    if row is None or row.member_id != member_id:
        raise NotFound
    return row


def link_lookup(root: RootKey, words: str) -> bytes:
    """What is kept of the six words for another device: a keyed hash."""
    return root.lookup(DEVICE + words)


async def link_of_mine(work: Work, actor: Member) -> DeviceLinkRow | None:
    """The living link that this very session made, or nothing."""
    row = await work.db.get(DeviceLinkRow, actor.id)
    if row is None or row.session_id != actor.session or row.ends_at <= work.clock.now():
        return None
    return row


async def link_that_claims(work: Work, key: str) -> DeviceLinkRow | None:
    """The living link that a device claimed with this key, or nothing."""
    mine = DeviceLinkRow.claim == hash_of(key), DeviceLinkRow.ends_at > work.clock.now()
    found: DeviceLinkRow | None = await work.db.scalar(select(DeviceLinkRow).where(*mine))
    return found


async def own_consent(work: Work, member_id: MemberId, consent: ConsentId) -> ConsentRow:
    """One thing I said yes to. Raises `NotFound`."""
    row = await work.db.get(ConsentRow, consent)
    if row is None or row.member_id != member_id:
        raise NotFound
    return row


async def member_to_look_after(work: Work, actor: System, member_id: MemberId) -> MemberRow:
    """A member whom the house itself must find, because somebody may be in danger."""
    del actor
    row = await work.db.get(MemberRow, member_id)
    if row is None:
        raise NotFound
    return row


async def batch_to_burn(work: Work, actor: Actor, batch: BatchId) -> DoorBatchRow:
    """A batch of invitations. Raises `NotPermitted`, `NotFound`."""
    if not may(actor, Permission.INVITATION_MAKE):
        raise NotPermitted
    row = await work.db.get(DoorBatchRow, batch)
    if row is None:
        raise NotFound
    return row


async def came_in_at(work: Work, member_id: MemberId) -> datetime | None:
    """When somebody first said yes at the door: with their number, it is theirs alone."""
    first = select(func.min(ConsentRow.given_at)).where(ConsentRow.member_id == member_id)
    found: datetime | None = await work.db.scalar(first)
    return found
