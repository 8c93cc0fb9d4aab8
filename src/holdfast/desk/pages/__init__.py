"""The staff console: what waits, one concern at a time, and the way from shift to shift."""

from __future__ import annotations

from holdfast.desk.pages import (
    acts,
    answering,
    appeals,
    breaks,
    caring,
    cases,
    circles,
    coming_in,
    glass,
    glass_key,
    glass_open,
    held,
    holds,
    listening,
    measures,
    notes,
    packs,
    people,
    queue,
    record,
    room_cases,
    rooms,
    sealed_line,
    shifts,
)
from holdfast.kit.doors import APIRouter

router = APIRouter(include_in_schema=False)
for part in (
    queue,
    acts,
    answering,
    appeals,
    breaks,
    caring,
    cases,
    circles,
    coming_in,
    measures,
    glass_key,  # before one request: its address looks like one
    glass,
    glass_open,
    held,
    holds,
    listening,
    notes,
    people,
    rooms,
    room_cases,
    record,
    packs,
    sealed_line,
    shifts,
):
    router.routes += part.router.routes
