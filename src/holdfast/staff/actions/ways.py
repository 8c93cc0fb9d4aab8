"""Setting up the ways in: a password with its code app, recovery codes, single sign-on."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select

from holdfast.audit.actions import record
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import Conflict
from holdfast.kit.ids import StaffId
from holdfast.kit.tables import to_millis
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Staff
from holdfast.staff.access import fresh_staff
from holdfast.staff.access.people import NotKnown, my_account
from holdfast.staff.actions.signing_in import code_app_scope, recovery_lookup
from holdfast.staff.rules.codes import CODE_BYTES, CODES, SECRET_BYTES, step_of, written_code
from holdfast.staff.tables import PasswordRow, RecoveryCodeRow, SsoRow, StaffRow


class WrongCode(NotKnown):
    """The code app shows another code than the one typed."""

    status = 422
    code = "code_does_not_fit"
    words = N_("That code doesn’t fit. Your code app shows a new one every 30 seconds.")


class BoundElsewhere(Conflict):
    """Somebody at the organisation's sign-in who is another person here already."""

    code = "bound_elsewhere"
    words = N_("That sign-in belongs to another account here.")


def app_secret(root: RootKey, what_for: str) -> bytes:
    """The secret of a code app that is being set up; the same until it is."""
    return root.lookup(f"staff code app being set up:{what_for}")[:SECRET_BYTES]


async def my_next_app_secret(work: Work, actor: Staff, *, root: RootKey) -> bytes:
    """The secret that my next code app would have. It is another one after each change."""
    mine = await my_account(work, actor)
    now = await work.db.get(PasswordRow, mine.id)
    changed = to_millis(now.changed_at) if now else 0
    return app_secret(root, f"{mine.handle.hex()}:{changed}")


async def change_password(
    work: Work, actor: Actor, *, root: RootKey, hashed: str, code: str
) -> None:
    """Another password and code app for me. Raises `WrongCode`, `FreshSignInNeeded`."""
    staff = fresh_staff(work, actor)
    secret = await my_next_app_secret(work, staff, root=root)
    await keep_password(
        work, actor, root=root, staff_id=staff.id, hashed=hashed, secret=secret, code=code
    )
    await record(work, staff, what="staff:password_changed", about=f"staff:{staff.id}")


async def keep_password(
    work: Work,
    actor: Actor,
    *,
    root: RootKey,
    staff_id: StaffId,
    hashed: str,
    secret: bytes,
    code: str,
) -> None:
    """Keep a password's hash and its code app, once the app has shown that it works."""
    del actor
    now = work.clock.now()
    step = step_of(secret, code, now, last_step=0)
    if step is None:
        raise WrongCode
    scope = code_app_scope(staff_id)
    key = root.make_data_key(scope)
    await work.db.execute(delete(PasswordRow).where(PasswordRow.staff_id == staff_id))
    row = PasswordRow(
        staff_id=staff_id,
        hash=hashed,
        key_id=key.id,
        wrapped=key.wrapped,
        sealed=key.seal(secret, scope),
        last_step=step,
        changed_at=now,
    )
    work.db.add(row)


async def new_codes(work: Work, actor: Actor, *, root: RootKey) -> list[str]:
    """Other recovery codes for me; those before are worth nothing. Raises `FreshSignInNeeded`."""
    staff = fresh_staff(work, actor)
    await record(work, staff, what="staff:codes_made", about=f"staff:{staff.id}")
    return await make_codes(work, actor, root=root, staff_id=staff.id)


async def make_codes(work: Work, actor: Actor, *, root: RootKey, staff_id: StaffId) -> list[str]:
    """Somebody's recovery codes, told once."""
    del actor
    await work.db.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    codes = [written_code(secrets.token_bytes(CODE_BYTES)) for _ in range(CODES)]
    for code in codes:
        work.db.add(RecoveryCodeRow(staff_id=staff_id, lookup=recovery_lookup(root, code)))
    return codes


async def bind_sso(
    work: Work, actor: Actor, *, staff_id: StaffId, issuer: str, subject: str
) -> None:
    """From now on this subject of this issuer is this person. Raises `BoundElsewhere`."""
    del actor
    same = SsoRow.issuer == issuer, SsoRow.subject == subject
    bound = await work.db.scalar(
        select(StaffRow).join(SsoRow, SsoRow.staff_id == StaffRow.id).where(*same)
    )
    if bound is not None and bound.id != staff_id:
        raise BoundElsewhere
    await work.db.execute(delete(SsoRow).where(SsoRow.staff_id == staff_id))
    work.db.add(SsoRow(staff_id=staff_id, issuer=issuer, subject=subject))
