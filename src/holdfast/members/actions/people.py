"""Everything a member can do about being here: come in, sign in and out, choose, leave for good."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, select

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict, Malformed, NotFound, NotPermitted
from holdfast.kit.ids import ConsentId, MemberId, SessionId
from holdfast.kit.limits import Pace
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.words import N_, NP_
from holdfast.kit.work import Work
from holdfast.members.access import (
    link_hash,
    member_behind_link,
    member_by_phrase,
    myself,
    own_consent,
    own_session,
    phrase_lookup,
)
from holdfast.members.actions.own_keys import (
    forget_phrase,
    make_at_the_door,
    open_at_the_door,
    renew_own_key,
)
from holdfast.members.events import SessionEnded
from holdfast.members.rules import ages, phrases, promises
from holdfast.members.tables import (
    ConsentRow,
    MemberPasskeyRow,
    MemberRow,
    SessionKind,
    SessionRow,
)
from holdfast.rights.rules import Actor, Member, Staff, System
from holdfast.staff.actions import end_staff_session

PHRASES = Pace(every=0.2, burst=50)
LASTS = {
    SessionKind.VISIT: timedelta(hours=24),
    SessionKind.KEPT: timedelta(days=90),
    SessionKind.LINK: timedelta(hours=24),
}
BEING_HERE_RESTS_ON = frozenset({"promises", "words", "age"})


class NotServed(NotPermitted):
    """An age this community does not serve."""

    code = "age_band_not_served"
    words = NP_(
        "safety",
        "This place is for people of 18 and over. There are people who are there for you now.",
    )
    help = True


class OtherPromises(Conflict):
    """The promises have changed since they were read."""

    code = "promises_changed"
    words = N_("The promises have changed. Please read them again.")


class WrongPhrase(NotFound):
    """No member has this phrase."""

    status = 401
    code = "phrase_not_known"
    words = N_("We don’t know these seven words. Check each one, or come in anew.")
    help = True


class CameIn(Struct, frozen=True):
    """What someone is given at the door, once."""

    member_id: MemberId
    token: str
    recovery_phrase: str | None


async def come_in(
    work: Work,
    actor: Actor,
    *,
    root: RootKey,
    age_band: str,
    version: str,
    language: str = "en",
    kept: bool = True,
) -> CameIn:
    """Come in without a name. `kept`: with a recovery phrase, or for this visit only.

    Raises `Malformed` for no age band, `NotServed` for an age this community does not serve,
    `OtherPromises`.
    """
    # A guest, or a member who starts anew: nothing of before is linked.
    if not ages.is_band(age_band):
        raise Malformed
    if not ages.is_served(age_band):
        raise NotServed
    if version not in (promises.VERSION, "current"):
        raise OtherPromises
    now = work.clock.now()
    week = week_of(now)
    phrase = phrases.make_phrase(secrets.randbelow) if kept else None
    member = MemberRow(age_band=age_band, came_in_week=week, seen_week=week, language=language)
    member.phrase_lookup = phrase_lookup(root, phrase) if phrase else None
    work.db.add(member)
    await work.db.flush()
    _keep_the_yeses(work, member)
    kind = SessionKind.KEPT if kept else SessionKind.VISIT
    token = open_session(work, member.id, kind)
    if phrase:
        await make_at_the_door(
            work, actor, member_id=member.id, root=root, phrase=phrase, token=token
        )
    return CameIn(member.id, token, phrase)


def _keep_the_yeses(work: Work, member: MemberRow) -> None:
    """What was said yes to at the door, as dated records."""
    for kind in promises.CONSENTS_AT_THE_DOOR:
        row = ConsentRow(
            member_id=member.id,
            kind=kind,
            version=promises.VERSION,
            language=member.language,
            given_at=work.clock.now(),
        )
        work.db.add(row)


def week_of(now: datetime) -> date:
    """The Monday of a week: all we remember of when someone came."""
    return (now - timedelta(days=now.weekday())).date()


def open_session(
    work: Work, member_id: MemberId, kind: SessionKind, *, shared: bool = False
) -> str:
    """A new session; its token is told once. On a device others use it ends soon when unused."""
    token, now = make_token(), work.clock.now()
    row = SessionRow(
        member_id=member_id,
        token_hash=link_hash(token) if kind is SessionKind.LINK else hash_of(token),
        kind=kind,
        opened_on=now.date(),
        ends_at=now + LASTS[kind],
        used_at=now if shared else None,
    )
    work.db.add(row)
    return token


async def sign_in(
    work: Work, actor: Actor, *, root: RootKey, phrase: str, shared: bool = False
) -> str:
    """A session for who knows the seven words. Raises `WrongPhrase`."""
    try:
        member = await member_by_phrase(work, root, phrase)
    except NotFound:
        raise WrongPhrase from None
    member.seen_week = week_of(work.clock.now())
    token = open_session(work, member.id, SessionKind.KEPT, shared=shared)
    await open_at_the_door(work, actor, member_id=member.id, root=root, phrase=phrase, token=token)
    return token


async def make_link(work: Work, actor: System, *, member_id: MemberId) -> str:
    """A key that signs in as this member until it ends, as often as one likes."""
    del actor
    return open_session(work, member_id, SessionKind.LINK)


async def sign_in_by_link(work: Work, actor: Actor, *, key: str) -> str | None:
    """A visit as the member whom this link was made for; nothing where there is none."""
    del actor
    member_id = await member_behind_link(work, key)
    return None if member_id is None else open_session(work, member_id, SessionKind.VISIT)


async def sign_out(work: Work, actor: Actor) -> None:
    """End this session, a member's or a staff person's. Does nothing for a guest."""
    if isinstance(actor, Member):
        await _end(work, actor.session, actor.id)
    if isinstance(actor, Staff):
        await end_staff_session(work, actor)


async def end_session(work: Work, actor: Member, *, session: SessionId) -> None:
    """End one of my sessions. Raises `NotFound` for one that is not mine."""
    row = await own_session(work, actor.id, session)
    await _end(work, row.id, actor.id)


async def sign_out_everywhere(work: Work, actor: Member) -> None:
    """End all my sessions, this one too."""
    mine = await work.db.scalars(select(SessionRow.id).where(SessionRow.member_id == actor.id))
    for session in mine.all():
        await _end(work, session, actor.id)


async def _end(work: Work, session: SessionId, member_id: MemberId) -> None:
    await work.db.execute(delete(SessionRow).where(SessionRow.id == session))
    work.announce(SessionEnded(session, member_id))


async def new_phrase(work: Work, actor: Member, *, root: RootKey) -> str:
    """Another recovery phrase; the one before is worth nothing from now on.

    Where the own key is shut in this session, a new one begins: what it alone opened is gone.
    """
    member = await myself(work, actor)
    phrase = phrases.make_phrase(secrets.randbelow)
    member.phrase_lookup = phrase_lookup(root, phrase)
    await renew_own_key(work, actor, root=root, phrase=phrase)
    return phrase


async def keep_place(work: Work, actor: Member, *, root: RootKey) -> str:
    """Seven words to come back with, from a visit on; words had before are worth nothing now."""
    session = await own_session(work, actor.id, actor.session)
    session.kind = SessionKind.KEPT
    session.ends_at = work.clock.now() + LASTS[SessionKind.KEPT]
    return await new_phrase(work, actor, root=root)


async def stay_for_this_visit(work: Work, actor: Member) -> None:
    """Be here without a way back: no phrase, and a session that ends soon."""
    member = await myself(work, actor)
    await _forget_ways_back(work, actor, member)
    session = await own_session(work, actor.id, actor.session)
    session.kind = SessionKind.VISIT
    session.ends_at = work.clock.now() + LASTS[SessionKind.VISIT]


async def _forget_ways_back(work: Work, actor: Member, member: MemberRow) -> None:
    """No words and no passkey let them in again."""
    member.phrase_lookup = None
    theirs = MemberPasskeyRow.member_id == member.id
    await work.db.execute(delete(MemberPasskeyRow).where(theirs))
    await forget_phrase(work, actor)


async def new_names_again(work: Work, actor: Member) -> None:
    """Keep no name any longer: the next room gives another one, as rooms do."""
    member = await myself(work, actor)
    member.kept_name = member.kept_avatar = None


async def withdraw_consent(work: Work, actor: Member, *, consent: ConsentId) -> None:
    """Take back a yes; the dated record stays. Raises `NotFound` for one that is not mine.

    Without some of them nobody can be here: taking one of those back is leaving for good.
    """
    row = await own_consent(work, actor.id, consent)
    row.withdrawn_at = row.withdrawn_at or work.clock.now()
    if row.kind in BEING_HERE_RESTS_ON:
        await _forget_ways_back(work, actor, await myself(work, actor))
        await sign_out_everywhere(work, actor)
