"""Passkeys of members: the rules of staff's, with rows and words of their own.

The device's list of passwords shows that there is one, and under which name: so it is neutral.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import MemberPasskeyId
from holdfast.kit.limits import Pace
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.members.access import myself, own_member_passkey
from holdfast.members.actions.people import open_session, week_of
from holdfast.members.queries import passkeys_of
from holdfast.members.tables import MemberPasskeyRow, MemberRow, SessionKind
from holdfast.rights.rules import Actor, Member
from holdfast.staff.access.people import NotKnown
from holdfast.staff.access.slow import at_hand
from holdfast.staff.actions.challenges import (
    make_challenge,
    open_challenge,
    use_challenge,
    use_open_challenge,
)
from holdfast.staff.actions.credentials import (
    LONGEST_NAME,
    Credential,
    Owner,
    Site,
    asked_for_passkey,
    asked_to_make,
    challenge_in,
    credential_of,
    made_passkey,
    proved_count,
)

PASSKEYS = Pace(every=0.2, burst=50)  # answers of all devices together
MADE = Pace(every=10, burst=5)  # one member's new ones
MOST = 10
ADDED = "member passkey added"


class WrongPasskey(NotFound):
    """No member has this passkey, or it proved nothing. What was wrong is not said."""

    status = 401
    code = "passkey_not_known"
    words = N_("We don’t know this passkey here. You can come back with your seven words.")
    help = True


class TooMany(NotPermitted):
    """More passkeys than anybody needs."""

    code = "too_many_passkeys"
    words = N_("You have ten passkeys already. Please remove one first.")


async def ask_to_add(work: Work, actor: Member, *, site: Site, name: str) -> dict[str, Any]:
    """What the browser needs to make a passkey for me, under a neutral name. Raises `TooMany`."""
    await at_hand()
    await myself(work, actor)
    mine = await passkeys_of(work, actor.id)
    if len(mine) >= MOST:
        raise TooMany
    handle = mine[0].handle if mine else secrets.token_bytes(32)
    # The handle stays the same between asking and keeping: what the challenge remembers.
    purpose = _purpose(actor)
    challenge = await make_challenge(work, actor, purpose=purpose, payload=handle.hex())
    return asked_to_make(
        site=site,
        challenge=challenge,
        owner=Owner(handle, name, name, name),
        known=[one.credential for one in mine],
    )


async def add_passkey(
    work: Work, actor: Member, *, site: Site, credential: Credential, name: str
) -> None:
    """Keep the public half of a passkey of mine. Raises `WrongPasskey`, `TooLate`, `TooMany`."""
    challenge = challenge_in(credential)
    handle = await use_challenge(work, actor, purpose=_purpose(actor), challenge=challenge)
    if len(await passkeys_of(work, actor.id)) >= MOST:
        raise TooMany
    try:
        made = made_passkey(site=site, challenge=challenge, credential=credential)
    except NotKnown:
        raise WrongPasskey from None
    known = MemberPasskeyRow.credential == made.credential
    if await work.db.scalar(select(MemberPasskeyRow.id).where(known)) is not None:
        raise WrongPasskey
    row = MemberPasskeyRow(
        member_id=actor.id,
        credential=made.credential,
        public_key=made.public_key,
        handle=bytes.fromhex(handle),
        count=made.count,
        name=" ".join(name.split())[:LONGEST_NAME],
        made_on=work.clock.now().date(),
    )
    work.db.add(row)


def _purpose(actor: Member) -> str:
    return f"{ADDED} {actor.session}"


async def remove_passkey(work: Work, actor: Member, *, passkey: MemberPasskeyId) -> None:
    """Take one of my passkeys away. Raises `NotFound` for one that is not mine."""
    await work.db.delete(await own_member_passkey(work, actor.id, passkey))


def asked_to_come_back(root: RootKey, *, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs to come back by passkey, whoever it will be. It leaves no trace."""
    return asked_for_passkey(site=site, challenge=open_challenge(root, now))


async def sign_in_by_passkey(
    work: Work, actor: Actor, *, root: RootKey, site: Site, credential: Credential
) -> str:
    """A session for whose passkey answered. Raises `WrongPasskey`, `TooLate`."""
    challenge = challenge_in(credential)
    await use_open_challenge(work, actor, root=root, challenge=challenge)
    row = await _asked_for(work, credential)
    try:
        row.count = proved_count(
            site=site,
            challenge=challenge,
            credential=credential,
            public_key=row.public_key,
            count=row.count,
        )
    except NotKnown:
        raise WrongPasskey from None
    member = await work.db.get_one(MemberRow, row.member_id)
    member.seen_week = week_of(work.clock.now())
    return open_session(work, member.id, SessionKind.KEPT)


async def _asked_for(work: Work, credential: Credential) -> MemberPasskeyRow:
    """The row of the passkey that says it answers, as its own owner. Raises `WrongPasskey`."""
    given = MemberPasskeyRow.credential == credential_of(credential)
    row = await work.db.scalar(select(MemberPasskeyRow).where(given).with_for_update())
    if row is None:
        raise WrongPasskey
    return row
