"""The staff console: what waits, one concern at a time, and the way from shift to shift."""

from __future__ import annotations

from fastapi import APIRouter

from holdfast.desk.pages import (
    acts,
    breaks,
    caring,
    cases,
    held,
    measures,
    notes,
    packs,
    people,
    queue,
    record,
    sealed_line,
    shifts,
)

router = APIRouter(include_in_schema=False)
for part in (
    queue,
    acts,
    breaks,
    caring,
    cases,
    measures,
    held,
    notes,
    people,
    record,
    packs,
    sealed_line,
    shifts,
):
    router.include_router(part.router)
