"""Signing in, and showing once more that it is oneself: by passkey, or by password and a code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from holdfast.audit.actions import record, record_refusal
from holdfast.kit.cipher import RootKey
from holdfast.kit.ids import SessionId
from holdfast.kit.limits import Pace
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Staff
from holdfast.staff.access.passwords import Weighed
from holdfast.staff.access.people import NotKnown
from holdfast.staff.access.slow import at_hand
from holdfast.staff.actions.challenges import (
    make_challenge,
    open_challenge,
    use_challenge,
    use_open_challenge,
)
from holdfast.staff.actions.credentials import (
    Credential,
    Site,
    asked_for_passkey,
    challenge_in,
)
from holdfast.staff.actions.passkeys import staff_by_passkey
from holdfast.staff.actions.sessions import open_staff_session
from holdfast.staff.queries.ways import passkeys_of
from holdfast.staff.rules.codes import step_of, tidied_code
from holdfast.staff.tables import (
    PasswordRow,
    RecoveryCodeRow,
    StaffRow,
    StaffSessionRow,
    StaffWay,
)

EVERYBODY = Pace(every=0.2, burst=100)  # passwords of all staff together: each weighs much
NOTED = Pace(every=1, burst=60)  # refused sign-ins that are written down
ONE_NAME = Pace(every=60, burst=10)  # tries for one name, or one person's codes
AGAIN = "passkey again"
CODE_APP, RECOVERY = b"staff code app", "staff recovery code:"


async def sign_in_by_password(
    work: Work, actor: Actor, *, root: RootKey, weighed: Weighed | None, code: str
) -> str:
    """A session for who has the password and a code. Raises `NotKnown`, whichever was wrong."""
    del actor
    row = await _password_of(work, weighed)
    if row is None or not await _counts(work, root, row, code):
        raise NotKnown
    return await let_in(work, await work.db.get_one(StaffRow, row.staff_id), StaffWay.PASSWORD)


def asked_to_sign_in(root: RootKey, *, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs for a sign-in by passkey, whoever it will be. It leaves no trace."""
    return asked_for_passkey(site=site, challenge=open_challenge(root, now))


async def sign_in_by_passkey(
    work: Work, actor: Actor, *, root: RootKey, site: Site, credential: Credential
) -> str:
    """A session for whose passkey answered. Raises `NotKnown`, `TooLate`."""
    challenge = challenge_in(credential)
    await use_open_challenge(work, actor, root=root, challenge=challenge)
    staff = await staff_by_passkey(
        work, actor, site=site, challenge=challenge, credential=credential
    )
    return await let_in(work, staff, StaffWay.PASSKEY)


async def ask_again(work: Work, actor: Staff, *, site: Site) -> dict[str, Any]:
    """What the browser needs to ask for one of my passkeys once more."""
    await at_hand()
    challenge = await make_challenge(work, actor, purpose=f"{AGAIN} {actor.session}")
    mine = await passkeys_of(work, actor.id)
    known = [one.credential for one in mine]
    return asked_for_passkey(site=site, challenge=challenge, known=known)


async def show_again_by_passkey(
    work: Work, actor: Staff, *, site: Site, credential: Credential
) -> None:
    """It is me. Raises `NotKnown` for anybody else's passkey, `TooLate`."""
    challenge = challenge_in(credential)
    await use_challenge(work, actor, purpose=f"{AGAIN} {actor.session}", challenge=challenge)
    staff = await staff_by_passkey(
        work, actor, site=site, challenge=challenge, credential=credential
    )
    if staff.id != actor.id:
        raise NotKnown
    await refresh(work, actor, way=StaffWay.PASSKEY)


async def show_again_by_code(work: Work, actor: Staff, *, root: RootKey, code: str) -> None:
    """It is me: this is a code nobody used yet. Raises `NotKnown`."""
    mine = select(PasswordRow).where(PasswordRow.staff_id == actor.id).with_for_update()
    row = await work.db.scalar(mine)
    if row is None or not await _counts(work, root, row, code):
        raise NotKnown
    await refresh(work, actor, way=StaffWay.PASSWORD)


async def refresh(
    work: Work, actor: Staff, *, way: StaffWay, shown_at: datetime | None = None
) -> None:
    """This session's person showed who they are, now or at that time."""
    mine = StaffSessionRow.id == actor.session
    shown = shown_at or work.clock.now()
    await work.db.execute(update(StaffSessionRow).where(mine).values(fresh_at=shown))
    about = f"staff:{actor.id}"
    await record(work, actor, what="staff:shown_again", about=about, detail={"way": way.value})


async def let_in(
    work: Work, staff: StaffRow, way: StaffWay, *, shown_at: datetime | None = None
) -> str:
    """Somebody is in: the token of their session."""
    token = open_staff_session(work, staff.id, way=way, fresh_at=shown_at)
    acting = Staff(staff.id, SessionId(0), staff.role, name=staff.name)
    about = f"staff:{staff.id}"
    await record(work, acting, what="staff:signed_in", about=about, detail={"way": way.value})
    return token


async def note_refused_sign_in(work: Work, actor: Actor, *, way: StaffWay) -> None:
    """Somebody tried to sign in. In a work of its own; it says how, and neither who nor where."""
    await record_refusal(
        work, actor, code="not_known", about="staff:sign_in", detail={"way": way.value}
    )


async def _password_of(work: Work, weighed: Weighed | None) -> PasswordRow | None:
    """The row whose password was weighed, unless it is another one by now."""
    if weighed is None:
        return None
    same = PasswordRow.staff_id == weighed.staff_id, PasswordRow.hash == weighed.hash
    row: PasswordRow | None = await work.db.scalar(
        select(PasswordRow).where(*same).with_for_update()
    )
    return row


async def _counts(work: Work, root: RootKey, row: PasswordRow, code: str) -> bool:
    """Whether a code is right and was not used; it is used now."""
    scope = code_app_scope(row.staff_id)
    secret = root.unwrap(row.key_id, row.wrapped, scope).open(row.sealed, scope)
    step = step_of(secret, code, work.clock.now(), row.last_step)
    if step is not None:
        row.last_step = step
        return True
    used = delete(RecoveryCodeRow).where(
        RecoveryCodeRow.staff_id == row.staff_id,
        RecoveryCodeRow.lookup == recovery_lookup(root, code),
    )
    found = await work.db.scalar(used.returning(RecoveryCodeRow.id))
    return found is not None


def code_app_scope(staff_id: int) -> bytes:
    """What binds a code app's secret to its person."""
    return CODE_APP + staff_id.to_bytes(8, "big")


def recovery_lookup(root: RootKey, code: str) -> bytes:
    """What is kept of a recovery code."""
    return root.lookup(RECOVERY + tidied_code(code))
