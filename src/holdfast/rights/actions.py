"""Giving rights, and taking them back. Who wants it in the record writes it there: it is above."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete

from holdfast.kit.errors import Conflict, Malformed, NotFound, NotPermitted
from holdfast.kit.ids import MemberId, StaffId
from holdfast.kit.tokens import hash_of
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.rights.events import RightGoesOn, RightGranted, RightStopped
from holdfast.rights.queries import CODE, right_numbered, right_of, standing_right
from holdfast.rights.rules import Actor, Member, Permission, Staff, System, may
from holdfast.rights.tables import GrantingCodeRow, RightRole, RightRow

LONGEST = timedelta(days=366)
CODE_LIVES = timedelta(days=1)
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u
LOOKS_LIKE = str.maketrans("ilo", "110")
MOST_LANGUAGES = 12
BAD_DAY = N_("The last day is in the future, and at most a year away.")


class UnknownCode(NotFound):
    """Nobody has this code, or its day is over."""

    code = "unknown_code"
    words = N_("Nobody has this code now. It is good for one day. Ask for a new one.")


class HeldAlready(Conflict):
    """One right of a kind is enough."""

    code = "held_already"
    words = N_("This person has that right already. End it first, then give the new one.")


async def make_granting_code(work: Work, actor: Member) -> str:
    """A short code, good for a day, by which the lead can give me a right without knowing me.

    A new one takes the place of the one before.
    """
    await work.db.execute(delete(GrantingCodeRow).where(GrantingCodeRow.member_id == actor.id))
    letters = "".join(secrets.choice(LETTERS) for _ in range(10))
    until = work.clock.now() + CODE_LIVES
    row = GrantingCodeRow(member_id=actor.id, code_hash=hash_of(CODE + letters), until=until)
    work.db.add(row)
    await work.db.flush()
    return f"{letters[:5]}-{letters[5:]}"


def typed_code(typed: str) -> str:
    """A granting code as people type it, as it is kept."""
    return "".join(c for c in typed.lower() if c.isalnum()).translate(LOOKS_LIKE)


async def grant_right(
    work: Work,
    actor: Actor,
    *,
    role: RightRole,
    until: datetime,
    member_id: MemberId | None = None,
    staff_id: StaffId | None = None,
    languages: Iterable[str] = (),
) -> RightRow:
    """Let somebody do this until a day, at most a year away.

    Raises `NotPermitted`, `Malformed` for a day that cannot be, `HeldAlready`.
    """
    _may_grant(actor)
    now, tags = work.clock.now(), sorted({one.strip() for one in languages if one.strip()})
    if not now < until <= now + LONGEST or len(tags) > MOST_LANGUAGES:
        raise Malformed(BAD_DAY)
    if (member_id is None) == (staff_id is None):
        raise Malformed
    if member_id is not None:
        await _may_hold(work, member_id, role)
    row = RightRow(
        role=role,
        granted_at=now,
        until=until,
        member_id=member_id,
        staff_id=staff_id,
        languages=" ".join(tags),
        granted_by=actor.id if isinstance(actor, Staff) else None,
    )
    work.db.add(row)
    if member_id is not None:
        await work.db.execute(delete(GrantingCodeRow).where(GrantingCodeRow.member_id == member_id))
    await work.db.flush()
    work.announce(RightGranted(row.id, member_id, role.value))
    return row


async def _may_hold(work: Work, member_id: MemberId, role: RightRole) -> None:
    """Raises `HeldAlready`: one that is frozen is looked at first, and not gone round."""
    if await right_of(work, member_id, role) is not None:
        raise HeldAlready
    before = await standing_right(work, member_id, role)
    if before is not None and before.frozen_at is not None and before.until > work.clock.now():
        raise HeldAlready


async def extend_right(work: Work, actor: Actor, *, right_id: int, until: datetime) -> RightRow:
    """Let it go on until another day, at most a year away; that may be an earlier one, too.

    What is frozen stays frozen. Raises `NotPermitted`, `NotFound`, `Malformed`.
    """
    _may_grant(actor)
    row, now = await right_numbered(work, right_id), work.clock.now()
    if row is None or row.ended_at is not None or row.until <= now:
        raise NotFound
    if not now < until <= now + LONGEST:
        raise Malformed(BAD_DAY)
    row.until = until
    return row


async def end_right(work: Work, actor: Actor, *, right_id: int, why: str) -> RightRow:
    """From now on they may not. `why` is a code. Twice is once. Raises `NotFound`."""
    if not (isinstance(actor, Member) or may(actor, Permission.RIGHT_GRANT)):
        raise NotFound
    row = await right_numbered(work, right_id)
    if row is None or (isinstance(actor, Member) and row.member_id != actor.id):
        raise NotFound
    if row.ended_at is None:
        row.ended_at, row.ended_why = work.clock.now(), why
        work.announce(RightStopped(row.id, row.member_id, row.role.value, "ended"))
    return row


async def freeze_right(work: Work, actor: System, *, right_id: int, why: str) -> RightRow:
    """Until a person has looked at it they may not. `why` is a code. Twice is once."""
    del actor
    row = await right_numbered(work, right_id)
    if row is None:
        raise NotFound
    if row.frozen_at is None:
        row.frozen_at, row.frozen_why = work.clock.now(), why
        work.announce(RightStopped(row.id, row.member_id, row.role.value, "frozen"))
    return row


async def thaw_right(work: Work, actor: Actor, *, right_id: int) -> RightRow:
    """A person looked at it: it goes on as before. Raises `NotFound`."""
    if isinstance(actor, Member):
        raise NotFound
    row = await right_numbered(work, right_id)
    if row is None:
        raise NotFound
    if row.frozen_at is not None:
        row.frozen_at, row.frozen_why = None, None
        work.announce(RightGoesOn(row.id, row.member_id, row.role.value))
    return row


def _may_grant(actor: Actor) -> None:
    if not may(actor, Permission.RIGHT_GRANT) or isinstance(actor, Member):
        raise NotPermitted
