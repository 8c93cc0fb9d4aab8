"""Pages where words are read and written."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.messages.pages import erased, mine, notices, saying, stream, talk, threads, unseeing

router = APIRouter()
for part in (talk, threads, saying, stream, mine, erased, unseeing, notices):
    router.routes += part.router.routes
