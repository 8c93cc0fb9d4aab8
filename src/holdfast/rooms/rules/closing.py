"""Closing a room with notice: when, and what may still be changed until then. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

NOTICE = timedelta(days=14)
TOLD_AT_ONCE = 200  # members who are told in one transaction
FEW = 5  # below this nobody is counted: no person can be picked out
TENS = 10


def closes_at(now: datetime) -> datetime:
    """The moment at which a room closes that is announced now."""
    return now + NOTICE


def coarse(count: int) -> int | None:
    """A number of people as stewards are told it: none below five, then by tens, rounded down."""
    if count < FEW:
        return None
    return FEW if count < TENS else count // TENS * TENS
