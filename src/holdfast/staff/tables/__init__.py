"""The rows of those who look after the place."""

from __future__ import annotations

from holdfast.staff.tables.accounts import (
    StaffRow,
    StaffSessionKeyRow,
    StaffSessionKind,
    StaffSessionRow,
    StaffWay,
)
from holdfast.staff.tables.ways import (
    ChallengeRow,
    InvitationRow,
    PasskeyRow,
    PasswordRow,
    RecoveryCodeRow,
    SsoRow,
)

__all__ = [
    "ChallengeRow",
    "InvitationRow",
    "PasskeyRow",
    "PasswordRow",
    "RecoveryCodeRow",
    "SsoRow",
    "StaffRow",
    "StaffSessionKeyRow",
    "StaffSessionKind",
    "StaffSessionRow",
    "StaffWay",
]
