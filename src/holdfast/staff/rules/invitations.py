"""How long a way in waits for the person it was made for."""

from __future__ import annotations

from datetime import timedelta

INVITED = timedelta(hours=72)
RENEWED = timedelta(hours=24)  # another way in, for somebody who lost theirs
AT_THE_CONSOLE = timedelta(hours=1)
BEGUN = timedelta(hours=1)  # once the code from the console is typed in
CHALLENGE = timedelta(minutes=5)
AWAY = timedelta(minutes=10)  # at the organisation's own sign-in
