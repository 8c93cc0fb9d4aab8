"""Judges a history: was every promise of the live line kept? Runs in O(n log n)."""

from __future__ import annotations

from faults.care_promises import of_crisis, of_erasure
from faults.facts import Breach, indexed
from faults.history import History
from faults.line_promises import of_lines, of_revocation, of_views
from faults.log_promises import (
    of_acknowledgements,
    of_changes,
    of_numbering,
    of_real_time,
    of_sessions,
    of_the_log,
)


def breaches(history: History) -> list[Breach]:
    """Everything that was promised and not kept; an empty list is what we want."""
    facts = indexed(history)
    return [
        *of_the_log(facts),
        *of_numbering(facts),
        *of_acknowledgements(facts),
        *of_changes(facts),
        *of_real_time(facts),
        *of_sessions(facts),
        *of_lines(history),
        *of_views(history, facts),
        *of_revocation(history),
        *of_erasure(history, facts),
        *of_crisis(history, facts),
    ]
