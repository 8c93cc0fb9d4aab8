"""When somebody has been away for so long that what is theirs goes. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

GONE_FOR = timedelta(hours=24)  # since nobody can come back: a visit that ended, without words
UNUSED_FOR = timedelta(days=365)  # since the week of the last sign-in, and no session is open
WARNED_AFTER = timedelta(days=335)
GIVEN_BACK_FOR = timedelta(days=30)  # words that were given back and that no room ever saw


def unused_since(now: datetime) -> date:
    """Who was seen last in this week or before it is unused by now."""
    return (now - UNUSED_FOR).date()


def warned_since(now: datetime) -> date:
    """The same for who is told that it comes to that."""
    return (now - WARNED_AFTER).date()
