"""The stewards' pages: what needs a look today, and the way to each part."""

from __future__ import annotations

from fastapi import APIRouter

from holdfast.desk.pages import steward_helplines

router = APIRouter(include_in_schema=False)
for part in (steward_helplines,):
    router.include_router(part.router)
