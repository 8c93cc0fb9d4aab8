"""What members and listeners see of talking one to one."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.listening.pages.asking import router as asking
from holdfast.listening.pages.duty import router as duty
from holdfast.listening.pages.handing import router as handing
from holdfast.listening.pages.landing import router as landing
from holdfast.listening.pages.looking import router as looking
from holdfast.listening.pages.talking import router as talking

router = APIRouter(include_in_schema=False)
for part in (asking, looking, duty, talking, landing, handing):
    router.routes += part.routes
