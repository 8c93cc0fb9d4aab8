"""What members see of circles: finding one, being asked, and the circle itself."""

from __future__ import annotations

from holdfast.circles.pages.asked import router as asked
from holdfast.circles.pages.finding import router as finding
from holdfast.circles.pages.inside import router as inside
from holdfast.circles.pages.meeting_again import router as meeting_again
from holdfast.kit.doors import APIRouter

router = APIRouter(include_in_schema=False)
for part in (finding, asked, meeting_again, inside):  # the last has addresses that end in any word
    router.routes += part.routes
