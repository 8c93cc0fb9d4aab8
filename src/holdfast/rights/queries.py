"""Which rights somebody holds, and which of them hold now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from holdfast.kit.ids import MemberId, RightId, StaffId
from holdfast.kit.tokens import hash_of
from holdfast.kit.work import Work
from holdfast.rights.tables import GrantingCodeRow, RightRole, RightRow

Right = RightRow  # one right, as it is handed on to other slices
CODE = "right:"  # no other token is hashed so


def holds_at(now: datetime) -> ColumnElement[bool]:
    """Whether a right holds at this moment."""
    not_over = RightRow.frozen_at.is_(None) & RightRow.ended_at.is_(None)
    return (RightRow.until > now) & not_over


def is_for(right: RightRow, language: str | None) -> bool:
    """Whether it is for this language. `pt-BR` is covered by `pt`; nothing asked is for any."""
    tags = right.tags()
    return language is None or not tags or language in tags or language.split("-")[0] in tags


async def rights_of(work: Work, member_id: MemberId) -> Sequence[RightRow]:
    """Every right a member holds or held, the newest first."""
    mine = RightRow.member_id == member_id
    return (await work.db.scalars(select(RightRow).where(mine).order_by(RightRow.id.desc()))).all()


async def right_of(
    work: Work, member_id: MemberId, role: RightRole, language: str | None = None
) -> RightRow | None:
    """The right of this kind that a member holds now, or nothing."""
    mine = RightRow.member_id == member_id, RightRow.role == role, holds_at(work.clock.now())
    found = await work.db.scalars(select(RightRow).where(*mine).order_by(RightRow.id.desc()))
    return next((one for one in found if is_for(one, language)), None)


async def has_right(
    work: Work, member_id: MemberId, role: RightRole, language: str | None = None
) -> bool:
    """Whether a member may do this now, in this language."""
    return await right_of(work, member_id, role, language) is not None


async def staff_has_right(work: Work, staff_id: StaffId, role: RightRole) -> bool:
    """Whether somebody of the staff was given this right."""
    theirs = RightRow.staff_id == staff_id, RightRow.role == role, holds_at(work.clock.now())
    return await work.db.scalar(select(RightRow.id).where(*theirs).limit(1)) is not None


async def standing_right(work: Work, member_id: MemberId, role: RightRole) -> RightRow | None:
    """The newest right of this kind that was not ended, frozen or lapsed as it may be."""
    mine = RightRow.member_id == member_id, RightRow.role == role, RightRow.ended_at.is_(None)
    newest = select(RightRow).where(*mine).order_by(RightRow.id.desc()).limit(1)
    found: RightRow | None = await work.db.scalar(newest)
    return found


async def right_numbered(work: Work, right_id: int) -> RightRow | None:
    """One right, for who may grant and end them."""
    return await work.db.get(RightRow, RightId(right_id))


async def standing_rights(work: Work) -> Sequence[RightRow]:
    """Every right that is not ended and not long over, as who grants them sees it."""
    now = work.clock.now()
    not_over = RightRow.ended_at.is_(None), RightRow.until > now
    query = select(RightRow).where(*not_over).order_by(RightRow.until, RightRow.id)
    return (await work.db.scalars(query)).all()


async def member_behind_code(work: Work, code: str) -> MemberId | None:
    """Whose granting code this is, while it lives."""
    its = GrantingCodeRow.code_hash == hash_of(CODE + code)
    living = GrantingCodeRow.until > work.clock.now()
    found: MemberId | None = await work.db.scalar(
        select(GrantingCodeRow.member_id).where(its, living)
    )
    return found


async def code_lives_until(work: Work, member_id: MemberId) -> datetime | None:
    """Until when this member's granting code can be typed in; nothing where there is none."""
    row = await work.db.get(GrantingCodeRow, member_id)
    return None if row is None or row.until <= work.clock.now() else row.until
