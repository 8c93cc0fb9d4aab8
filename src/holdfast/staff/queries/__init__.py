"""Reading what is kept about staff: one function for each question."""

from __future__ import annotations

from holdfast.staff.queries.people import name_of

__all__ = ["name_of"]
