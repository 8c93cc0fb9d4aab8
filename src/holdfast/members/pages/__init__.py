"""The landing page, the door, coming back and /me."""

from __future__ import annotations

from fastapi import APIRouter

from holdfast.members.pages import door, landing, leaving, me, place, returning, yeses

router = APIRouter(include_in_schema=False)
for part in (landing, door, place, returning, leaving, me, yeses):
    router.include_router(part.router)
