"""A member's own pages: the safety plan, the same to print, and the line for the worst night."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.wellbeing.pages.plan import router as plan
from holdfast.wellbeing.pages.worst_night import router as worst_night

router = APIRouter(include_in_schema=False)
for part in (plan, worst_night):
    router.routes += part.routes
