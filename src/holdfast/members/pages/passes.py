"""How far someone has come through the door, before they are anybody.

A pass is a keyed hash of a step and a day. Everyone who takes that step on that day gets the same
one, so it follows nobody; and there is no session, no row and no cookie before coming in.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from holdfast.kit.cipher import RootKey

LETTERS = 24
GROWN, UNDERSTOOD = "grown", "understood"


def make_pass(root: RootKey, step: str, now: datetime) -> str:
    """What shows that this step was taken, today or (around midnight) yesterday."""
    return root.lookup(f"door pass:{step}:{now.date().isoformat()}").hex()[:LETTERS]


def is_pass(root: RootKey, step: str, given: str, now: datetime) -> bool:
    """Whether this is the pass of that step."""
    days = now, now - timedelta(days=1)
    return any(
        hmac.compare_digest(given.encode(), make_pass(root, step, day).encode()) for day in days
    )
