"""Reading what is known of raids, arrivals and cohorts."""

from __future__ import annotations

from holdfast.raids.queries.lately import (
    OpenRoom,
    RaidSummary,
    arrivals_since,
    cohort_of,
    members_in,
    open_raids,
    open_rooms,
    raids_lately,
    rooms_read_first,
)

__all__ = [
    "OpenRoom",
    "RaidSummary",
    "arrivals_since",
    "cohort_of",
    "members_in",
    "open_raids",
    "open_rooms",
    "raids_lately",
    "rooms_read_first",
]
