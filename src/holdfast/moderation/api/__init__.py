"""Reports, cases, measures, appeals and holds for programs."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.moderation.api.appeals import router as appeals
from holdfast.moderation.api.cases import router as cases
from holdfast.moderation.api.holds import router as holds
from holdfast.moderation.api.measures import router as measures
from holdfast.moderation.api.reports import router as reports

router = APIRouter(prefix="/api/v1")
for one in (reports, cases, measures, appeals, holds):
    router.take_in(one)
