"""Reading how somebody can come in: their passkeys, password, codes, single sign-on, sessions."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import StaffId
from holdfast.kit.work import Work
from holdfast.staff.rules.sessions import UNUSED
from holdfast.staff.tables import (
    PasskeyRow,
    PasswordRow,
    RecoveryCodeRow,
    SsoRow,
    StaffSessionKind,
    StaffSessionRow,
)


class Ways(Struct, frozen=True):
    """How somebody can sign in."""

    passkeys: int
    password: bool
    codes: int
    sso: bool

    @property
    def count(self) -> int:
        """How many ways there are; recovery codes go with a password and are none of their own."""
        return self.passkeys + self.password + self.sso


async def ways_of(work: Work, staff_id: StaffId) -> Ways:
    """How many ways in somebody has, of each kind."""
    counted = [
        await work.db.scalar(select(func.count()).select_from(row).where(row.staff_id == staff_id))
        for row in (PasskeyRow, PasswordRow, RecoveryCodeRow, SsoRow)
    ]
    passkeys, password, codes, sso = (number or 0 for number in counted)
    return Ways(passkeys, password > 0, codes, sso > 0)


async def passkeys_of(work: Work, staff_id: StaffId) -> Sequence[PasskeyRow]:
    """Somebody's passkeys, the oldest first."""
    query = select(PasskeyRow).where(PasskeyRow.staff_id == staff_id).order_by(PasskeyRow.id)
    return (await work.db.scalars(query)).all()


async def staff_sessions_of(work: Work, staff_id: StaffId) -> Sequence[StaffSessionRow]:
    """Somebody's sessions that still live, the newest first; a link is none."""
    now = work.clock.now()
    unused = (StaffSessionRow.kind == StaffSessionKind.BROWSER) & (
        StaffSessionRow.seen_at <= now - UNUSED
    )
    mine = (
        StaffSessionRow.staff_id == staff_id,
        StaffSessionRow.ends_at > now,
        StaffSessionRow.kind != StaffSessionKind.LINK,
        ~unused,
    )
    query = select(StaffSessionRow).where(*mine).order_by(StaffSessionRow.id.desc())
    return (await work.db.scalars(query)).all()
