"""How long a sign-in lasts: in all, unused, and for what weighs much."""

from __future__ import annotations

from datetime import datetime, timedelta

LASTS = timedelta(hours=12)
UNUSED = timedelta(minutes=30)
FRESH = timedelta(minutes=5)
NOTED_EVERY = timedelta(minutes=1)  # how closely use is noted


def session_until(ends_at: datetime, seen_at: datetime, *, may_rest: bool) -> datetime:
    """When a session ends if nobody uses it from now on. Programs' tokens may rest."""
    return ends_at if may_rest else min(ends_at, seen_at + UNUSED)


def was_set_back(seen_at: datetime, now: datetime, *, may_rest: bool) -> bool:
    """Whether a session was used at a time that is still to come: nobody knows how old it is."""
    return not may_rest and seen_at > now + UNUSED


def is_fresh(fresh_at: datetime | None, now: datetime) -> bool:
    """Whether somebody showed who they are a moment ago; by a clock that was right, if it was."""
    return fresh_at is not None and abs(now - fresh_at) <= FRESH


def is_use_to_note(seen_at: datetime | None, now: datetime) -> bool:
    """Whether a session's use was noted long enough ago to note it again."""
    return seen_at is not None and now - seen_at >= NOTED_EVERY
