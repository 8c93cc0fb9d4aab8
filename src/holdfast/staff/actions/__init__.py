"""What staff can do about their accounts, and what is done about them."""

from __future__ import annotations

from holdfast.staff.actions.sessions import (
    end_staff_session,
    end_staff_sessions,
    make_staff_link,
    make_staff_token,
    note_use,
    sign_in_staff_by_link,
)

__all__ = [
    "end_staff_session",
    "end_staff_sessions",
    "make_staff_link",
    "make_staff_token",
    "note_use",
    "sign_in_staff_by_link",
]
