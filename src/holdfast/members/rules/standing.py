"""The ladder: when somebody is no newcomer any more. Pure."""

from __future__ import annotations

DAYS = 3  # on which they said something
SAID = 10  # messages that were let stand


def is_settled(days: int, said: int) -> bool:
    """Whether they have been here long enough to be read like anybody else."""
    return days >= DAYS and said >= SAID
