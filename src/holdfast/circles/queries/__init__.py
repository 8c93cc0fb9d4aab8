"""Reading wishes, circles, and what was proposed."""

from __future__ import annotations

from holdfast.circles.queries.wishes import counts

__all__ = ["counts"]
