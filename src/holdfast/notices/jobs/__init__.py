"""What is done later: letting pages climb, telling members on their devices."""

from __future__ import annotations

from holdfast.notices.jobs.climbing import call_me, climb
from holdfast.notices.jobs.telling import Teller, tell_devices

__all__ = ["Teller", "call_me", "climb", "tell_devices"]
