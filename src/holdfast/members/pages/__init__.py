"""The landing page, the door, coming back and /me."""

from __future__ import annotations

from holdfast.kit.doors import APIRouter
from holdfast.members.pages.door import router as door
from holdfast.members.pages.freezing import router as freezing
from holdfast.members.pages.landing import router as landing
from holdfast.members.pages.leaving import router as leaving
from holdfast.members.pages.me import router as me
from holdfast.members.pages.place import router as place
from holdfast.members.pages.private import router as private
from holdfast.members.pages.returning import router as returning
from holdfast.members.pages.waiting import router as waiting
from holdfast.members.pages.yeses import router as yeses

router = APIRouter(include_in_schema=False)
for part in (landing, door, waiting, place, private, returning, leaving, me, freezing, yeses):
    router.routes += part.routes
