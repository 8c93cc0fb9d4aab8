"""The ladder: when somebody is no newcomer any more. Pure."""

from __future__ import annotations

DAYS = 3  # on which they said something
SAID = 10  # messages that were let stand
