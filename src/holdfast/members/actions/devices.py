"""Another device: six words for two minutes, and a yes on the device that is in already."""

from __future__ import annotations

import secrets

from msgspec import Struct
from sqlalchemy import delete, select, update

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.limits import Pace
from holdfast.kit.tokens import hash_of, make_token
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import link_lookup, link_of_mine, link_that_claims, own_session
from holdfast.members.actions.own_keys import (
    hand_to_session,
    lock_for_link,
    pair_of_claim,
    pass_to_claim,
)
from holdfast.members.actions.people import open_session, sign_out
from holdfast.members.queries import is_own_key
from holdfast.members.rules.staying import LINK_LASTS, link_words, make_link_words, sign_of
from holdfast.members.tables import DeviceLinkRow, SessionRow
from holdfast.rights.rules import Actor, Member

LINKS = Pace(every=10, burst=6)  # of one member
CLAIMS = Pace(every=0.2, burst=50)  # of all together


class WrongWords(NotFound):
    """No link has these words: wrong, used and ended ones alike."""

    status = 401
    code = "link_not_known"
    words = N_(
        "We don’t know these six words. They work for two minutes, and once."
        " Ask your other device for new ones."
    )
    help = True


class Claimed(Struct, frozen=True):
    """What a device holds that wants in, and the sign that both devices show."""

    key: str
    sign: str


async def make_device_link(work: Work, actor: Member, *, root: RootKey) -> str:
    """Six words that let another device ask to come in. Those made before are worth nothing."""
    session = await own_session(work, actor.id, actor.session)
    await stop_device_link(work, actor)
    words = make_link_words(secrets.randbelow)
    row = DeviceLinkRow(
        member_id=actor.id,
        session_id=session.id,
        lookup=link_lookup(root, words),
        ends_at=work.clock.now() + LINK_LASTS,
    )
    if actor.own is not None and actor.own.is_open:
        row.own_key = lock_for_link(root, words, actor.own.pair())
    work.db.add(row)
    return words


async def stop_device_link(work: Work, actor: Member) -> None:
    """No other device comes in by the words I made. Does nothing where there are none."""
    await work.db.execute(delete(DeviceLinkRow).where(DeviceLinkRow.member_id == actor.id))


async def claim_link(work: Work, actor: Actor, *, root: RootKey, typed: str) -> Claimed:
    """Another device asks to come in, as the only one with these words. Raises `WrongWords`."""
    del actor  # nobody yet
    key, now = make_token(), work.clock.now()
    words = link_words(typed)
    waiting = (
        DeviceLinkRow.lookup == link_lookup(root, words),
        DeviceLinkRow.claim.is_(None),
        DeviceLinkRow.ends_at > now,
    )
    claim = hash_of(key)
    taken = update(DeviceLinkRow).where(*waiting).values(claim=claim, ends_at=now + LINK_LASTS)
    if not (await work.db.execute(taken)).rowcount:  # type: ignore[attr-defined]
        raise WrongWords
    await _pass_on(work, root, words, key)
    return Claimed(key, sign_of(claim))


async def _pass_on(work: Work, root: RootKey, words: str, key: str) -> None:
    """The own key that is on its way opens for the device that typed the words, and no other."""
    mine = DeviceLinkRow.claim == hash_of(key)
    locked = await work.db.scalar(select(DeviceLinkRow.own_key).where(mine))
    passed = pass_to_claim(root, words, locked, key)
    await work.db.execute(update(DeviceLinkRow).where(mine).values(own_key=passed))


async def answer_link(work: Work, actor: Member, *, sign: str) -> None:
    """Let the device in that shows this sign.

    Raises `NotFound` where none asks this one, `Conflict` where it is another that asks.
    """
    row = await link_of_mine(work, actor)
    if row is None or row.claim is None:
        raise NotFound
    if sign != sign_of(row.claim):
        raise Conflict
    asked = DeviceLinkRow.member_id == actor.id, DeviceLinkRow.claim == row.claim
    until = work.clock.now() + LINK_LASTS
    said = update(DeviceLinkRow).where(*asked).values(said_yes=True, ends_at=until)
    if not (await work.db.execute(said)).rowcount:  # type: ignore[attr-defined]
        raise Conflict  # other words were made in this very moment


async def come_in_by_link(work: Work, actor: Actor, *, key: str, shared: bool) -> str:
    """A session on the other device, once there was a yes; and only once. Raises `NotFound`.

    Who was in before in that browser is so no longer.
    """
    row = await link_that_claims(work, key)
    if row is None or not row.said_yes:
        raise NotFound
    before = await work.db.get_one(SessionRow, row.session_id)
    pair = pair_of_claim(row.own_key, key)
    gone = delete(DeviceLinkRow).where(
        DeviceLinkRow.claim == hash_of(key), DeviceLinkRow.said_yes.is_(True)
    )
    if not (await work.db.execute(gone)).rowcount:  # type: ignore[attr-defined]
        raise NotFound
    token = open_session(work, row.member_id, before.kind, shared=shared)
    if pair is not None and await is_own_key(work, row.member_id, pair.public):
        await hand_to_session(work, actor, pair=pair, token=token)
    await sign_out(work, actor)
    return token
