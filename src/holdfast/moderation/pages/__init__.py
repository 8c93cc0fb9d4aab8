"""What members see of reports, measures and appeals, with plain forms."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.moderation.pages.measures import router as measures
from holdfast.moderation.pages.mine import router as mine
from holdfast.moderation.pages.reporting import router as reporting

router = APIRouter(include_in_schema=False)
for part in (reporting, mine, measures):
    router.take_in(part)
