"""What is done later: letting pages climb, telling members on their devices."""

from __future__ import annotations

from holdfast.notices.jobs.climbing import call_me, climb

__all__ = ["call_me", "climb"]
