"""Pages where words are read and written."""

from __future__ import annotations

from fastapi import APIRouter

from holdfast.messages.pages import mine, saying, stream, talk

router = APIRouter()
for part in (talk, saying, stream, mine):
    router.include_router(part.router)
