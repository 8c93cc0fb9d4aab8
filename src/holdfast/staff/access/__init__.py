"""The doors to staff accounts and what belongs to them."""

from __future__ import annotations

from holdfast.staff.access.sessions import (
    FreshSignInNeeded,
    fresh_staff,
    link_hash,
    own_session,
    removed_staff_by_token,
    staff_behind_link,
    staff_by_token,
)

__all__ = [
    "FreshSignInNeeded",
    "fresh_staff",
    "link_hash",
    "own_session",
    "removed_staff_by_token",
    "staff_behind_link",
    "staff_by_token",
]
