"""What was said, saying it, and not seeing it, for programs (live.md §2)."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.messages.api import erased, guiding, talk, threads, unseeing

router = APIRouter()
for part in (talk, threads, erased, unseeing, guiding):
    router.routes += part.router.routes
