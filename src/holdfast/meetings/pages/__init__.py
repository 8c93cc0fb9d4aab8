"""The pages of meetings."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.meetings.pages.planning import router as planning
from holdfast.meetings.pages.taking import router as taking

router = APIRouter()
router.routes += [*planning.routes, *taking.routes]
