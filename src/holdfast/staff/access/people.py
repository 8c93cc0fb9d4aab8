"""The doors to a staff person's row, to their ways in, and to an invitation."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted, SignedOut
from holdfast.kit.ids import InvitationId, PasskeyId, StaffId
from holdfast.kit.tokens import hash_of
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Staff, may
from holdfast.staff.access.sessions import fresh_staff
from holdfast.staff.tables import InvitationRow, PasskeyRow, StaffRow

INVITATION = "staff invitation:"


class StaffSignInNeeded(SignedOut):
    """A page for staff, and nobody is signed in."""

    words = N_("This page is for staff. Please sign in first.")
    help = False
    way = "/staff/sign-in"


class NotKnown(NotFound):
    """A sign-in that proved nothing. What was wrong with it is not said."""

    status = 401
    code = "staff_not_known"
    words = N_("That didn’t fit. Please check what you typed, or try your passkey again.")


class InvitationOver(NotFound):
    """A link that was used, has ended or never was."""

    words = N_("This link doesn’t work any longer. Ask the person who sent it for a new one.")


async def my_account(work: Work, actor: Actor) -> StaffRow:
    """My own row. Raises `StaffSignInNeeded` for anyone who is not on the staff."""
    row = await work.db.get(StaffRow, actor.id) if isinstance(actor, Staff) else None
    if row is None or row.removed_at is not None:
        raise StaffSignInNeeded
    return row


async def staff_to_change(
    work: Work, actor: Actor, staff_id: StaffId, permission: Permission
) -> StaffRow:
    """Somebody who is here, for a steward who showed a moment ago who they are.

    Raises `NotFound` for who may not, and where there is nobody; `FreshSignInNeeded`.
    """
    if not may(actor, permission):
        raise NotFound
    fresh_staff(work, actor)
    row = await work.db.get(StaffRow, staff_id)
    if row is None or row.removed_at is not None:
        raise NotFound
    return row


def inviting_staff(work: Work, actor: Actor) -> Staff:
    """Who may invite. Raises `NotPermitted`, `FreshSignInNeeded`."""
    if not may(actor, Permission.STAFF_INVITE):
        raise NotPermitted
    return fresh_staff(work, actor)


def invitation_hash(key: str) -> bytes:
    """What is kept of an invitation's key."""
    return hash_of(INVITATION + key)


async def invitation_behind(work: Work, key: str) -> InvitationRow:
    """The living invitation this key belongs to. Raises `InvitationOver`.

    The console's code is none yet: it has no name until somebody begins with it.
    """
    found = await _living(work, key)
    if found is None or not found.name:
        raise InvitationOver
    return found


async def code_behind(work: Work, code: str) -> InvitationRow | None:
    """The living code from the console, or nothing."""
    found = await _living(work, code)
    return found if found is not None and not found.name else None


async def _living(work: Work, key: str) -> InvitationRow | None:
    mine = InvitationRow.key_hash == invitation_hash(key), InvitationRow.ends_at > work.clock.now()
    found: InvitationRow | None = await work.db.scalar(select(InvitationRow).where(*mine))
    return found


async def invitation_to_take_back(
    work: Work, actor: Actor, invitation: InvitationId
) -> InvitationRow:
    """An invitation, for whoever may invite. Raises `NotFound`."""
    row = await work.db.get(InvitationRow, invitation)
    if row is None or not may(actor, Permission.STAFF_INVITE):
        raise NotFound
    return row


async def own_passkey(work: Work, actor: Staff, passkey: PasskeyId) -> PasskeyRow:
    """One of my passkeys. Raises `NotFound`."""
    row = await work.db.get(PasskeyRow, passkey)
    if row is None or row.staff_id != actor.id:
        raise NotFound
    return row


async def known_passkey(work: Work, credential: bytes) -> PasskeyRow:
    """A passkey somebody here has. Raises `NotKnown`."""
    row = await work.db.scalar(select(PasskeyRow).where(PasskeyRow.credential == credential))
    if row is None:
        raise NotKnown
    return row
