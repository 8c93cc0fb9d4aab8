"""Passkeys: made with the person's own device, asked for at sign-in, taken away again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.kit.errors import NotPermitted
from holdfast.kit.ids import PasskeyId, StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor
from holdfast.staff.access import fresh_staff
from holdfast.staff.access.people import NotKnown, my_account, own_passkey
from holdfast.staff.access.slow import at_hand
from holdfast.staff.actions.challenges import make_challenge, use_challenge
from holdfast.staff.actions.credentials import (
    LONGEST_NAME,
    PLACE,
    Credential,
    Owner,
    Site,
    asked_to_make,
    challenge_in,
    credential_of,
    made_passkey,
    proved_count,
)
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.tables import PasskeyRow, StaffRow

ADDED = "passkey added"


class LastWayIn(NotPermitted):
    """Taking this away would shut its owner out."""

    code = "last_way_in"
    words = N_("This is your only way in. Add another one first.")


async def ask_for_new_passkey(
    work: Work, actor: Actor, *, site: Site, purpose: str, handle: bytes, name: str
) -> dict[str, Any]:
    """What the browser needs to make a passkey for somebody on the staff."""
    await at_hand()
    challenge = await make_challenge(work, actor, purpose=purpose)
    known = await work.db.scalars(
        select(PasskeyRow.credential)
        .join(StaffRow, StaffRow.id == PasskeyRow.staff_id)
        .where(StaffRow.handle == handle)
    )
    owner = Owner(handle, f"{PLACE}: {name}", name)
    return asked_to_make(site=site, challenge=challenge, owner=owner, known=known.all())


async def keep_passkey(
    work: Work,
    actor: Actor,
    *,
    site: Site,
    purpose: str,
    staff_id: StaffId,
    credential: Credential,
    name: str,
) -> PasskeyRow:
    """Keep the public half of a passkey. Raises `NotKnown` for one that proves nothing."""
    challenge = challenge_in(credential)
    await use_challenge(work, actor, purpose=purpose, challenge=challenge)
    made = made_passkey(site=site, challenge=challenge, credential=credential)
    row = PasskeyRow(
        staff_id=staff_id,
        credential=made.credential,
        public_key=made.public_key,
        count=made.count,
        name=" ".join(name.split())[:LONGEST_NAME],
        made_at=work.clock.now(),
    )
    work.db.add(row)
    return row


async def staff_by_passkey(
    work: Work, actor: Actor, *, site: Site, challenge: str, credential: Credential
) -> StaffRow:
    """Whose passkey answered this challenge, which the caller used up. Raises `NotKnown`."""
    del actor
    given = credential_of(credential)
    row = await work.db.scalar(
        select(PasskeyRow).where(PasskeyRow.credential == given).with_for_update()
    )
    staff = await work.db.get(StaffRow, row.staff_id) if row else None
    if row is None or staff is None or staff.removed_at is not None:
        raise NotKnown
    row.count = proved_count(
        site=site,
        challenge=challenge,
        credential=credential,
        public_key=row.public_key,
        count=row.count,
    )
    row.used_at = work.clock.now()
    return staff


async def ask_to_add_passkey(work: Work, actor: Actor, *, site: Site) -> dict[str, Any]:
    """What the browser needs to make another passkey for me. Raises `FreshSignInNeeded`."""
    staff = fresh_staff(work, actor)
    mine = await my_account(work, staff)
    purpose = f"{ADDED} {staff.session}"
    return await ask_for_new_passkey(
        work, actor, site=site, purpose=purpose, handle=mine.handle, name=mine.name
    )


async def add_passkey(
    work: Work, actor: Actor, *, site: Site, credential: Credential, label: str
) -> None:
    """Another passkey for me. Raises `FreshSignInNeeded`, `NotKnown`, `TooLate`."""
    staff = fresh_staff(work, actor)
    await keep_passkey(
        work,
        staff,
        site=site,
        purpose=f"{ADDED} {staff.session}",
        staff_id=staff.id,
        credential=credential,
        name=label,
    )
    await record(work, staff, what="staff:passkey_added", about=f"staff:{staff.id}")


async def remove_passkey(work: Work, actor: Actor, *, passkey: PasskeyId) -> None:
    """Take one of my passkeys away. Raises `NotFound`, `FreshSignInNeeded`, `LastWayIn`."""
    staff = fresh_staff(work, actor)
    row = await own_passkey(work, staff, passkey)
    if (await ways_of(work, staff.id)).count < 2:
        raise LastWayIn
    await work.db.delete(row)
    await record(work, staff, what="staff:passkey_removed", about=f"staff:{staff.id}")
