"""Circles for programs: everything that the pages do, as JSON."""

from __future__ import annotations

from holdfast.circles.api.places import router as places
from holdfast.circles.api.waiting import router as waiting
from holdfast.kit.doors import APIRouter

router = APIRouter()
for one in (waiting, places):  # the last has addresses that end in any word
    router.routes += one.routes
