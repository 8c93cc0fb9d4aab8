"""Asking somebody to join, and joining: by the console's code, then by invitation."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from holdfast.audit.actions import record
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.ids import InvitationId, SessionId, StaffId
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.tokens import make_token
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Role, Staff, System
from holdfast.staff.access.oidc import SsoPerson
from holdfast.staff.access.people import (
    NotKnown,
    code_behind,
    invitation_behind,
    invitation_hash,
    invitation_to_take_back,
    inviting_staff,
    staff_to_change,
)
from holdfast.staff.actions.credentials import Site
from holdfast.staff.actions.passkeys import ask_for_new_passkey, keep_passkey
from holdfast.staff.actions.sessions import NO_NAME, new_staff
from holdfast.staff.actions.signing_in import let_in
from holdfast.staff.actions.ways import app_secret, bind_sso, keep_password, make_codes
from holdfast.staff.rules.codes import tidied_code, written_code
from holdfast.staff.rules.invitations import AT_THE_CONSOLE, BEGUN, INVITED, RENEWED
from holdfast.staff.rules.names import is_name, name_key, tidied
from holdfast.staff.tables import InvitationRow, StaffRow, StaffWay

CONSOLE_CODE_BYTES = 10


class NameTaken(Conflict):
    """Two people by one name could be taken for each other."""

    code = "name_taken"
    words = N_("Somebody here has that name already. Please choose another one.")


class Joined(Struct, frozen=True):
    """Somebody who is in for the first time, with what they are told once."""

    token: str
    codes: tuple[str, ...] = ()


async def make_steward_code(work: Work, actor: Actor) -> str:
    """A code for a steward's account, for who has the machine's keyboard. Once, within an hour."""
    if not isinstance(actor, System):
        raise NotPermitted
    code = written_code(secrets.token_bytes(CONSOLE_CODE_BYTES))
    _invite(work, tidied_code(code), Role.STEWARD, "", (), lasts=AT_THE_CONSOLE)
    await record(work, actor, what="staff:code_made")
    return code


async def begin_with_code(
    work: Work, actor: Actor, *, code: str, name: str, languages: tuple[str, ...]
) -> str:
    """The key of an invitation, for who has the code. Raises `NotKnown`, `NameTaken`."""
    found = await code_behind(work, tidied_code(code))
    if found is None:
        raise NotKnown
    spoken = await _fitting(work, name, languages)
    await work.db.delete(found)
    await record(work, actor, what="staff:code_used")
    key = make_token()
    _invite(work, key, found.role, name, spoken, lasts=BEGUN)
    return key


async def invite_staff(
    work: Work, actor: Actor, *, role: Role, name: str, languages: tuple[str, ...]
) -> str:
    """The key of an invitation in a role. Raises `FreshSignInNeeded`, `Malformed`, `NameTaken`."""
    steward = inviting_staff(work, actor)
    if role is Role.MEMBER:
        raise Malformed
    spoken = await _fitting(work, name, languages)
    key = make_token()
    row = _invite(work, key, role, name, spoken, lasts=INVITED)
    row.made_by = steward.id
    await work.db.flush()
    detail = {"role": role.value}
    await record(work, steward, what="staff:invited", about=f"invitation:{row.id}", detail=detail)
    return key


async def renew_way_in(work: Work, actor: Actor, *, staff_id: StaffId) -> str:
    """A link for somebody who lost their ways in. Raises `NotFound`, `FreshSignInNeeded`."""
    staff = await staff_to_change(work, actor, staff_id, Permission.STAFF_INVITE)
    key = make_token()
    row = _invite(work, key, staff.role, staff.name, staff.languages, lasts=RENEWED)
    row.staff_id = staff.id
    await record(work, actor, what="staff:way_in_renewed", about=f"staff:{staff.id}")
    return key


async def take_back_invitation(work: Work, actor: Actor, *, invitation: InvitationId) -> None:
    """The link is worth nothing from now on. Raises `NotFound`."""
    row = await invitation_to_take_back(work, actor, invitation)
    await work.db.delete(row)
    await record(work, actor, what="staff:invitation_ended", about=f"invitation:{invitation}")


# ---------------------------------------------------------------- joining


async def ask_to_join_by_passkey(
    work: Work, actor: Actor, *, key: str, site: Site
) -> dict[str, Any]:
    """What the browser needs to make the invited person's passkey. Raises `InvitationOver`."""
    row = await invitation_behind(work, key)
    staff = await work.db.get(StaffRow, row.staff_id) if row.staff_id else None
    handle = staff.handle if staff else row.key_hash
    return await ask_for_new_passkey(
        work, actor, site=site, purpose=_purpose(row), handle=handle, name=row.name
    )


async def join_by_passkey(
    work: Work, actor: Actor, *, key: str, site: Site, credential: dict[str, Any], label: str
) -> Joined:
    """The invited person is in, with a passkey. Raises `InvitationOver`, `NotKnown`, `TooLate`."""
    row = await invitation_behind(work, key)
    staff = await _accept(work, row)
    await keep_passkey(
        work,
        actor,
        site=site,
        purpose=_purpose(row),
        staff_id=staff.id,
        credential=credential,
        name=label,
    )
    return Joined(await let_in(work, staff, StaffWay.PASSKEY))


async def join_by_password(
    work: Work, actor: Actor, *, key: str, root: RootKey, hashed: str, code: str
) -> Joined:
    """The invited person is in, with a password, a code app and recovery codes.

    Raises `InvitationOver`, `WrongCode`.
    """
    staff = await _accept(work, await invitation_behind(work, key))
    secret = app_secret(root, key)
    await keep_password(
        work, actor, root=root, staff_id=staff.id, hashed=hashed, secret=secret, code=code
    )
    codes = await make_codes(work, actor, root=root, staff_id=staff.id)
    return Joined(await let_in(work, staff, StaffWay.PASSWORD), tuple(codes))


async def join_by_sso(work: Work, actor: Actor, *, key: str, person: SsoPerson) -> Joined:
    """The invited person is in, known by their organisation. Raises `InvitationOver`."""
    staff = await _accept(work, await invitation_behind(work, key))
    issuer, subject = person.issuer, person.subject
    await bind_sso(work, actor, staff_id=staff.id, issuer=issuer, subject=subject)
    return Joined(await let_in(work, staff, StaffWay.SSO, shown_at=person.shown_at))


async def _accept(work: Work, row: InvitationRow) -> StaffRow:
    """Whom an invitation makes, or whom it lets in again. It is used up."""
    used = delete(InvitationRow).where(InvitationRow.id == row.id).returning(InvitationRow.id)
    if (await work.db.execute(used)).scalar_one_or_none() is None:
        raise Conflict
    if row.staff_id is not None:
        return await work.db.get_one(StaffRow, row.staff_id)
    await _must_be_free(work, row.name)
    staff = new_staff(work, role=row.role, name=row.name, languages=row.languages)
    staff.handle = row.key_hash  # as random as any, and what the browser was told already
    try:
        await work.db.flush()
    except IntegrityError:  # somebody took the name in this very moment
        raise NameTaken from None
    acting = Staff(staff.id, SessionId(0), staff.role, name=staff.name)
    detail = {"role": staff.role.value, "by": row.made_by or 0}
    await record(work, acting, what="staff:joined", about=f"staff:{staff.id}", detail=detail)
    return staff


def _invite(
    work: Work, key: str, role: Role, name: str, languages: tuple[str, ...], *, lasts: timedelta
) -> InvitationRow:
    now = work.clock.now()
    row = InvitationRow(
        key_hash=invitation_hash(key),
        role=role,
        name=tidied(name),
        languages=languages,
        made_at=now,
        ends_at=now + lasts,
    )
    work.db.add(row)
    return row


async def _fitting(work: Work, name: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages, once it is sure that name and languages can be had."""
    if not is_name(tidied(name)):
        raise Malformed(NO_NAME)
    spoken = tuple(one for one in LANGUAGES if one in languages)
    if not spoken or len(spoken) != len(set(languages)):
        raise Malformed
    await _must_be_free(work, name)
    return spoken


async def _must_be_free(work: Work, name: str) -> None:
    taken = select(StaffRow.id).where(StaffRow.name_key == name_key(name))
    if await work.db.scalar(taken) is not None:
        raise NameTaken


def _purpose(row: InvitationRow) -> str:
    return f"passkey invitation {row.id}"
