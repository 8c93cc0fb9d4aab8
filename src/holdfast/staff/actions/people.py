"""What a steward does about other staff: another role, or out."""

from __future__ import annotations

from sqlalchemy import delete, or_

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.ids import StaffId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Role
from holdfast.staff.access import fresh_staff
from holdfast.staff.access.people import staff_to_change
from holdfast.staff.actions.sessions import close_staff_sessions, end_staff_sessions
from holdfast.staff.events import RotaChanged
from holdfast.staff.queries.people import stewards_besides
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.rules.people import is_cared_for
from holdfast.staff.tables import (
    InvitationRow,
    PasskeyRow,
    PasswordRow,
    RecoveryCodeRow,
    SsoRow,
    StaffRow,
)


class LastSteward(Conflict):
    """Without this person nobody could look after the staff any more."""

    code = "last_steward"
    words = N_("This is the last steward here. Invite another one first.")


async def change_role(work: Work, actor: Actor, *, staff_id: StaffId, role: Role) -> None:
    """Give somebody another role; they sign in anew.

    Raises `NotFound`, `FreshSignInNeeded`, `LastSteward`.
    """
    staff = await staff_to_change(work, actor, staff_id, Permission.STAFF_INVITE)
    if role is Role.MEMBER:
        raise Malformed
    if role is staff.role:
        return
    await _leave_a_steward(work, staff)
    before, staff.role = staff.role, role
    await _end_everything(work, actor, staff_id)
    detail = {"from": before.value, "to": role.value}
    about = f"staff:{staff_id}"
    await record(work, actor, what="staff:role_changed", about=about, detail=detail)


async def remove_staff(work: Work, actor: Actor, *, staff_id: StaffId) -> None:
    """Somebody is on the staff no longer: no way in, no session, no open line.

    Raises `NotFound`, `FreshSignInNeeded`, `LastSteward`.
    """
    staff = await staff_to_change(work, actor, staff_id, Permission.STAFF_REMOVE)
    await _leave_a_steward(work, staff)
    staff.removed_at, staff.name_key = work.clock.now(), None
    staff.removed_by = fresh_staff(work, actor).id
    for ways in (PasskeyRow, PasswordRow, RecoveryCodeRow, SsoRow):
        await work.db.execute(delete(ways).where(ways.staff_id == staff_id))
    theirs = or_(InvitationRow.staff_id == staff_id, InvitationRow.made_by == staff_id)
    await work.db.execute(delete(InvitationRow).where(theirs))
    await close_staff_sessions(work, fresh_staff(work, actor), staff_id=staff_id)
    work.announce(RotaChanged(staff_id))
    detail = {"role": staff.role.value}
    await record(work, actor, what="staff:removed", about=f"staff:{staff_id}", detail=detail)


async def _end_everything(work: Work, actor: Actor, staff_id: StaffId) -> None:
    await end_staff_sessions(work, fresh_staff(work, actor), staff_id=staff_id)
    work.announce(RotaChanged(staff_id))


async def _leave_a_steward(work: Work, staff: StaffRow) -> None:
    """Raises `LastSteward` where nobody would be left to look after the staff."""
    if staff.role is not Role.STEWARD:
        return
    can_sign_in = (await ways_of(work, staff.id)).count > 0
    if not is_cared_for(await stewards_besides(work, staff.id), without_a_way_in=not can_sign_in):
        raise LastSteward
